"""How fast the officer's pages are among many cases: `python bench/casework.py [--cases 100000] [--rounds 15]`.

Starts private servers unless DATABASE_URL and REDIS_URL are set (then the database must be empty), generates cases of
Persian text inside the database, opens queue, deep pages, searches, a case and reports as an officer, a head and a
superuser, looks a case up by its code as a citizen, and writes a table to bench/results/. For every page: SQL
statements, milliseconds by the clock and of the processor (ours and the database's, which neighbours disturb least),
and each large table that a statement read from end to end.
"""

import argparse
import csv
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.embedded.pytest_plugin import provide

# As in production; tests ask each time.
os.environ.setdefault("REFERENCE_SECONDS", "2")
SERVERS = provide()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.results import keep, table
from directory.enums import Role
from directory.models import Membership, Unit, User
from directory.services import load_reference
from feedback.models import Case
from feedback.tests.factories import make_receipt
from portal.warm import warm
from routing.services import load_rules

MESSAGES = (
    "routing/data/routing-cases.csv",
    "routing/tests/data/more-cases.csv",
    "routing/tests/data/held-out.csv",
)
BATCH = 50_000
#: Tables that grow with the cases; reading one of them whole is what must not happen.
LARGE = ("feedback_case", "feedback_casewords", "feedback_message", "feedback_caseevent", "feedback_word")
#: Tables that are filled here.
FILLED = (*LARGE, "feedback_deadline", "feedback_routingdecision", "feedback_caseexclusion")
QUEUE = "/admin/feedback/case/"

# The texts of two messages each, so that no two cases are quite alike; every case also has a word of its own in every
# ten (rare), is of one of a thousand senders in three of five, and is still to be done in one of eight; the others were
# answered within forty days. One in fifty complains of a unit, whose people never see it; staff sent one in twenty on.
CASES = """
INSERT INTO feedback_case (id, number, code_hash, code_key, token_digest, kind, status, channel, language, subject,
    target, about_person, full_name, phone, email, organization, letter_number, is_anonymous, unit_id, is_confidential,
    external_bodies, awaits_staff, version, received_at, due_on, answered_at, answered_in, answered_late, redirects,
    place, code_is_one_time)
SELECT g, format('%%s-%%s-0', 1400 + g %% 6, lpad(g::text, 8, '0')), decode(md5(g::text) || md5(g::text || 'c'), 'hex'),
    1, decode(md5(g::text || 't') || md5(g::text || 'u'), 'hex'), kind,
    CASE WHEN g %% 8 = 0 THEN 'in_progress' ELSE 'answered' END, 'web', 'fa', left(one.subject, 120), '', '',
    CASE WHEN g %% 5 < 3 THEN 'فرستندهٔ نمونه ' || g %% 1000 ELSE '' END,
    CASE WHEN g %% 5 < 3 THEN '+98916' || lpad((g %% 1000)::text, 7, '0') ELSE '' END, '', '', '', g %% 5 >= 3,
    (ARRAY[%(units)s])[1 + abs(hashtext(g::text)) %% %(many)s], kind = 'misconduct', false, g %% 8 = 0, 1,
    received, due,
    answered, extract(day FROM answered - received) * 5 / 7, answered::date > due, (g %% 20 = 7)::int, '', false
FROM generate_series(%(first)s, %(last)s) AS g
    JOIN bench_text AS one ON one.n = g %% %(texts)s
    CROSS JOIN LATERAL (SELECT CASE WHEN g %% 40 = 0 THEN 'misconduct' ELSE 'complaint' END AS kind) AS kinds
    CROSS JOIN LATERAL (SELECT now() - interval '1 minute' * (%(count)s - g) AS received,
        current_date + 30 - ((%(count)s - g) / %(a_day)s)::int AS due) AS days
    CROSS JOIN LATERAL (SELECT CASE WHEN g %% 8 > 0 THEN
        least(now(), received + interval '1 hour' * abs(hashtext('a' || g) %% 960)) END AS answered) AS answers
"""
PARTS = (
    """INSERT INTO feedback_message (case_id, side, purpose, body, sent_at)
    SELECT g, 'citizen', 'submission', one.body || ' ' || two.body || ' ' || bench_rare(g), now()
    FROM generate_series(%(first)s, %(last)s) AS g JOIN bench_text AS one ON one.n = g %% %(texts)s
        JOIN bench_text AS two ON two.n = g * 31 %% %(texts)s""",
    """INSERT INTO feedback_casewords (case_id, words)
    SELECT g, one.words || two.words || ARRAY[g::text, bench_rare(g)] || CASE WHEN g %% 5 < 3
        THEN ARRAY['+98916' || lpad((g %% 1000)::text, 7, '0')] ELSE '{}' END
    FROM generate_series(%(first)s, %(last)s) AS g JOIN bench_text AS one ON one.n = g %% %(texts)s
        JOIN bench_text AS two ON two.n = g * 31 %% %(texts)s""",
    """INSERT INTO feedback_caseevent (case_id, kind, side, unit_id, reason, at)
    SELECT g, kind, 'system', NULL, '', now() FROM generate_series(%(first)s, %(last)s) AS g,
        unnest(ARRAY['submitted', 'routed', 'assigned']) AS kind""",
    """INSERT INTO feedback_deadline (case_id, policy, days, registered_on, due_on, reason, set_at, calendar)
    SELECT id, 'complaint', 15, due_on - 21, due_on, '', now(), '' FROM feedback_case
        WHERE id BETWEEN %(first)s AND %(last)s""",
    """INSERT INTO feedback_routingdecision (case_id, unit_id, stage, rule_code, points, excluded, reasons,
        override_reason, decided_at)
    SELECT id, unit_id, 'points', 'r05', '{}', '[]', '[]', '', received_at FROM feedback_case
        WHERE id BETWEEN %(first)s AND %(last)s""",
    """INSERT INTO feedback_routingdecision (case_id, unit_id, stage, rule_code, points, excluded, reasons,
        overridden_by_id, override_reason, decided_at)
    SELECT id, unit_id, 'override', '', '{}', '[]', '[]', %(staff)s, 'آنجا', least(now(), received_at + interval '1 d')
        FROM feedback_case WHERE id BETWEEN %(first)s AND %(last)s AND id %% 20 = 7""",
    """INSERT INTO feedback_caseexclusion (case_id, unit_id)
    SELECT id, named FROM feedback_case
        CROSS JOIN LATERAL (SELECT (ARRAY[%(units)s])[1 + id / 50 %% %(many)s] AS named) AS complaint
        WHERE id BETWEEN %(first)s AND %(last)s AND id %% 50 = 0 AND unit_id <> named""",
)
#: A word that one case in ten has for itself.
RARE = """
CREATE FUNCTION bench_rare(g bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN g % 10 = 7 THEN 'زاگرس' || translate(g::text, '0123456789', 'ابپتجدرسشع') ELSE 'نمونه' END
$$;
"""
VOCABULARY = """
INSERT INTO feedback_word (word, cases, forms)
SELECT word, count(*), feedback_word_forms(word)
  FROM feedback_casewords JOIN feedback_case ON id = case_id AND NOT is_confidential, unnest(words) AS word
 WHERE word ~ '^[^0-9@+]{3,30}$' GROUP BY word
"""


def generate(count: int) -> None:
    """Fill the tables inside the database, their indexes in the end; the role must be a superuser of the database."""
    texts, units = _texts(), list(Unit.objects.order_by("order").values_list("pk", flat=True))
    staff = User.objects.create(username="bench.staff")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_text (n int, subject text, body text, words text[])")
        cursor.executemany(
            "INSERT INTO bench_text VALUES (%s, %s, %s, feedback_words(%s))",
            [(n, subject, body, f"{subject} {body}") for n, (subject, body) in enumerate(texts)],
        )
        cursor.execute(RARE)
        indexes = _drop_indexes(cursor)
        # Triggers of the tables and of their foreign keys rest: what they would add is added here, what they would
        # look up is right by construction.
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        for first in range(1, count + 1, BATCH):
            values = {
                "first": first,
                "last": min(first + BATCH - 1, count),
                "count": count,
                "texts": len(texts),
                "many": len(units),
                "staff": staff.pk,
                "a_day": max(count // 1500, 1),
            }
            for part in (CASES, *PARTS):
                cursor.execute(part.replace("%(units)s", ", ".join(map(str, units))), values)
        cursor.execute("SET maintenance_work_mem = '256MB'; SET work_mem = '128MB'")
        for index in indexes:
            cursor.execute(index)
        cursor.execute(VOCABULARY)
        cursor.execute("SELECT setval('feedback_case_id_seq', %s)", [count])
        cursor.execute("RESET session_replication_role; RESET synchronous_commit; RESET work_mem")
        cursor.execute("VACUUM ANALYZE")


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop what would be kept up row by row; return the statements that build it again at once."""
    cursor.execute(
        """SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (
                SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))""",
        [list(FILLED)],
    )
    found = list(cursor.fetchall())
    for name, _built in found:
        cursor.execute(f"DROP INDEX {name}")
    return [built for _name, built in found]


def _texts() -> list[tuple[str, str]]:
    rows = []
    for name in MESSAGES:
        with (ROOT / name).open(encoding="utf-8-sig", newline="") as file:
            rows += [(row["subject"] or "بی‌عنوان", row["body"]) for row in csv.DictReader(file)]
    random.Random(7).shuffle(rows)
    return rows


# --- Measuring ----------------------------------------------------------------------------------------------------


class Figure(NamedTuple):
    """What one page took: statements, milliseconds by the clock and of the processor, ours and the database's.

    The fastest round is what the page takes where nothing else runs; the median by the clock tells of the neighbours,
    too, those of the processor hardly.
    """

    page: str
    queries: int
    fastest: float
    median: float
    slowest: float
    cpu: float
    database: float
    scans: str


def measure(page: str, ask: Callable[[], Any], rounds: int) -> Figure:
    """Open a page once to warm up, once to look at its plans, then so many times with a clock."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    if response.status_code not in (200, 303):
        sys.exit(f"{page}: {response.status_code}")
    statements = [query["sql"] for query in captured]
    # Planned and run twice: what the first run read from the disk says nothing of the page.
    reads = [sql for sql in statements if sql.startswith(("SELECT", "WITH"))]
    plans = [[plan_of(sql), plan_of(sql)][1] for sql in reads]
    scans = sorted({table for plan in plans for table in read_whole(plan["Plan"])})
    walls, ours, theirs = [], [], []
    backend = connection.connection.info.backend_pid
    for _round in range(rounds):
        wall, own, database = time.perf_counter(), time.process_time(), on_processor(backend)
        ask()
        walls.append(1000 * (time.perf_counter() - wall))
        ours.append(1000 * (time.process_time() - own))
        theirs.append(1000 * (on_processor(backend) - database))
    clock = (min(walls), statistics.median(walls), max(walls))
    return Figure(
        page,
        len(statements),
        *clock,
        statistics.median(ours),
        statistics.median(theirs),
        ", ".join(scans) or "none",
    )


def on_processor(process: int) -> float:
    """Return for how many seconds a process of this machine has run, as Linux counts it; nothing where it does not."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except OSError:
        return 0.0


def plan_of(sql: str) -> dict[str, Any]:
    """Run a statement and return how the database went about it."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        told = cursor.fetchone()[0]
    plan: dict[str, Any] = (json.loads(told) if isinstance(told, str) else told)[0]
    return plan


def read_whole(node: dict[str, Any]) -> Iterator[str]:
    """Yield the large tables of which this part of a plan read more than half, row by row.

    A scan that a limit ends after a thousand rows is not among them: it costs the same on any number of rows.
    """
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE:
        read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        if read > Case.objects.count() / 2:
            yield node["Relation Name"]
    for part in node.get("Plans", ()):
        yield from read_whole(part)


def client_of(name: str, *memberships: tuple[str, Role], is_superuser: bool = False) -> Client:
    user, _is_new = User.objects.get_or_create(username=name, is_staff=True, is_superuser=is_superuser)
    for unit, role in memberships:
        Membership.objects.get_or_create(user=user, unit=Unit.objects.get(code=unit), role=role)
    client = Client()
    client.force_login(user)
    return client


def found(client: Client, words: str) -> str:
    """Send a search as the form does and return the address of its results."""
    return str(client.post(f"{QUEUE}search/", {"q": words})["Location"])


def pages(count: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield what is measured: its name and how to open it."""
    clients = {
        "officer": client_of("bench.officer", ("CONT", Role.OFFICER)),
        "head": client_of("bench.head", ("HEAD", Role.HEAD)),
        "superuser": client_of("bench.root", is_superuser=True),
    }
    for role, client in clients.items():
        yield f"queue, {role}", lambda client=client: client.get(QUEUE)
        for state in ("open", "all"):
            address = f"{QUEUE}?state={state}&after={deep_place(role, state)}"
            yield (
                f"queue at 80 % ({state}), {role}",
                lambda client=client, address=address: client.get(address),
            )
    rare = "زاگرس" + str(count // 10 * 10 - 3).translate(str.maketrans("0123456789", "ابپتجدرسشع"))
    searches = {
        "rare word": rare,
        "rare word, mistyped": rare[:2] + rare[3:],
        "common word": "رتبه‌بندی",
        "absent word": "قققغغغ",
        "phone": "09160000007",
        "running number": str(count // 2),
    }
    for name, words in searches.items():
        address = found(clients["superuser"], words)
        yield f"search, {name}, superuser", lambda address=address: clients["superuser"].get(address)
    own = Case.objects.filter(unit__code="CONT", is_confidential=False).latest("pk")
    yield "case, officer", lambda: clients["officer"].get(f"{QUEUE}{own.pk}/change/")
    yield "report, 90 days, head", lambda: clients["head"].get("/reports/cases/")
    yield "report, 90 days, superuser", lambda: clients["superuser"].get("/reports/cases/")
    citizen, code = Client(), make_receipt(token=f"bench-{own.pk}").code
    yield "look-up by code, citizen", lambda: citizen.post("/track/", {"code": code})
    yield "case, citizen", lambda: citizen.get("/track/case/")


def deep_place(role: str, state: str) -> str:
    """Return where a page four fifths down the list begins."""
    cases = Case.objects.filter(unit__code="CONT") if role == "officer" else Case.objects.all()
    rows = cases.filter(status="in_progress") if state == "open" else cases
    day, pk = rows.order_by("due_on", "id").values_list("due_on", "id")[rows.count() * 4 // 5]
    return f"{day.isoformat()}.{pk}"


# --- Telling ------------------------------------------------------------------------------------------------------


def told(figures: list[Figure], count: int, seconds: float) -> list[str]:
    """Return the parts of the result: what was run, and one line a page."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        size = cursor.fetchone()[0]
    made = f"generated in {seconds:.0f} s" if seconds > 1 else "filled before"
    about = (
        f"`python bench/casework.py --cases {count}`: PostgreSQL {version}, database {size},"
        f" {made}. Milliseconds of the whole page in one process, rendering included.\n"
    )
    head = (
        "page",
        "SQL statements",
        "fastest ms",
        "median ms",
        "slowest ms",
        "our processor",
        "the database's",
    )
    rows = [(f.page, f.queries, *(f"{figure:.1f}" for figure in f[2:7]), f.scans) for f in figures]
    return [about, table((*head, "tables read whole"), rows)]


def run(count: int, rounds: int, *, is_filled: bool) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    load_reference()
    load_rules()
    warm()  # as a server does before its first page
    began = time.perf_counter()
    if not is_filled:
        generate(count)
    seconds = time.perf_counter() - began
    print(f"{count:,} cases generated in {seconds:.0f} s", flush=True)
    figures = []
    for name, ask in pages(count):
        figures.append(measure(name, ask, rounds))
        print(json.dumps(figures[-1]._asdict(), ensure_ascii=False), flush=True)
    parts = told(figures, count, seconds)
    keep(f"casework-{count}", f"Queue, search, case, reports and look-up among {count:,} cases", parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--filled", action="store_true", help="the database was filled by a run before")
    asked = parser.parse_args()
    try:
        run(asked.cases, asked.rounds, is_filled=asked.filled)
    finally:
        connection.close()
        if SERVERS:
            SERVERS.stop()


if __name__ == "__main__":
    main()
