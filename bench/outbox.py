"""What follows a commit: `python bench/outbox.py [--events 3000] [--cases 300] [--lone 200]`.

Starts a private PostgreSQL (with its write barriers), Valkey, web server, beat and a worker of two processes; takes in
some messages; then measures how fast three heaps drain: events whose only follower does nothing (the outbox alone),
cases just taken in, until the last notice is sent (real work, the first time), and events of cases whose work is done
(a repeat of what was followed before). And how long one lone event waits from its commit to its handlers: it is
published as services do it, so that the bell rings. `--events 0 --cases 0` leaves the heaps out.
"""

import argparse
import http.client
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.faults import Citizens, House, ask, put_up, settle
from bench.load import cpu, memory, percentile
from bench.results import keep, table
from portal.embedded import process

#: Milliseconds are of the processor; the relay runs in the worker.
HEAD = [
    "heap",
    "took",
    "a second",
    "deliveries a second",
    "worker, ms each",
    "beat, ms each",
    "database, ms each",
]
HEARD = """INSERT INTO outbox_event (name, payload, created_at)
    SELECT 'bench.heard', '{}', now() FROM generate_series(1, %s)"""
REPEATED = """INSERT INTO outbox_event (name, payload, created_at)
    SELECT 'case.submitted', jsonb_build_object('case_id', ids[1 + n %% cardinality(ids)]), now()
    FROM generate_series(1, %s) AS n, (SELECT array_agg(id) AS ids FROM feedback_case) AS cases"""
#: Cases of real texts for many units, each with a citizen who wants to be told.
FRESH = """
import csv, itertools
import django; django.setup()
from django.utils import timezone
from feedback.tests.factories import make_case
with open("routing/data/routing-cases.csv", encoding="utf-8-sig", newline="") as file:
    rows = list(csv.DictReader(file))
for number, row in zip(range({cases}), itertools.cycle(rows)):
    make_case(
        token=f"fresh-{{number}}", at=timezone.now(), kind=row["kind"], subject=row["subject"] or "بی‌عنوان",
        body=row["body"], full_name="شهروند نمونه ۱", email=f"fresh-{{number}}@example.ir",
    )
"""
#: Events far apart, at any moment of the half second in which beat looks by itself, of cases whose work is done.
LONE = """
import itertools, time
import django; django.setup()
from django.db import transaction
from feedback.models import Case
from portal.outbox.publish import publish
ids = list(Case.objects.values_list("pk", flat=True)[:{count}])
for number, case in zip(range({count}), itertools.cycle(ids)):
    with transaction.atomic():
        publish("case.submitted", case_id=case)
    time.sleep(0.7 + number % 7 * 0.01)
"""
UNDONE = """SELECT (SELECT count(*) FROM outbox_event WHERE relayed_at IS NULL),
    (SELECT count(*) FROM outbox_delivery WHERE state <> 'done')"""
DONE = "SELECT count(*) FROM outbox_delivery WHERE state = 'done'"
DELAYS = """SELECT extract(epoch FROM d.done_at - e.created_at) FROM outbox_delivery d
    JOIN outbox_event e ON e.id = d.event_id WHERE e.id > %s"""


@contextmanager
def held_up(house: House) -> Iterator[None]:
    """Stop the clock that sends the relay, so that a heap can grow."""
    beat = house.children["beat"].pid
    os.killpg(beat, signal.SIGSTOP)
    yield
    os.killpg(beat, signal.SIGCONT)


def drain(house: House, what: str, count: int, pile_up: Callable[[], object]) -> list[str]:
    """Let a heap be followed until nothing is left to do; return the rates and what each one cost."""
    with held_up(house):
        pile_up()
        done, before, begun = house.sql(DONE)[0][0], spent(house), time.monotonic()
    if not process.wait_until(lambda: house.sql(UNDONE) == [(0, 0)], seconds=1800, pause=0.1):
        raise SystemExit(f"{what} did not drain in half an hour")
    took = time.monotonic() - begun
    deliveries = house.sql(DONE)[0][0] - done
    costs = [f"{(new - old) / count:.2f}" for new, old in zip(spent(house), before, strict=True)]
    return [f"{count:,} {what}", f"{took:.1f} s", f"{count / took:,.0f}", f"{deliveries / took:,.0f}", *costs]


def spent(house: House) -> tuple[float, ...]:
    """Return the processor's milliseconds of the worker, of beat and of PostgreSQL until now."""
    database = house.postgres.child
    clocks = [cpu(house.children[name].pid) for name in ("worker", "beat")]
    return (*clocks, cpu(database.pid) if database else 0.0)


def heaps(house: House, events: int, cases: int) -> list[list[str]]:
    idle, again = "events with a follower that does nothing", "events whose work is done already"
    fresh = FRESH.format(cases=cases)
    parts: list[tuple[str, int, Callable[[], object]]] = [
        (idle, events, lambda: house.sql(HEARD, events)),
        ("cases, from taken in to the last notice", cases, lambda: house.python(fresh)),
        (again, events, lambda: house.sql(REPEATED, events)),
    ]
    return [drain(house, what, count, pile_up) for what, count, pile_up in parts if count]


def wait(house: House, lone: int) -> list[str]:
    """Return how long lone events wait from their commit to their handlers."""
    newest = house.sql("SELECT max(id) FROM outbox_event")[0][0]
    house.python(LONE.format(count=lone))
    process.wait_until(lambda: house.sql(UNDONE) == [(0, 0)], seconds=60)
    delays = [1000 * float(delay) for (delay,) in house.sql(DELAYS, newest)]
    p50, p95, p99 = (f"p{share} {percentile(delays, share / 100):.0f} ms" for share in (50, 95, 99))
    return [f"{lone} lone events, from commit to handler", p50, f"{p95}, {p99}"]


def cold(house: House) -> list[str]:
    """Start the web server anew; return how long its first page takes."""
    house.end("web")
    begun = time.monotonic()
    house.start("web")
    process.wait_until(lambda: answers(house.port), seconds=60, pause=0.02)
    first = time.monotonic() - begun
    begun = time.monotonic()
    ask(house.port, "GET", "/")
    second = 1000 * (time.monotonic() - begun)
    return ["web server started, first home page", f"{first:.2f} s", f"the next one {second:.0f} ms"]


def answers(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return ask(port, "GET", "/").status == 200
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=3000)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--lone", type=int, default=200)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="outbox-"))
    folder.chmod(0o711)
    try:
        with put_up(folder, OUTBOX_FOLLOWS="bench.heard.FOLLOWS") as house:
            citizens = Citizens(house, [house.port])
            citizens.write_many(20)
            settle(house, citizens)
            rows = heaps(house, options.events, options.cases)
            others = [wait(house, options.lone), cold(house)]
            sizes = [[name, f"{memory(child.pid):.0f}"] for name, child in sorted(house.children.items())]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    parts = [table(HEAD, rows), table(["what", "took", "that is"], others)]
    parts.append(table(["processes", "memory (PSS), MB"], sizes))
    keep("outbox", "What follows a commit, with a worker of two processes", parts)


if __name__ == "__main__":
    main()
