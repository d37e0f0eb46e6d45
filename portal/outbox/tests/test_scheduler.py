"""Tests of beat: it sends the relay when somebody rings, not more often than need be, and goes on without a bell."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.db import connection

from portal.outbox.bell import Bell
from portal.outbox.scheduler import ListeningScheduler
from portal.outbox.tests.conftest import Start
from portal.outbox.tests.test_worker import WORKER, effects, publish_one, wait_for

SLOW = "portal.outbox.tests.slow_clock"


@pytest.fixture
def scheduler(app: Celery, room: Path) -> Iterator[ListeningScheduler]:
    """Give a beat that sends the relay once an hour, and a bell which nobody but the test rings."""
    relay = {"task": "outbox.relay", "schedule": timedelta(hours=1), "options": {"expires": 5}}
    app.conf.beat_schedule = {"outbox.relay": relay}
    scheduler = ListeningScheduler(app, schedule_filename=str(room / "beat"), max_interval=0.05)
    scheduler.bell = Bell()
    yield scheduler
    scheduler.close()


def sent(app: Celery) -> list[dict[str, Any]]:
    """Take the messages with periodic tasks that lie in the broker; return their headers."""
    taken = []
    with app.connection_for_read() as link, link.SimpleQueue("periodic") as queue, suppress(queue.Empty):
        while True:
            message = queue.get_nowait()
            message.ack()
            taken.append(message.headers)
    return taken


def test_tick_when_rung_several_times_then_one_relay_that_does_not_wait_for_ever(
    scheduler: ListeningScheduler, app: Celery
) -> None:
    scheduler.tick()
    before = sent(app)
    for _ in range(3):
        scheduler.bell.rung.set()

    pauses = [scheduler.tick(), scheduler.tick(), scheduler.tick()]

    [headers] = sent(app)
    assert (before, pauses) == ([], [0, 0, 0])
    assert (headers["task"], headers["expires"] is not None) == ("outbox.relay", True)


def test_tick_when_the_relay_was_due_then_it_serves_whoever_rang(
    scheduler: ListeningScheduler, app: Celery
) -> None:
    scheduler.schedule["outbox.relay"].last_run_at -= timedelta(hours=2)
    scheduler.bell.rung.set()

    for _ in range(3):
        scheduler.tick()

    assert len(sent(app)) == 1


def test_tick_when_the_bell_never_stops_then_no_heap_of_messages(
    scheduler: ListeningScheduler, app: Celery
) -> None:
    over = threading.Event()

    def ring() -> None:
        while not over.wait(0.001):
            scheduler.bell.rung.set()

    ringing = threading.Thread(target=ring)
    ringing.start()
    enough = time.monotonic() + 3
    while time.monotonic() < enough:
        scheduler.tick()
    over.set()
    ringing.join()

    # 0.04, 0.08, 0.16 and then every 0.32 seconds; on a slow machine less often.
    assert 2 <= len(sent(app)) <= 14


def listeners() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle'"
            " AND application_name = 'outbox bell' AND query LIKE 'LISTEN %'"
        )
        return [pid for (pid,) in cursor.fetchall()]


def test_flow_when_beat_would_look_in_an_hour_then_the_bell_brings_each_event(start: Start) -> None:
    start("beat", app=SLOW)
    start(*WORKER)
    wait_for(listeners)

    for number in range(1, 4):
        publish_one(number=number)
        wait_for(lambda: effects() == number)  # noqa: B023 - it is asked at once


def test_flow_when_the_line_of_the_bell_is_lost_then_laid_anew(start: Start) -> None:
    start("beat", app=SLOW)
    start(*WORKER)
    wait_for(listeners)
    before = listeners()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [before])
    wait_for(lambda: listeners() not in ([], before))
    publish_one(number=1)

    wait_for(lambda: effects() == 1)


@pytest.mark.parametrize("accepts", [True, False])
def test_beat_when_the_database_is_silent_or_gone_then_it_sends_on_time(
    start: Start, app: Celery, accepts: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as frozen:  # connections are made, and nobody ever answers
        port = frozen.getsockname()[1]
        if not accepts:
            frozen.close()
        start("beat", DATABASE_URL=f"postgres://nobody@127.0.0.1:{port}/none")

        for _ in range(20):
            wait_for(lambda: sent(app))
