"""How fast the reports of the surveys are over many responses: `python bench/surveys.py [--responses 1000000]`.

Starts private servers unless DATABASE_URL and REDIS_URL are set, generates responses of four quarters to the service
survey in thirty services of ten units inside the database, counts the quarters, holds every sum against a count of
the responses in plain SQL, measures the pages of the report, a submission and the memory of the process, writes a
table to bench/results/ and rolls everything back.
"""

import argparse
import cProfile
import os
import pstats
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.embedded.pytest_plugin import provide

SERVERS = provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from bench.results import keep, table
from directory.models import Service, Unit, User
from surveys import services
from surveys.enums import VISIT_SURVEY, ItemKind
from surveys.models import Closing, Tally, Version
from surveys.policy import Quarter, quarter_slug
from surveys.selectors import published
from surveys.services.defaults import load_default_questionnaires

FIRST = Quarter(1404, 2)
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
BATCH = 50_000
ROUNDS = 20

# Six of ten answer by a code, two on paper, one at a kiosk, one on the site; one of a hundred was too fast. Keys count
# up, so that the indexes grow at one end.
RESPONSES = """
INSERT INTO surveys_response (id, version_id, service_id, unit_id, mode, language, day, hour, flags, token_digest)
SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, %(version)s, place.id, place.unit_id,
    (ARRAY['token', 'token', 'token', 'token', 'token', 'token', 'paper', 'paper', 'kiosk', 'web'])
        [1 + abs(hashtext('mode' || g)) %% 10],
    'fa', %(first)s::date + abs(hashtext('day' || g)) %% %(days)s, 8 + g %% 6,
    CASE WHEN g %% 100 = 0 THEN ARRAY['speeding'] ELSE '{}' END, decode(lpad(to_hex(g), 64, '0'), 'hex')
FROM generate_series(%(start)s, %(end)s) AS g
    JOIN (SELECT id, unit_id, row_number() OVER (ORDER BY id) AS n FROM directory_service) AS place
        ON place.n = 1 + abs(hashtext('place' || g)) %% (SELECT count(*) FROM directory_service)
"""
ANSWERS = """
INSERT INTO surveys_answervalue (id, response_id, item_id, option_id, number, text)
SELECT ('00000000-0000-4001-8000-' || lpad(to_hex(16 * g + one.place), 12, '0'))::uuid,
    ('00000000-0000-4000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, one.item, one.option, NULL, ''
FROM generate_series(%(start)s, %(end)s) AS g CROSS JOIN bench_option AS one
WHERE one.value = substr('5554443321', 1 + abs(hashtext(one.place || ' ' || g)) %% 10, 1)
"""
# Every sum of an answer, counted once more from the responses without the portal's queries; how many differ.
DIFFERENCES = """
WITH counted AS (
    SELECT closing.id AS closing_id, response.unit_id, response.service_id,
        response.mode IN ('token', 'paper') AS is_assured, item.code, option.value, count(*) AS count
    FROM surveys_answervalue AS answer
        JOIN surveys_response AS response ON response.id = answer.response_id
        JOIN surveys_item AS item ON item.id = answer.item_id
        JOIN surveys_option AS option ON option.id = answer.option_id
        JOIN bench_quarter AS closing ON response.day BETWEEN closing.first AND closing.last
    WHERE NOT 'speeding' = ANY (response.flags)
    GROUP BY 1, 2, 3, 4, 5, 6
), summed AS (
    SELECT closing_id, unit_id, service_id, is_assured, code, value, count FROM surveys_tally
    WHERE code <> '' AND value <> '' AND right(code, 1) ~ '[A-Z0-9_]'
)
SELECT count(*) FROM ((TABLE counted EXCEPT TABLE summed) UNION ALL (TABLE summed EXCEPT TABLE counted)) AS other
"""


def places() -> list[Service]:
    """Make ten units with three services each."""
    made = []
    for number in range(10):
        unit = Unit.objects.create(code=f"U{number}", name_fa=f"واحد {number}")
        made += [
            Service.objects.create(code=f"v{number}{place}", title_fa=f"خدمت {number} {place}", unit=unit)
            for place in range(3)
        ]
    return made


def generate(count: int) -> None:
    """Store responses with eleven answers each inside the database, spread evenly over four quarters.

    Foreign keys rest meanwhile: what they would look up is what is selected here.
    """
    places()
    version = published(VISIT_SURVEY)
    scales = [item for item in version.asked if item.kind == ItemKind.FIVE_POINT]
    names = {
        "version": version.pk,
        "first": FIRST.first,
        "days": (FIRST.next.next.next.last - FIRST.first).days + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("CREATE TEMP TABLE bench_option (place int, item bigint, value text, option bigint)")
        cursor.executemany(
            "INSERT INTO bench_option VALUES (%s, %s, %s, %s)",
            [
                (place, item.pk, option.value, option.pk)
                for place, item in enumerate(scales)
                for option in item.options.all()
            ],
        )
        for start in range(1, count + 1, BATCH):
            batch = {**names, "start": start, "end": min(start + BATCH - 1, count)}
            cursor.execute(RESPONSES, batch)
            cursor.execute(ANSWERS, batch)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE surveys_response, surveys_answervalue")


def count_quarters() -> tuple[int, float]:
    """Count the four quarters, hold every sum against a full count, and return the number of sums and the seconds."""
    began = time.perf_counter()
    services.close_settled_quarters(at=NOW)
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE surveys_tally, surveys_closing")
        cursor.execute("CREATE TEMP TABLE bench_quarter (id bigint, first date, last date)")
        cursor.executemany(
            "INSERT INTO bench_quarter VALUES (%s, %s, %s)",
            [(one.pk, one.period.first, one.period.last) for one in Closing.objects.all()],
        )
        cursor.execute(DIFFERENCES)
        differences = cursor.fetchone()[0]
    if differences:
        raise SystemExit(f"{differences} sums differ from the full count")
    return Tally.objects.count(), took


def pages() -> dict[str, str]:
    """Return the pages that are measured: name → address."""
    slug = quarter_slug(Closing.objects.latest("year", "quarter").period)
    base = f"/reports/surveys/{VISIT_SURVEY}/{slug}/"
    return {
        "report of the quarter": base,
        "page of a unit": f"{base}unit/U3/",
        "half year": f"{base}half/",
        "figures as XLSX": f"{base}figures.xlsx",
    }


def measure() -> Iterator[tuple[object, ...]]:
    """Yield a row for every page: statements, milliseconds by the clock and of our processor, growth in MB."""
    client = Client()
    client.force_login(User.objects.create(username="bench", is_staff=True, is_superuser=True))
    with override_settings(ALLOWED_HOSTS=["*"], SECOND_FACTOR_REQUIRED=False):
        client.get("/")
        for name, address in pages().items():
            before = memory()
            # In English first: templates are read then, and nothing in Persian is drawn yet.
            if client.get(f"/en{address}").status_code != 200:
                raise SystemExit(f"{address} does not answer")
            first, _own = timed(lambda address=address: client.get(address))
            statements = counted(lambda address=address: client.get(address))
            times = [timed(lambda address=address: client.get(address)) for _repeat in range(ROUNDS)]
            yield name, statements, f"{first:.0f}", *in_words(times), f"{memory() - before:.1f}"
    version, service = published(VISIT_SURVEY), Service.objects.get(code="v00")
    statements = counted(lambda: submit(version, service, 0))
    times = [timed(lambda n=n: submit(version, service, n)) for n in range(1, 1 + ROUNDS)]
    yield "submission", statements, "", *in_words(times), ""


def counted(step: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as statements:
        step()
    return len(statements)


def in_words(times: list[tuple[float, float]]) -> tuple[str, str, str]:
    clock = [one for one, _own in times]
    return (
        f"{statistics.median(clock):.0f}",
        f"{min(clock):.0f}–{max(clock):.0f}",
        f"{statistics.median(own for _one, own in times):.0f}",
    )


def submit(version: Version, service: Service, number: int) -> None:
    services.submit_response(
        version=version, answers={"S_SAT": ["5"], "S_FLOW": ["4"]}, service=service, language="fa",
        token=f"bench {number}", at=NOW, seconds=60,
    )  # fmt: skip


def timed(step: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds of a step by the clock and of our processor."""
    began, own = time.perf_counter(), time.process_time()
    step()
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - own)


def memory() -> float:
    """Return what the process holds in memory now, in MB."""
    pages_held = int(Path("/proc/self/statm").read_text().split()[1])
    return pages_held * resource.getpagesize() / 2**20


def profile() -> None:
    """Print where the report page spends its time."""
    client = Client()
    client.force_login(User.objects.create(username="profile", is_staff=True, is_superuser=True))
    address = pages()["report of the quarter"]
    with override_settings(ALLOWED_HOSTS=["*"], SECOND_FACTOR_REQUIRED=False):
        client.get(address)
        with cProfile.Profile() as found:
            for _repeat in range(ROUNDS):
                client.get(address)
    pstats.Stats(found).sort_stats("tottime").print_stats(35)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--profile", action="store_true", help="print where the report page spends its time")
    wanted = parser.parse_args()
    try:
        run(wanted.responses, wanted.profile)
    finally:
        connection.close()
        if SERVERS:
            SERVERS.stop()


def run(count: int, is_profiled: bool) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    with transaction.atomic():
        load_default_questionnaires()
        began = time.perf_counter()
        generate(count)
        took = time.perf_counter() - began
        sums, seconds = count_quarters()
        if is_profiled:
            profile()
        else:
            head = ("What", "Statements", "ms first", "ms (median)", "from–to", "ms of processor", "MB more")
            found = (
                f"{count:,} responses with 11 answers each, generated in {took:.0f} s; four quarters counted in "
                f"{seconds:.0f} s into {sums:,} sums, none of which differs from a full count.\n"
            )
            keep("surveys", "Reports of the surveys over many responses", [found, table(head, measure())])
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
