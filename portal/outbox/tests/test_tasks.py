"""Tests of the tasks in this process: a real broker, real rows, and two of everything."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from celery import Celery
from django.db import connection, connections, transaction
from django.utils import timezone

from portal.embedded.valkey import Valkey
from portal.logs import JsonFormatter
from portal.outbox import selectors, services, tasks
from portal.outbox.models import Delivery, DeliveryState, Event, Heartbeat
from portal.outbox.periodic import periodic
from portal.outbox.publish import publish
from portal.outbox.tests.test_worker import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def publish_many(count: int, name: str = "made") -> None:
    with transaction.atomic():
        for number in range(count):
            publish(name, number=number)


def queued(app: Celery) -> list[int]:
    """Take the ids of the deliveries that lie in the broker."""
    ids = []
    with app.connection_for_read() as link, link.SimpleQueue("deliveries") as queue:
        for _ in range(queue.qsize()):
            message = queue.get_nowait()
            ids += [message.payload[1]["delivery_id"], *message.payload[1]["others"]]
            message.ack()
    return ids


def in_threads(function: Callable[[], object], *, count: int) -> None:
    """Run a function at once in several threads, each with its own database session."""
    barrier = threading.Barrier(count)

    def run() -> None:
        barrier.wait()
        function()
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_relay_when_events_wait_then_each_delivery_is_sent_once_with_its_id_only(app: Celery) -> None:
    publish_many(3, name="shared")

    tasks.relay()

    assert sorted(queued(app)) == sorted(Delivery.objects.values_list("pk", flat=True))
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert selectors.silence("outbox.relay", at=timezone.now()) is not None


def test_relay_when_two_run_at_once_then_each_delivery_is_sent_once(app: Celery) -> None:
    publish_many(600)

    # Not the task, whose lock lets only one of them in, but what it does.
    in_threads(tasks.relay.__wrapped__, count=3)

    assert sorted(queued(app)) == sorted(Delivery.objects.values_list("pk", flat=True))
    assert Delivery.objects.count() == 600


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_relay_when_the_broker_is_gone_then_rows_stay_due(
    app: Celery, broker: Valkey, fault: signal.Signals
) -> None:
    publish_many(5)
    assert broker.child
    os.kill(broker.child.pid, fault)

    started = time.monotonic()
    tasks.relay()

    assert Delivery.objects.due(timezone.now()).count() == 5
    assert time.monotonic() - started < 20


def test_relay_when_an_event_comes_while_another_runs_then_that_one_takes_it_along(
    app: Celery, broker: Valkey
) -> None:
    publish_many(1)
    tasks.relay()  # the way to the broker is open
    publish_many(1)
    assert broker.child
    os.kill(broker.child.pid, signal.SIGSTOP)

    held_up = threading.Thread(target=in_threads, args=[tasks.relay], kwargs={"count": 1})
    held_up.start()
    wait_for(lambda: Delivery.objects.filter(state=DeliveryState.SENT).count() == 2)
    publish_many(1)
    tasks.relay()
    spread_by_the_other = Event.objects.filter(relayed_at=None).count()
    os.kill(broker.child.pid, signal.SIGCONT)
    held_up.join()

    assert (spread_by_the_other, Event.objects.filter(relayed_at=None).count()) == (1, 0)


def test_relay_when_the_broker_has_come_back_then_sent(app: Celery, broker: Valkey) -> None:
    publish_many(5)
    broker.stop()
    tasks.relay()
    broker.start()

    tasks.relay()

    assert len(queued(app)) == 5


def test_relay_when_the_broker_forgot_then_sent_again_within_seconds(app: Celery, broker: Valkey) -> None:
    publish_many(3)
    tasks.relay()
    queued(app)

    Delivery.objects.update(sent_at=timezone.now() - timedelta(seconds=6))
    tasks.relay()
    tasks.relay()

    assert len(queued(app)) == 3


def test_relay_when_the_workers_are_slow_then_nothing_is_sent_twice(app: Celery) -> None:
    publish_many(3)
    tasks.relay()

    Delivery.objects.update(sent_at=timezone.now() - timedelta(seconds=6))
    tasks.relay()
    tasks.relay()

    assert len(queued(app)) == 3


@pytest.mark.parametrize("extra", [{}, {"of_tomorrow": 1}])
def test_deliver_when_called_twice_then_one_effect(extra: dict[str, int]) -> None:
    publish_many(1)
    services.spread(at=timezone.now())
    [pk] = services.claim(at=timezone.now())

    tasks.deliver(delivery_id=pk, **extra)
    tasks.deliver(delivery_id=pk, **extra)

    assert Delivery.objects.get(pk=pk).state == DeliveryState.DONE
    assert Event.objects.filter(name="effect").count() == 1


def test_deliver_when_two_start_at_once_then_one_effect() -> None:
    publish_many(1)
    services.spread(at=timezone.now())
    [pk] = services.claim(at=timezone.now())

    in_threads(lambda: tasks.deliver(delivery_id=pk), count=4)

    assert Delivery.objects.get(pk=pk).attempts == 1
    assert Event.objects.filter(name="effect").count() == 1


def test_deliver_when_one_of_a_message_fails_then_the_others_are_done_and_only_it_is_tried_again() -> None:
    publish_many(2, name="shared")
    publish_many(1, name="mixed")
    services.spread(at=timezone.now())
    first, *others = services.claim(at=timezone.now())

    tasks.deliver(delivery_id=first, others=others)

    left = Delivery.objects.exclude(state=DeliveryState.DONE).get()
    assert (left.handler.rpartition(".")[2], left.state, left.attempts) == ("break_down", "waiting", 1)
    assert left.last_error.startswith("ValueError at handlers.py:")
    assert Event.objects.filter(name="effect").count() == 6


def test_deliver_when_one_of_many_in_one_call_fails_then_the_others_are_done_and_only_it_is_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with transaction.atomic():
        for number in (12, 13, 14):
            publish("common", number=number)
    services.spread(at=timezone.now())
    first, *others = services.claim(at=timezone.now())

    tasks.deliver(delivery_id=first, others=others)

    left = Delivery.objects.exclude(state=DeliveryState.DONE).get()
    assert (left.event.payload["number"], left.state, left.attempts) == (13, DeliveryState.WAITING, 1)
    assert left.last_error.startswith("ValueError at handlers.py:")
    assert Event.objects.filter(name="effect").count() == 2 + 3
    assert caplog.text.count("ValueError at") == 1


def test_deliver_when_nobody_can_tell_what_is_done_then_every_handler_runs_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    publish_many(2, name="unclear")
    services.spread(at=timezone.now())
    first, *others = services.claim(at=timezone.now())

    tasks.deliver(delivery_id=first, others=others)

    assert not Delivery.objects.exclude(state=DeliveryState.DONE).exists()
    assert Event.objects.filter(name="effect").count() == 2
    assert "outbox: looking for what is done already: ValueError at handlers.py" in caplog.text


def test_deliver_when_one_of_a_message_is_slow_then_the_rest_is_handed_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "ENOUGH", timedelta(seconds=0.2))
    with transaction.atomic():
        publish("slow", number=1, seconds=1)
        publish("made", number=2)
    services.spread(at=timezone.now())
    first, *others = services.claim(at=timezone.now())

    tasks.deliver(delivery_id=first, others=others)

    assert list(Delivery.objects.order_by("pk").values_list("state", "attempts")) == [
        ("done", 1),
        ("waiting", 0),
    ]
    assert services.claim(at=timezone.now()) == others


def test_deliver_when_the_database_is_lost_in_a_handler_then_the_rest_of_the_message_goes_on() -> None:
    with transaction.atomic():
        publish("cut_off", number=1)
        publish("made", number=2)
    services.spread(at=timezone.now())
    first, *others = services.claim(at=timezone.now())

    in_threads(lambda: tasks.deliver(delivery_id=first, others=others), count=1)

    states = Delivery.objects.order_by("pk").values_list("state", "attempts")
    assert list(states) == [("waiting", 1), ("done", 1)]


def test_deliver_when_the_handler_always_fails_then_backs_off_and_is_parked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    publish_many(1, name="broken")
    services.spread(at=timezone.now())

    for pause in (8, 16, 20):  # doubled each time, 20 at most, and each up to a quarter shorter or longer
        at = timezone.now()
        Delivery.objects.update(not_before=at)
        [pk] = services.claim(at=at)
        tasks.deliver(delivery_id=pk)
        not_before = Delivery.objects.get().not_before
        assert at + timedelta(seconds=0.75 * pause) <= not_before
        assert not_before <= timezone.now() + timedelta(seconds=1.25 * pause)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PARKED, 3)
    assert delivery.last_error.startswith("ValueError at handlers.py:")
    assert f"delivery {pk}, attempt 3: ValueError at handlers.py" in caplog.text
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert "a text that quotes [13 digits]" in lines[-1]
    assert [line for line in lines if "0916" in line] == []


def test_deliver_when_the_error_is_permanent_then_parked_at_once() -> None:
    publish_many(1, name="hopeless")
    services.spread(at=timezone.now())
    [pk] = services.claim(at=timezone.now())

    tasks.deliver(delivery_id=pk)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PARKED, 1)
    assert delivery.last_error == "PermanentError: the address does not exist"


def test_claim_when_a_handler_runs_longer_than_its_back_off_then_left_alone() -> None:
    publish_many(1)
    services.spread(at=timezone.now())
    [pk] = services.claim(at=timezone.now())
    services.begin([pk], at=timezone.now() - timedelta(hours=1))
    claimed = []

    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=pk)
        in_threads(lambda: claimed.extend(services.claim(at=timezone.now())), count=1)

    assert claimed == []
    assert services.claim(at=timezone.now()) == [pk]


def test_sweep_when_deliveries_were_deleted_then_only_those_come_back_and_the_alarm_rings(
    caplog: pytest.LogCaptureFixture,
) -> None:
    publish_many(3, name="shared")
    services.spread(at=timezone.now())
    Delivery.objects.update(state=DeliveryState.DONE, done_at=timezone.now())
    Event.objects.update(relayed_at=timezone.now() - timedelta(minutes=2))
    Event.objects.filter(payload__number=2).update(created_at=timezone.now() - 2 * services.LOOKED_OVER)
    Delivery.objects.filter(event__payload__number=0).first().delete()
    Delivery.objects.filter(event__payload__number=2).delete()

    tasks.sweep()
    services.spread(at=timezone.now())

    again = Delivery.objects.exclude(state=DeliveryState.DONE).values_list(
        "event__payload__number", flat=True
    )
    assert list(again) == [0]
    assert "outbox: 1 events lacked deliveries and are spread again" in caplog.messages


def test_sweep_when_the_broker_lost_messages_then_they_are_due_and_the_alarm_rings(
    caplog: pytest.LogCaptureFixture,
) -> None:
    publish_many(2)
    long_ago = timezone.now() - timedelta(minutes=3)
    Event.objects.filter(payload__number=1).update(created_at=long_ago)
    Event.objects.filter(payload__number=0).update(relayed_at=long_ago)
    lost = Event.objects.get(payload__number=0)
    Delivery.objects.create(event=lost, handler="x", state=DeliveryState.SENT, sent_at=long_ago)

    tasks.sweep()

    assert Delivery.objects.due(timezone.now()).count() == 1
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        "outbox: 1 deliveries lay unbegun for a minute and are sent again",
        "outbox: the oldest delivery is 180 seconds late",
    ]


# --- Periodic tasks ---------------------------------------------------------------------------------------------


def test_periodic_when_it_runs_elsewhere_then_does_nothing() -> None:
    runs = []
    inside, leave = threading.Event(), threading.Event()

    @periodic("test.long")
    def long() -> None:
        runs.append(1)
        inside.set()
        assert leave.wait(10)

    def run_elsewhere() -> None:
        long(of_tomorrow=True)
        connections.close_all()

    elsewhere = threading.Thread(target=run_elsewhere)
    elsewhere.start()
    assert inside.wait(10)
    long()
    beats_meanwhile = Heartbeat.objects.filter(name="test.long").count()
    leave.set()
    elsewhere.join()

    assert (len(runs), beats_meanwhile) == (1, 0)
    assert Heartbeat.objects.filter(name="test.long").count() == 1


@pytest.mark.parametrize(
    ("name", "fault"),
    [("test.wrong", "SELECT 1/0"), ("test.cut_off", "SELECT pg_terminate_backend(pg_backend_pid())")],
)
def test_periodic_when_it_fails_then_silent_free_and_runs_again(
    name: str, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    faults, beats_before = [fault], []

    @periodic(name)
    def faulty() -> None:
        beats_before.append(Heartbeat.objects.filter(name=name).count())
        if faults:
            with connection.cursor() as cursor:
                cursor.execute(faults.pop())

    in_threads(lambda: (faulty(), faulty()), count=1)

    assert beats_before == [0, 0]
    assert Heartbeat.objects.filter(name=name).count() == 1
    assert caplog.text.count(f"{name}: ") == 1
