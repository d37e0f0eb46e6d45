"""Long trials, run with `-m drill`: everything dies in turn, again and again, while events keep coming."""

import itertools
import os
import signal
import subprocess
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from portal.embedded import process
from portal.embedded.valkey import Valkey
from portal.outbox.models import Delivery, DeliveryState, Event
from portal.outbox.publish import publish
from portal.outbox.tests.conftest import Start
from portal.outbox.tests.test_worker import WORKER, effects, start_both, wait_for

pytestmark = pytest.mark.drill


def test_drill_when_everything_dies_in_turn_then_each_event_is_handled_exactly_once(
    start: Start, broker: Valkey
) -> None:
    children = {"worker": start(*WORKER), "beat": start("beat")}
    victims = itertools.cycle(["worker", "broker", "database sessions", "beat"])
    next_kill = time.monotonic() + 4

    for number in range(3000):
        with transaction.atomic():
            publish("made", number=number)
        time.sleep(0.02)
        if time.monotonic() > next_kill:
            kill(next(victims), children, start, broker)
            next_kill = time.monotonic() + 4
    drained = time.monotonic()
    wait_for(lambda: effects() == 3000, seconds=150)

    print(f"the last of 3000 was handled {time.monotonic() - drained:.1f} s after the last was published")
    assert Event.objects.filter(name="effect").values("payload").distinct().count() == 3000
    assert not Delivery.objects.exclude(state=DeliveryState.DONE).exists()


def kill(name: str, children: dict[str, "subprocess.Popen[bytes]"], start: Start, broker: Valkey) -> None:
    if name == "broker" and broker.child:
        broker.child.kill()
        broker.stop()
        broker.start()
    elif name == "database sessions":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    elif name in children:
        process.kill_group(children[name].pid)
        children[name] = start(*(WORKER if name == "worker" else ("beat",)))


def test_drill_when_the_broker_is_frozen_for_long_then_drained_within_a_minute(
    start: Start, broker: Valkey
) -> None:
    start_both(start)
    assert broker.child
    os.kill(broker.child.pid, signal.SIGSTOP)
    for number in range(500):
        with transaction.atomic():
            publish("made", number=number)

    time.sleep(timedelta(minutes=2).total_seconds())
    os.kill(broker.child.pid, signal.SIGCONT)
    back = time.monotonic()
    wait_for(lambda: effects() == 500, seconds=90)

    print(f"drained {time.monotonic() - back:.1f} s after the broker came back")


def test_drill_when_thousands_wait_then_throughput_is_told(start: Start) -> None:
    with transaction.atomic():
        for number in range(5000):
            publish("made", number=number)
    begun = time.monotonic()

    start_both(start)
    first, seen = time.monotonic(), effects()
    wait_for(lambda: effects() == 5000, seconds=120)

    rate = (5000 - seen) / (time.monotonic() - first)
    print(f"{rate:.0f} events a second, once the worker had started after {first - begun:.1f} s")
    assert Delivery.objects.filter(state=DeliveryState.DONE).count() == 5000
