"""The load that benches put on web servers: requests over lasting connections, their waiting and everybody's CPU."""

import os
import re
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

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
    """One connection, lasting as long as the server lets it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.left, self.is_over = b"", False

    def ask(self, wire: bytes) -> Answer:
        if self.is_over:
            self.socket.close()
            self.open()
        try:
            self.socket.sendall(wire)
            return self._read()
        except (ConnectionError, IndexError):  # the server closed an idle connection
            self.open()
            self.socket.sendall(wire)
            return self._read()

    def _read(self) -> Answer:
        head = self._until(b"\r\n\r\n").decode("latin-1")
        low = head.lower()
        self.is_over = "\nconnection: close" in low
        length = re.search(r"\ncontent-length: (\d+)", low)
        body = self._take(int(length[1])) if length else b"".join(self._chunks())
        return Answer(int(head.split(None, 2)[1]), head, body)

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            yield self._take(size)
            self._until(b"\r\n")
        self._until(b"\r\n")

    def _until(self, end: bytes) -> bytes:
        while end not in self.left:
            self._more()
        found, _end, self.left = self.left.partition(end)
        return found

    def _take(self, size: int) -> bytes:
        while len(self.left) < size:
            self._more()
        found, self.left = self.left[:size], self.left[size:]
        return found

    def _more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError
        self.left += data


@dataclass
class Site:
    """A web server under measurement: its process and that of its database, none where nobody knows it."""

    name: str
    port: int
    pid: int
    database: int
    started: float = 0
    about: str = ""

    def get(self, path: str, cookie: str = "") -> Answer:
        return Line(self.port).ask(Request(path, cookie=cookie).wire(self.port))

    def post(self, path: str, fields: dict[str, str], cookie: str = "") -> Answer:
        return Line(self.port).ask(Request(path, fields, cookie).wire(self.port))


@dataclass
class Operation:
    """What is measured: `make` gives the next request, ready before the clock starts; each of `then` one more after it.

    `expects` is the status of the last answer, `beside` names the counterparts of the other side, and `goal` says how
    many times the rate of a peer's operation the portal should reach.
    """

    name: str
    site: Site
    expects: int
    make: Callable[[], Request]
    beside: tuple[str, ...] = ()
    then: tuple[Callable[[Answer], Request], ...] = ()
    goal: float = 0
    samples: list["Sample"] = field(default_factory=list)
    queries: int | None = None

    def ask(self, line: Line, wire: bytes) -> Answer:
        """Carry it out once with a prepared request and return the last answer."""
        answer = line.ask(wire)
        for step in self.then:
            answer = line.ask(step(answer).wire(self.site.port))
        return answer


@dataclass(frozen=True)
class Sample:
    """One visit: operations a second, milliseconds of waiting, CPU milliseconds of an operation.

    `others` is the share of the machine that neither the servers nor the generator of the load used.
    """

    rate: float
    waits: list[float]
    web: float
    database: float
    generator: float
    others: float
    size: int

    @property
    def work(self) -> float:
        return self.web + self.database

    @property
    def tail(self) -> float:
        return percentile(self.waits, 0.99) / percentile(self.waits, 0.5)


# --- Processes ------------------------------------------------------------------------------------------------------


def tree(pid: int) -> Iterator[int]:
    """Yield a process and its children; some end meanwhile."""
    yield pid
    children: list[str] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            children += task.read_text().split()
    for child in children:
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


def busy() -> float:
    """Return the CPU milliseconds that all processes of the machine have used."""
    user, nice, system, _idle, _disk, *interrupts = Path("/proc/stat").read_text().split()[1:9]
    return 1000 * sum(map(int, (user, nice, system, *interrupts))) / TICK


def memory(pid: int) -> float:
    """Return the proportional share of memory of a process and its children, in MB."""
    total = 0
    for one in tree(pid):
        with suppress(OSError):
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(found[1]) if found else 0
    return total / 1024


# --- Measuring ------------------------------------------------------------------------------------------------------


def visit(operation: Operation, connections: int, seconds: float, most: int) -> Sample:
    """Send requests over several connections for some seconds, or until the prepared ones are used up."""
    site = operation.site
    ready = [operation.make().wire(site.port) for _number in range(most)]
    queue, waits, sizes, statuses = iter(ready), list[float](), list[int](), set[int]()
    lock, end = threading.Lock(), time.perf_counter() + seconds

    def run(line: Line) -> None:
        while time.perf_counter() < end:
            with lock:
                wire = next(queue, None)
            if wire is None:
                return
            began = time.perf_counter()
            answer = operation.ask(line, wire)
            waits.append(1000 * (time.perf_counter() - began))
            sizes.append(len(answer.body))
            statuses.add(answer.status)

    threads = [threading.Thread(target=run, args=(Line(site.port),)) for _number in range(connections)]
    before, began = spent(site), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    used = [new - old for new, old in zip(spent(site), before, strict=True)]
    if statuses != {operation.expects}:
        raise SystemExit(f"{site.name} {operation.name}: answered {statuses}, not {operation.expects}")
    count = len(waits)
    web, database, generator, everybody = used
    others = max(0.0, everybody - web - database - generator) / (1000 * took * (os.cpu_count() or 1))
    return Sample(
        count / took,
        waits,
        web / count,
        database / count,
        generator / count,
        others,
        round(statistics.mean(sizes)),
    )


def spent(site: Site) -> tuple[float, float, float, float]:
    """Return the CPU milliseconds of web server, its database, this process and the whole machine until now."""
    database = cpu(site.database) if site.database else 0.0
    return cpu(site.pid), database, 1000 * time.process_time(), busy()


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


# --- Reading pages --------------------------------------------------------------------------------------------------


def hidden(page: bytes) -> dict[str, str]:
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page.decode())
    names = [(re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in found]
    return {name[1]: unescape(value[1]) for name, value in names if name and value}


def form_of(page: bytes, field_name: str) -> dict[str, str]:
    """Return the hidden fields of the form that has a certain field."""
    forms = re.findall(rb"<form.*?</form>", page, re.DOTALL)
    return hidden(next(form for form in forms if f'name="{field_name}"'.encode() in form))
