"""The portal beside the floor, and beside peers: `python bench/floor.py [--quick] [--peers FILE …]`.

Starts a private PostgreSQL (with its write barriers) and Valkey, the portal and a bare Django application (`mini.py`)
under the same web server, and visits every operation once a round in shuffled order, so that all sides meet the same
machine. A ratio is that of one round; the figure is the median of the rounds. CPU is user and system time of the web
server's and of PostgreSQL's processes for one request: it does not hang on the load generator, which shares the cores.
Other systems that run already join the rounds by a file each (`peers.py` tells its format).
"""

import argparse
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.load import (
    BODY,
    PASSWORD,
    SUBJECT,
    Answer,
    Line,
    Operation,
    Request,
    Sample,
    Site,
    form_of,
    memory,
    percentile,
    visit,
)
from bench.peers import peer
from bench.results import keep, table
from portal.embedded import process
from portal.embedded.postgres import DATABASE, USER
from portal.embedded.pytest_plugin import TEST_ENVIRONMENT
from portal.embedded.servers import Servers, servers

#: Requests for each operation before anything is measured, over more connections than there are processes.
WARM = 32
#: Of these, each request needs a page of its own before it.
TOKENS = {"submit", "survey submit"}
#: A visit is repeated when others used more of the machine, twice at most.
DISTURBED = 0.12


@dataclass(frozen=True)
class Goal:
    """What the portal is to reach beside the bare application: at least this rate, at most this work of the CPU."""

    operation: str
    beside: str
    rate: float
    work: float | None = None


#: Web servers and what they serve.
SIDES = (("portal", "portal.wsgi"), ("floor", "bench.mini"))
GOALS = (
    Goal("submit", "mini submit", 0.6, 1.65),
    Goal("look-up, case page", "mini look-up", 0.5),
    Goal("form page", "mini form page", 0.6),
)
#: Heads of the tables of goals.
REACHED = ("at least / most", "measured", "from–to", "reached")
#: How many times the median the slowest of a hundred may wait in these, and the memory of the web server in MB.
TAIL, MEMORY = 2.5, 150
ANSWER = """
import sys, django; django.setup()
from django.utils import timezone
from directory.models import User
from feedback import selectors, services
case = selectors.case_by_code(sys.argv[1])
officer = User.objects.get(username=f"{case.unit.code.lower()}.officer")
services.answer(case_id=case.pk, actor=officer, body=sys.argv[2], at=timezone.now())
"""

#: A statement in PostgreSQL's log, and those that only keep a connection alive or bracket others.
STATEMENT = re.compile(r"LOG:  (?:statement|execute \S+): (.*)")
BRACKETS = re.compile(
    r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET |SELECT 1$|FETCH|CLOSE|SELECT set_config)"
)


# --- Measuring ------------------------------------------------------------------------------------------------------


def count_queries(operations: list[Operation], kept: Servers) -> None:
    """Count the statements of one request, brackets of transactions aside, in PostgreSQL's own log."""
    with kept.postgres.connection(DATABASE) as link, link.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {DATABASE} SET log_statement = 'all'")
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        for operation in operations:
            counts = []
            for _try in range(10):
                wire = operation.make().wire(operation.site.port)
                mark = process.size(kept.postgres.log)
                operation.ask(Line(operation.site.port), wire)
                with kept.postgres.log.open("rb") as log:
                    log.seek(mark)
                    said = STATEMENT.findall(log.read().decode("utf-8", "replace"))
                counts.append(sum(not BRACKETS.match(statement) for statement in said))
            operation.queries = round(statistics.median(counts))
        cursor.execute(f"ALTER DATABASE {DATABASE} RESET log_statement")


@dataclass(frozen=True)
class Ratio:
    """Our operation beside another, round by round: rates, and work of the CPU."""

    rates: list[float]
    works: list[float]

    @classmethod
    def of(cls, ours: Operation, theirs: Operation) -> "Ratio":
        pairs = list(zip(ours.samples, theirs.samples, strict=True))
        return cls([a.rate / b.rate for a, b in pairs], [a.work / b.work for a, b in pairs])


def row(operation: Operation, floors: dict[str, Operation]) -> list[str]:
    """Return the line of one operation."""
    waits = [wait for sample in operation.samples for wait in sample.waits]
    rate, web, database, tail = (
        statistics.median(getattr(one, part) for one in operation.samples)
        for part in ("rate", "web", "database", "tail")
    )
    cells = [operation.name, operation.site.name, f"{rate:.0f}"]
    cells += [f"{percentile(waits, share):.1f}" for share in (0.5, 0.95, 0.99)]
    cells += [f"{tail:.1f}", f"{web:.2f} + {database:.2f}" if operation.site.database else f"{web:.2f}"]
    cells += ["" if operation.queries is None else str(operation.queries), f"{operation.samples[0].size:,}"]
    found = [(name, Ratio.of(operation, floors[name])) for name in operation.beside if name in floors]
    cells.append(", ".join(f"{statistics.median(ratio.rates):.2f}× {name}" for name, ratio in found))
    return [*cells, ", ".join(f"{statistics.median(ratio.works):.1f}×" for _name, ratio in found)]


def goals(operations: dict[str, Operation], held: float) -> Iterator[list[str]]:
    """Yield a line for every goal: what it is, what was measured, from–to of the rounds, and whether it is reached."""
    for goal in GOALS:
        if goal.operation not in operations:
            continue
        ours = operations[goal.operation]
        ratio = Ratio.of(ours, operations[goal.beside])
        yield verdict(f"{goal.operation}: rate / {goal.beside}", goal.rate, ratio.rates)
        if goal.work is not None:
            yield verdict(f"{goal.operation}: CPU / {goal.beside}", goal.work, ratio.works, is_most=True)
        tails = [sample.tail for sample in ours.samples]
        yield verdict(f"{goal.operation}: p99 / p50", TAIL, tails, is_most=True)
    yield verdict("memory of the web server, MB", MEMORY, [held], is_most=True)


def verdict(name: str, goal: float, measured: list[float], *, is_most: bool = False) -> list[str]:
    middle = statistics.median(measured)
    is_reached = middle <= goal if is_most else middle >= goal
    span = f"{min(measured):.2f}–{max(measured):.2f}"
    return [name, f"{'≤' if is_most else '≥'} {goal:g}", f"{middle:.2f}", span, "yes" if is_reached else "no"]


def peers_beside(ours: dict[str, Operation], theirs: list[Operation]) -> Iterator[list[str]]:
    """Yield a line for every operation of a peer that the portal has, too."""
    for operation in theirs:
        for name in filter(ours.__contains__, operation.beside):
            ratio = Ratio.of(ours[name], operation)
            told = verdict(name, operation.goal, ratio.rates)
            goal = told[1:] if operation.goal else ["", *told[2:4], ""]
            work = statistics.median(1 / one for one in ratio.works)
            yield [name, operation.site.name, *goal, f"{work:.1f}" if operation.site.database else ""]


# --- The portal's operations ----------------------------------------------------------------------------------------


def portal_operations(site: Site) -> list[Operation]:
    submission = Request("/feedback/new/complaint/")

    def fresh() -> Request:
        fields = form_of(site.get(submission.path).body, "subject")
        return Request(
            submission.path, {**fields, "subject": SUBJECT, "body": BODY, "full_name": "شهروند نمونه ۱"}
        )

    sent = site.post(submission.path, fresh().fields or {})
    receipt = site.get(sent.header("Location"), sent.cookies())
    code = re.search(rb'data-tracking-code="(\d{16})"', receipt.body)[1].decode()  # type: ignore[index]
    django = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    subprocess.run([sys.executable, "-c", ANSWER, code, BODY], check=True, cwd=ROOT, env=django)
    staff = sign_in(site, "cont.officer")
    manager = sign_in(site, "manager")
    survey = site.get("/surveys/site/").body
    answers = first_choices(survey)

    def answered() -> Request:
        return Request(
            "/surveys/site/", {**form_of(site.get("/surveys/site/").body, "form_token"), **answers}
        )

    @cache
    def visit_since(_five_minutes: float) -> str:
        return site.post("/track/", {"code": code}).cookies()

    def opened() -> Request:  # a visit ends sooner than a long run
        return Request("/track/case/", cookie=visit_since(time.monotonic() // 300))

    def plain(path: str, cookie: str = "") -> Callable[[], Request]:
        return lambda: Request(path, cookie=cookie)

    def looked_up() -> Request:
        return Request("/track/", {"code": code})

    def led_on(answer: Answer) -> Request:
        return Request(answer.header("Location"), cookie=answer.cookies())

    table = [
        Operation("home", site, 200, plain("/"), ("page",)),
        Operation("form page", site, 200, plain(submission.path), ("page", "mini form page")),
        Operation("submit", site, 303, fresh, ("insert", "mini submit")),
        Operation("look-up by code", site, 303, looked_up, ("lookup",)),
        Operation("case page", site, 200, opened, ("lookup",)),
        Operation("look-up, case page", site, 200, looked_up, ("lookup", "mini look-up"), (led_on,)),
        Operation("service card", site, 200, plain("/services/s01/"), ("lookup",)),
        Operation("contacts", site, 200, plain("/contact/"), ("lookup",)),
        Operation("survey submit", site, 303, answered, ("insert",)),
        Operation("admin queue", site, 200, plain("/admin/feedback/case/", staff), ("lookup",)),
        Operation("report page", site, 200, plain("/reports/", manager), ("lookup",)),
    ]
    return [one for one in table if works(one)]


def works(operation: Operation) -> bool:
    request = operation.make()
    answer = operation.ask(Line(operation.site.port), request.wire(operation.site.port))
    if answer.status != operation.expects:
        sys.stderr.write(f"left out: {operation.name} ({request.path} answers {answer.status})\n")
    return answer.status == operation.expects


def first_choices(page: bytes) -> dict[str, str]:
    """Answer every choice of a survey with its first value."""
    radios = re.findall(r'<input[^>]*type="radio"[^>]*>', page.decode())
    chosen: dict[str, str] = {}
    for tag in radios:
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            chosen.setdefault(name[1], value[1])
    return chosen


def sign_in(site: Site, name: str) -> str:
    page = site.get("/accounts/login/")
    fields = {**form_of(page.body, "login"), "login": name, "password": PASSWORD}
    answer = site.post("/accounts/login/", fields, page.cookies())
    return "; ".join(filter(None, [page.cookies(), answer.cookies()]))


def floor_operations(site: Site) -> list[Operation]:
    numbers = iter(range(1 << 40))

    def code() -> str:
        return next(numbers).to_bytes(32, "big").hex()

    known = code()
    site.post("/insert/", {"code": known, "body": BODY})
    form = site.get("/form/")
    words = {"full_name": "شهروند نمونه ۱", "email": "citizen@example.ir", "topic": "t3", "body": BODY}
    message = Request("/form/", form_of(form.body, "body") | words, form.cookies())
    secret = site.post(message.path, message.fields or {}, message.cookie).body.decode()
    return [
        Operation("page", site, 200, lambda: Request("/")),
        Operation("lookup", site, 200, lambda: Request("/lookup/", {"code": known})),
        Operation("insert", site, 303, lambda: Request("/insert/", {"code": code(), "body": BODY})),
        Operation("mini form page", site, 200, lambda: Request("/form/")),
        Operation("mini submit", site, 303, lambda: message),
        Operation("mini look-up", site, 200, lambda: Request("/case/", {"code": secret})),
    ]


# --- Putting up and taking down -------------------------------------------------------------------------------------


@contextmanager
def put_up(folder: Path) -> Iterator[tuple[Servers, Site, Site]]:
    """Start the servers and both web servers."""
    kept = servers(folder, durable=True)
    kept.start()
    os.environ.update(
        {**TEST_ENVIRONMENT, **kept.environment, "DATA_DIR": str(folder), "FORM_MIN_SECONDS": "0"}
    )
    os.environ.update({"MANIFEST_STATIC": "1", "DEMO_PASSWORD": PASSWORD, "LOG_LEVEL": "ERROR"})
    os.environ["REFERENCE_SECONDS"] = "2"  # as in production; tests ask each time
    (folder / "collected").mkdir(exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "portal.embedded.prepare"], check=True, cwd=ROOT, stderr=subprocess.DEVNULL
    )
    subprocess.run([sys.executable, "-c", "import bench.mini as mini; mini.prepare()"], check=True, cwd=ROOT)
    sites = [web(name, module, folder, kept) for name, module in SIDES]
    try:
        yield kept, sites[0], sites[1]
    finally:
        for site in sites:
            process.kill_group(site.pid)
        kept.stop()


def web(name: str, module: str, folder: Path, kept: Servers) -> Site:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", module, "--config", "deploy/gunicorn.conf.py"]
    env = os.environ | {"WEB_BIND": f"127.0.0.1:{port}"}
    begun = time.monotonic()
    child = process.spawn(command, log=folder / f"{name}.log", env=env, cwd=ROOT)
    if not process.wait_until(lambda: reachable(port), seconds=60):
        raise SystemExit((folder / f"{name}.log").read_text())
    database = kept.postgres.child.pid if kept.postgres.child else 0
    return Site(name, port, child.pid, database, time.monotonic() - begun)


def reachable(port: int) -> bool:
    try:
        return Line(port).ask(Request("/").wire(port)).status == 200
    except OSError:
        return False


def pgbench(kept: Servers, folder: Path) -> list[list[str]]:
    """Return what PostgreSQL alone does with the floor's statements: transactions a second at four clients."""
    program = kept.postgres.programs / "pgbench"
    if not program.exists():
        return []
    scripts = {
        "one row by hash": "SELECT id, body FROM bench_row WHERE code = decode(lpad('0', 64, '0'), 'hex');\n",
        "one insert": "INSERT INTO bench_row (code, body) VALUES (sha256(random()::text::bytea), repeat('ب', 500));\n",
    }
    rows = []
    for name, text in scripts.items():
        script = folder / "script.sql"
        script.write_text(text, encoding="utf-8")
        command = [program, "-n", "-c", "4", "-j", "1", "-T", "3", "-M", "prepared", "-f", script]
        command += ["-h", kept.postgres.room, "-U", USER, DATABASE]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        rows.append([name, f"{float(found[1]):,.0f}" if found else done.stderr.strip()[-80:]])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--peers", type=Path, nargs="+", default=[], help="files that tell of other systems")
    parser.add_argument(
        "--quick", action="store_true", help="one short round, to see that everything is measured"
    )
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 0.5
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    folder.chmod(0o711)
    try:
        with put_up(folder) as (kept, ours, bare):
            measure(kept, ours, bare, options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(kept: Servers, ours: Site, bare: Site, options: argparse.Namespace, folder: Path) -> None:
    own, theirs = portal_operations(ours), [one for file in options.peers for one in peer(file)]
    bares = floor_operations(bare)
    operations = [*own, *bares, *theirs]
    # Every process meets every page, and compiles the rules, before anything counts.
    for operation in operations:
        visit(operation, 2 * options.connections, 10, WARM)
    for number in range(options.rounds + 1):  # the first round only warms up
        sys.stderr.write(f"round {number} of {options.rounds} …\n")
        for operation in random.sample(operations, len(operations)):
            sample = at_rest(operation, options, tries=3 if number and not options.quick else 1)
            if number:
                operation.samples.append(sample)
    count_queries([*own, *bares], kept)
    floors, names = ({one.name: one for one in some} for some in (bares, [*own, *bares]))
    head = ["operation", "server", "req/s", "p50 ms", "p95", "p99", "p99 / p50", "CPU ms web + db", "queries"]
    head += ["bytes", "rate / floor", "CPU / floor"]
    parts = [
        called(options, operations),
        table(head, [row(one, floors) for one in operations]),
        table(("goal", *REACHED), goals(names, memory(ours.pid))),
    ]
    if theirs:
        sites = {one.site.name: one.site for one in theirs}
        parts.append("".join(f"- {name}: {site.about}\n" for name, site in sites.items()))
        head = ["portal's rate / peer's", "peer", *REACHED, "peer's CPU / portal's"]
        parts.append(table(head, peers_beside(names, theirs)))
    starts = [[site.name, f"{memory(site.pid):.0f}", f"{site.started:.1f}"] for site in (ours, bare)]
    parts.append(table(["web server", "memory (PSS), MB", "first answer after, s"], starts))
    head = ["PostgreSQL alone (pgbench, 4 clients, prepared)", "a second"]
    parts.append(table(head, pgbench(kept, folder)))
    name = "peers" if theirs else "floor"
    title = "The portal beside a bare Django application" + (" and its peers" if theirs else "")
    keep(f"{name}-quick" if options.quick else name, title, [*parts, capacity(own)])


def at_rest(operation: Operation, options: argparse.Namespace, *, tries: int) -> Sample:
    """Visit an operation, again while others disturb; the visit that was disturbed least counts."""
    most = 800 if options.quick else 8_000
    if operation.site.name == "portal" and operation.name in TOKENS:
        most = 20 if options.quick else 300
    found: list[Sample] = []
    while len(found) < tries and not any(one.others <= DISTURBED for one in found):
        found.append(visit(operation, options.connections, options.seconds, most))
    return min(found, key=lambda sample: sample.others)


def called(options: argparse.Namespace, operations: list[Operation]) -> str:
    """Return how it was run, what the generator of the load cost, and how much others disturbed."""
    samples = [sample for operation in operations for sample in operation.samples]
    cost, others = [one.generator for one in samples], [one.others for one in samples]
    return (
        f"{options.rounds} rounds of {options.seconds:g} s over {options.connections} connections. The load's generator"
        f" shares the cores and takes {statistics.median(cost):.2f} ms of CPU for an operation"
        f" ({min(cost):.2f}–{max(cost):.2f}), which draws ratios of rates towards 1, but not those of CPU."
        f" Others used {statistics.median(others):.0%} of the machine (at most {max(others):.0%}).\n"
    )


def capacity(operations: list[Operation]) -> str:
    """Return what one core can take in, computed from the processor's share of a submission and what follows it."""
    submit = next((one for one in operations if one.name == "submit"), None)
    if submit is None:
        return ""
    spent = statistics.median(sample.work for sample in submit.samples)
    day = 86_400_000
    return f"One core takes in {day:,} / {spent:.1f} ms = {day / spent:,.0f} messages a day, doing nothing else.\n"


if __name__ == "__main__":
    main()
