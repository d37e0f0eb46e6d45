"""The portal beside the floor: `python bench/floor.py [--rounds 5] [--seconds 2] [--connections 4] [--quick]`.

Starts a private PostgreSQL (with its write barriers) and Valkey, the portal and a bare Django application (`mini.py`)
under the same web server, and visits every operation once a round in shuffled order, so that both sides meet the same
machine. A ratio is that of one round; the figure is the median of the rounds. CPU is user and system time of the web
server's and of PostgreSQL's processes for one request: it does not hang on the load generator, which shares the cores.
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
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.results import keep, table
from portal.embedded import process
from portal.embedded.postgres import DATABASE, USER
from portal.embedded.pytest_plugin import TEST_ENVIRONMENT
from portal.embedded.servers import Servers, servers

#: Requests for each operation before anything is measured, over more connections than there are processes.
WARM = 32
TICK = os.sysconf("SC_CLK_TCK")
PASSWORD = "bench-bench-bench"  # noqa: S105 - of a demo that lives for this bench
BODY = "اسفند پارسال مدارک ارتقای پایهٔ شرکت را در ساجات بارگذاری کردیم و سه بار برگشت خورده است. " * 6
SUBJECT = "سه بار برگشت خوردن مدارک رتبه‌بندی"


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire."""

    path: str
    fields: dict[str, str] | None = None
    cookie: str = ""

    def wire(self, port: int) -> bytes:
        body = urlencode(self.fields).encode() if self.fields is not None else b""
        lines = [
            f"{'POST' if self.fields is not None else 'GET'} {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
        ]
        lines += ["Sec-Fetch-Site: same-origin", f"Origin: http://127.0.0.1:{port}"]
        lines += [f"Cookie: {self.cookie}"] if self.cookie else []
        if self.fields is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of an answer."""

    status: int
    head: str
    body: bytes

    def cookies(self) -> str:
        return "; ".join(re.findall(r"(?im)^set-cookie: ([^;]+)", self.head))

    def header(self, name: str) -> str:
        found = re.search(rf"(?im)^{name}: (.+?)\r?$", self.head)
        return found[1] if found else ""


class Line:
    """One lasting connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.left = b""

    def ask(self, wire: bytes) -> Answer:
        try:
            self.socket.sendall(wire)
            return self._read()
        except (ConnectionError, IndexError):  # the server closed an idle connection
            self.open()
            self.socket.sendall(wire)
            return self._read()

    def _read(self) -> Answer:
        while b"\r\n\r\n" not in self.left:
            self._more()
        raw, _gap, self.left = self.left.partition(b"\r\n\r\n")
        head = raw.decode("latin-1")
        length = int(re.search(r"(?im)^content-length: (\d+)", head)[1])  # type: ignore[index]
        while len(self.left) < length:
            self._more()
        body, self.left = self.left[:length], self.left[length:]
        return Answer(int(head.split()[1]), head, body)

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError
        self.left += data


@dataclass
class Site:
    """A web server under measurement."""

    name: str
    port: int
    pid: int
    started: float

    def get(self, path: str, cookie: str = "") -> Answer:
        return Line(self.port).ask(Request(path, cookie=cookie).wire(self.port))

    def post(self, path: str, fields: dict[str, str], cookie: str = "") -> Answer:
        return Line(self.port).ask(Request(path, fields, cookie).wire(self.port))


@dataclass
class Operation:
    """What is measured: `make` gives the next request, ready before the clock starts; `floor` is its counterpart."""

    name: str
    site: Site
    expects: int
    make: Callable[[], Request]
    floor: str = ""
    samples: list["Sample"] = field(default_factory=list)
    queries: int = 0


@dataclass(frozen=True)
class Sample:
    """One visit: requests a second, milliseconds of waiting, CPU milliseconds of web server and database a request."""

    rate: float
    waits: list[float]
    web: float
    database: float
    size: int


#: A statement in PostgreSQL's log, and those that only keep a connection alive or bracket others.
STATEMENT = re.compile(r"LOG:  (?:statement|execute \S+): (.*)")
BRACKETS = re.compile(
    r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET |SELECT 1$|FETCH|CLOSE|SELECT set_config)"
)


# --- CPU of process trees -------------------------------------------------------------------------------------------


def tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from tree(int(child))


def cpu(pid: int) -> float:
    """Return the CPU milliseconds that a process and its living children have used."""
    spent = 0
    for one in tree(pid):
        try:
            parts = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        spent += int(parts[11]) + int(parts[12]) + int(parts[13]) + int(parts[14])
    return 1000 * spent / TICK


# --- Measuring ------------------------------------------------------------------------------------------------------


def visit(operation: Operation, database: int, connections: int, seconds: float, most: int) -> Sample:
    """Send requests over several connections for some seconds, or until the prepared ones are used up."""
    ready = [operation.make().wire(operation.site.port) for _number in range(most)]
    queue, waits, sizes, faults = iter(ready), [], [], []  # type: ignore[var-annotated]
    lock, end = threading.Lock(), time.perf_counter() + seconds

    def run(line: Line) -> None:
        while time.perf_counter() < end:
            with lock:
                wire = next(queue, None)
            if wire is None:
                return
            began = time.perf_counter()
            answer = line.ask(wire)
            waits.append(1000 * (time.perf_counter() - began))
            sizes.append(len(answer.body))
            if answer.status != operation.expects:
                faults.append(answer.status)

    threads = [
        threading.Thread(target=run, args=(Line(operation.site.port),)) for _number in range(connections)
    ]
    before, began = (cpu(operation.site.pid), cpu(database)), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    after = (cpu(operation.site.pid), cpu(database))
    if faults:
        raise SystemExit(
            f"{operation.site.name} {operation.name}: answered {set(faults)}, not {operation.expects}"
        )
    count = len(waits)
    web, base = ((new - old) / count for new, old in zip(after, before, strict=True))
    return Sample(count / took, waits, web, base, round(statistics.mean(sizes)))


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


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
                Line(operation.site.port).ask(wire)
                with kept.postgres.log.open("rb") as log:
                    log.seek(mark)
                    said = STATEMENT.findall(log.read().decode("utf-8", "replace"))
                counts.append(sum(not BRACKETS.match(statement) for statement in said))
            operation.queries = round(statistics.median(counts))
        cursor.execute(f"ALTER DATABASE {DATABASE} RESET log_statement")


def row(operation: Operation, floors: dict[str, Operation]) -> list[str]:
    """Return the line of one operation."""
    waits = [wait for sample in operation.samples for wait in sample.waits]
    parts = ("rate", "web", "database")
    middle = [statistics.median(getattr(one, part) for one in operation.samples) for part in parts]
    cells = [operation.name, operation.site.name, f"{middle[0]:.0f}"]
    cells += [f"{percentile(waits, share):.1f}" for share in (0.5, 0.95, 0.99)]
    cells += [f"{middle[1]:.2f} + {middle[2]:.2f}", str(operation.queries), f"{operation.samples[0].size:,}"]
    floor = floors.get(operation.floor)
    if floor is None:
        return [*cells, "", ""]
    pairs = list(zip(operation.samples, floor.samples, strict=True))
    rates = statistics.median(ours.rate / theirs.rate for ours, theirs in pairs)
    work = statistics.median(
        (ours.web + ours.database) / (theirs.web + theirs.database) for ours, theirs in pairs
    )
    return [*cells, f"{rates:.2f}× {floor.name}", f"{work:.1f}×"]


# --- The portal's operations ----------------------------------------------------------------------------------------


def hidden(page: bytes) -> dict[str, str]:
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page.decode())
    names = [(re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in found]
    return {name[1]: unescape(value[1]) for name, value in names if name and value}


def form_of(page: bytes, field_name: str) -> dict[str, str]:
    """Return the hidden fields of the form that has a certain field."""
    forms = re.findall(rb"<form.*?</form>", page, re.DOTALL)
    return hidden(next(form for form in forms if f'name="{field_name}"'.encode() in form))


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
    opened = site.post("/track/", {**form_of(site.get("/track/").body, "code"), "code": code})
    staff = sign_in(site, "cont.officer")
    manager = sign_in(site, "manager")
    survey = site.get("/surveys/site/").body
    answers = first_choices(survey)

    def answered() -> Request:
        return Request(
            "/surveys/site/", {**form_of(site.get("/surveys/site/").body, "form_token"), **answers}
        )

    def plain(path: str, cookie: str = "") -> Callable[[], Request]:
        return lambda: Request(path, cookie=cookie)

    table = [
        Operation("home", site, 200, plain("/"), "page"),
        Operation("form page", site, 200, plain(submission.path), "page"),
        Operation("submit", site, 303, fresh, "insert"),
        Operation("look-up by code", site, 303, lambda: Request("/track/", {"code": code}), "lookup"),
        Operation("case page", site, 200, plain("/track/case/", opened.cookies()), "lookup"),
        Operation("service card", site, 200, plain("/services/s01/"), "lookup"),
        Operation("contacts", site, 200, plain("/contact/"), "lookup"),
        Operation("survey submit", site, 303, answered, "insert"),
        Operation("admin queue", site, 200, plain("/admin/feedback/case/", staff), "lookup"),
        Operation("report page", site, 200, plain("/reports/", manager), "lookup"),
    ]
    return [one for one in table if works(one)]


def works(operation: Operation) -> bool:
    request = operation.make()
    answer = Line(operation.site.port).ask(request.wire(operation.site.port))
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
    return [
        Operation("page", site, 200, lambda: Request("/")),
        Operation("lookup", site, 200, lambda: Request("/lookup/", {"code": known})),
        Operation("insert", site, 303, lambda: Request("/insert/", {"code": code(), "body": BODY})),
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
    (folder / "collected").mkdir(exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "portal.embedded.prepare"], check=True, cwd=ROOT, stderr=subprocess.DEVNULL
    )
    subprocess.run([sys.executable, "-c", "import bench.mini as mini; mini.prepare()"], check=True, cwd=ROOT)
    sites = [web("portal", "portal.wsgi", folder), web("floor", "bench.mini", folder)]
    try:
        yield kept, sites[0], sites[1]
    finally:
        for site in sites:
            process.kill_group(site.pid)
        kept.stop()


def web(name: str, module: str, folder: Path) -> Site:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", module, "--config", "deploy/gunicorn.conf.py"]
    env = os.environ | {"WEB_BIND": f"127.0.0.1:{port}"}
    begun = time.monotonic()
    child = process.spawn(command, log=folder / f"{name}.log", env=env, cwd=ROOT)
    if not process.wait_until(lambda: reachable(port), seconds=60):
        raise SystemExit((folder / f"{name}.log").read_text())
    return Site(name, port, child.pid, time.monotonic() - begun)


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


def memory(site: Site) -> float:
    """Return the proportional share of memory of a web server and its processes, in MB."""
    total = 0
    for pid in tree(site.pid):
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        total += int(found[1]) if found else 0
    return total / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--connections", type=int, default=4)
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
    database = kept.postgres.child.pid if kept.postgres.child else 0
    operations = [*portal_operations(ours), *floor_operations(bare)]
    once = {"submit": 20, "survey submit": 20} if options.quick else {"submit": 150, "survey submit": 150}
    many = 200 if options.quick else 2_000
    for operation in operations:  # every process meets every page, and compiles the rules, before anything counts
        visit(operation, database, 2 * options.connections, 10, WARM)
    for number in range(options.rounds + 1):  # the first round only warms up
        for operation in random.sample(operations, len(operations)):
            most = once.get(operation.name, 4 * many if operation.site is bare else many)
            sample = visit(operation, database, options.connections, options.seconds, most)
            if number:
                operation.samples.append(sample)
    count_queries(operations, kept)
    floors = {operation.name: operation for operation in operations if operation.site is bare}
    head = ["operation", "server", "req/s", "p50 ms", "p95", "p99", "CPU ms web + db", "queries", "bytes"]
    figures = table([*head, "rate / floor", "CPU / floor"], [row(one, floors) for one in operations])
    starts = [[site.name, f"{memory(site):.0f}", f"{site.started:.1f}"] for site in (ours, bare)]
    sizes = table(["web server", "memory (PSS), MB", "first answer after, s"], starts)
    base = table(["PostgreSQL alone (pgbench, 4 clients, prepared)", "a second"], pgbench(kept, folder))
    name = "floor-quick" if options.quick else "floor"
    keep(name, "The portal beside a bare Django application", [figures, sizes, base, capacity(operations)])


def capacity(operations: list[Operation]) -> str:
    """Return what one core can take in, computed from the processor's share of a submission and what follows it."""
    submit = next((one for one in operations if one.name == "submit"), None)
    if submit is None:
        return ""
    spent = statistics.median(sample.web + sample.database for sample in submit.samples)
    day = 86_400_000
    return f"One core takes in {day:,} / {spent:.1f} ms = {day / spent:,.0f} messages a day, doing nothing else.\n"


if __name__ == "__main__":
    main()
