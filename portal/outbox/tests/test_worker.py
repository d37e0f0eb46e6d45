"""Trials of the whole flow: real worker, real beat, and something dies."""

import os
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.embedded import process
from portal.embedded.valkey import Valkey
from portal.outbox import selectors
from portal.outbox.models import Delivery, DeliveryState, Event
from portal.outbox.publish import publish
from portal.outbox.tests.conftest import PATIENCE, Start

WORKER = ("worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat")


def publish_one(name: str = "made", **payload: int) -> None:
    with transaction.atomic():
        publish(name, **payload)


def _more_done_than(number: int) -> bool:
    return Delivery.objects.filter(state=DeliveryState.DONE).count() > number


def _are_two(rows: QuerySet[Delivery]) -> bool:
    return rows.count() == 2


def effects() -> int:
    return Event.objects.filter(name="effect").count()


def wait_for(condition: Callable[[], object], *, seconds: float = PATIENCE) -> None:
    happened = process.wait_until(lambda: bool(condition()), seconds=seconds, pause=0.05)
    assert happened, "it did not happen in time"


def start_both(start: Start) -> int:
    """Start beat and a worker, wait until they work, and return the worker's process group."""
    start("beat")
    worker = start(*WORKER)
    wait_for(lambda: selectors.silence("outbox.relay", at=timezone.now()) is not None)
    return worker.pid


def test_flow_when_idle_then_each_event_is_handled_and_the_delay_is_told(start: Start) -> None:
    start_both(start)
    published: dict[int, datetime] = {}

    for number in range(20):
        publish_one(number=number)
        published[number] = timezone.now()
        time.sleep(0.13)
    wait_for(lambda: effects() == 20)

    handled = Event.objects.filter(name="effect").values_list("payload__number", "created_at")
    delays = sorted((at - published[number]).total_seconds() for number, at in handled)
    print(f"commit to handler: median {delays[10]:.3f} s, p95 {delays[18]:.3f} s, longest {delays[19]:.3f} s")
    assert sorted(number for number, _at in handled) == list(range(20))


def test_flow_when_the_process_dies_in_every_attempt_then_parked_and_others_go_on(start: Start) -> None:
    start_both(start)
    with transaction.atomic():
        publish("deadly", number=1)
        for number in range(2, 20):  # more than messages: some travel with it
            publish("made", number=number)

    wait_for(lambda: Delivery.objects.filter(state=DeliveryState.PARKED).exists())
    wait_for(lambda: effects() == 18)

    dead = Delivery.objects.get(state=DeliveryState.PARKED)
    assert (dead.attempts, dead.last_error) == (3, "the process died during the attempt")
    assert max(Delivery.objects.exclude(pk=dead.pk).values_list("attempts", flat=True)) <= 2
    assert not Event.objects.filter(name="effect", payload={"number": 1}).exists()


def test_flow_when_the_worker_is_killed_in_a_handler_then_done_later_and_once(start: Start) -> None:
    group = start_both(start)
    publish_one("slow", number=1, seconds=2)
    wait_for(lambda: Delivery.objects.filter(attempts=1).exists())

    process.kill_group(group)
    effects_then = effects()
    start(*WORKER)
    wait_for(lambda: Delivery.objects.filter(state=DeliveryState.DONE).exists())

    assert (effects_then, effects(), Delivery.objects.get().attempts) == (0, 1, 2)


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_flow_when_the_broker_is_away_then_publishing_goes_on_and_nothing_is_lost(
    start: Start, broker: Valkey, fault: signal.Signals
) -> None:
    start_both(start)
    assert broker.child
    os.kill(broker.child.pid, fault)
    durations = []

    for number in range(200):
        begun = time.monotonic()
        publish_one(number=number)
        durations.append(time.monotonic() - begun)
    time.sleep(5)
    effects_then = effects()
    _bring_back(broker, fault)
    wait_for(lambda: effects() == 200, seconds=60)

    assert effects_then < 200
    assert max(durations) < 1
    assert Event.objects.filter(name="effect").values("payload").distinct().count() == 200
    wait_for(lambda: not Delivery.objects.exclude(state=DeliveryState.DONE).exists())


def test_flow_when_the_broker_restarts_under_load_then_the_worker_goes_on_fetching(
    start: Start, broker: Valkey
) -> None:
    """With Celery's usual confirmations the worker fell silent, alive and idle, at the second restart or so."""
    start_both(start)

    for restart in range(3):
        for number in range(100):
            publish_one(number=number)
        wait_for(partial(_more_done_than, 110 * restart + 5))
        _bring_back(broker, signal.SIGKILL)
        publish_one("shared", number=1000 + restart)

        last = Delivery.objects.filter(event__payload__number=1000 + restart, state=DeliveryState.DONE)
        wait_for(partial(_are_two, last))


def _bring_back(broker: Valkey, fault: signal.Signals) -> None:
    assert broker.child
    if fault == signal.SIGSTOP:
        os.kill(broker.child.pid, signal.SIGCONT)
    else:
        broker.child.kill()
        broker.stop()
        broker.start()


def test_flow_when_the_worker_is_frozen_then_its_heartbeats_stop(start: Start) -> None:
    group = start_both(start)

    os.killpg(group, signal.SIGSTOP)
    wait_for(lambda: _silent("outbox.relay") > timedelta(seconds=8), seconds=12)
    os.killpg(group, signal.SIGCONT)

    wait_for(lambda: _silent("outbox.relay") < timedelta(seconds=6))


def _silent(name: str) -> timedelta:
    return selectors.silence(name, at=timezone.now()) or timedelta(0)
