"""What follows a commit: `python bench/outbox.py [--events 3000] [--lone 60]`.

Starts a private PostgreSQL (with its write barriers), Valkey, web server, beat and a worker of two processes; takes in
some messages; then measures how fast a heap of events drains, with the portal's own followers (three deliveries an
event, each a task that finds its work done) and how long one lone event waits from its commit to its handlers.
"""

import argparse
import http.client
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.faults import Citizens, House, ask, put_up, settle
from bench.load import cpu, memory, percentile
from bench.results import keep, table
from portal.embedded import process

EVENTS = """INSERT INTO outbox_event (name, payload, created_at)
    SELECT 'case.submitted', jsonb_build_object('case_id', (SELECT min(id) FROM feedback_case) + n %% 20), now()
    FROM generate_series(1, %s) AS n"""
UNDONE = """SELECT (SELECT count(*) FROM outbox_event WHERE relayed_at IS NULL),
    (SELECT count(*) FROM outbox_delivery WHERE state <> 'done')"""
DELAYS = """SELECT extract(epoch FROM d.done_at - e.created_at) FROM outbox_delivery d
    JOIN outbox_event e ON e.id = d.event_id WHERE e.id > %s"""


def drain(house: House, events: int) -> list[str]:
    """Let a heap of events be followed; return the rates."""
    before, begun = spent(house), time.monotonic()
    house.sql(EVENTS, events)
    if not process.wait_until(lambda: house.sql(UNDONE) == [(0, 0)], seconds=1800, pause=0.1):
        raise SystemExit("the heap of events did not drain in half an hour")
    took = time.monotonic() - begun
    rate = events / took
    each = [(new - old) / (3 * events) for new, old in zip(spent(house), before, strict=True)]
    that = f"{rate:,.0f} events, {3 * rate:,.0f} deliveries a second; "
    that += f"CPU of a delivery {each[0]:.1f} ms + {each[1]:.1f} (database)"
    return [f"{events:,} events at once", f"{took:.1f} s", that]


def spent(house: House) -> tuple[float, float]:
    """Return the processor's milliseconds of the worker and of PostgreSQL until now."""
    database = house.postgres.child
    return cpu(house.children["worker"].pid), cpu(database.pid) if database else 0.0


def wait(house: House, lone: int) -> list[str]:
    """Return how long lone events wait from their commit to their handlers."""
    newest = house.sql("SELECT max(id) FROM outbox_event")[0][0]
    for _number in range(lone):
        house.sql(EVENTS, 1)
        time.sleep(0.7)
    process.wait_until(lambda: house.sql(UNDONE) == [(0, 0)], seconds=60)
    delays = [1000 * float(delay) for (delay,) in house.sql(DELAYS, newest)]
    middle, late = statistics.median(delays), percentile(delays, 0.95)
    return [f"{lone} lone events, from commit to handler", f"p50 {middle:.0f} ms", f"p95 {late:.0f} ms"]


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
    parser.add_argument("--lone", type=int, default=60)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="outbox-"))
    folder.chmod(0o711)
    try:
        with put_up(folder) as house:
            citizens = Citizens(house, [house.port])
            citizens.write_many(20)
            settle(house, citizens)
            rows = [drain(house, options.events), wait(house, options.lone), cold(house)]
            sizes = [[name, f"{memory(child.pid):.0f}"] for name, child in sorted(house.children.items())]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    parts = [table(["what", "took", "that is"], rows), table(["processes", "memory (PSS), MB"], sizes)]
    keep("outbox", "What follows a commit, with a worker of two processes", parts)


if __name__ == "__main__":
    main()
