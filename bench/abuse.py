"""Abuse survived: `python bench/abuse.py [--goals G15,G16,G17,G18] [--citizens 200] [--seconds 60] [--slow 1000]`.

Starts the portal as `bench/faults.py` does, with the project's nginx.conf in front, and lets people and robots come
from many addresses of the loopback: codes are guessed, a day's traffic is searched for traces of those who wrote, a
whole neighbourhood shares one address with an attacker, and slow and huge requests pour in. Beside each goal stands a
control with the protection taken away, or with a trace laid on purpose: measurements that notice nothing there are
worthless.

The full form is `--citizens 2000 --seconds 600 --uploads 200`; it needs 4 GB of disk and ten minutes.
"""

import argparse
import hashlib
import http.client
import itertools
import math
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
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import redis

from bench.faults import BODY, FORM, Answer, House, ask, free_port, listens, put_up
from bench.load import SUBJECT, form_of, memory
from bench.results import keep, table
from portal.embedded import process
from portal.embedded.postgres import DATABASE, USER
from portal.kernel import codes
from portal.tests import proxy

URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
#: What people's programs say of themselves, and where they came from; unlike anything else in the portal.
AGENT, REFERRER = "KavoshgarAbi/77.4711", "https://safheye-pishin.example/7741"
ROW = tuple[str, str, str, str]
NUMBERS = {"یک": 1, "دو": 2, "سه": 3, "چهار": 4, "پنج": 5, "شش": 6, "هفت": 7, "هشت": 8, "نه": 9}
#: A plain question of the Persian pages.
SUM = re.compile(r"([^\s>]+) به\S* (\S+) چند")
LIVE_CODES = 1_000_000
HOURS_A_YEAR = 8766


@dataclass
class Street:
    """Where people come from: the port of the door they use."""

    port: int
    patience: float = 30
    statuses: Counter[str] = field(default_factory=Counter)

    def get(self, path: str, address: str, **headers: str) -> Answer:
        return self._counted(ask(self.port, "GET", path, address=address, patience=self.patience, **headers))

    def post(self, path: str, fields: dict[str, str], address: str, **headers: str) -> Answer:
        body = urlencode(fields).encode()
        headers = URLENCODED | headers
        return self._counted(
            ask(self.port, "POST", path, body, address=address, patience=self.patience, **headers)
        )

    def _counted(self, answer: Answer) -> Answer:
        self.statuses[str(answer.status)] += 1
        return answer

    def write(self, number: int, address: str, **headers: str) -> str:
        """Send a message and return its code. Raises OSError where the portal did not take it."""
        page = self.get(FORM, address, **headers)
        if page.status != 200:
            raise OSError(f"refused with {page.status}")
        fields = form_of(page.body, "subject") | {"subject": SUBJECT, "body": f"{BODY} {number}"}
        sent = self.post(FORM, fields, address, **headers)
        if sent.status != 303:
            raise OSError(f"refused with {sent.status}")
        receipt = self.get(sent.head["Location"], address, Cookie=cookies(sent), **headers)
        return re.search(r'data-tracking-code="(\d{16})"', receipt.body.decode())[1]  # type: ignore[index]

    def track(self, code: str, address: str, **headers: str) -> Answer:
        """Open a case by its code, with the plain question answered where one is asked."""
        answer = self.post("/track/", {"code": code}, address, **headers)
        if is_asked(answer):
            answer = self.post("/track/", {"code": code} | answered(answer.body.decode()), address, **headers)
        return answer


def cookies(answer: Answer) -> str:
    return "; ".join(value.partition(";")[0] for value in answer.head.get_all("Set-Cookie", []))


def is_asked(answer: Answer) -> bool:
    return b'name="question_answer"' in answer.body


def answered(page: str) -> dict[str, str]:
    """Read the question of a page as a person does."""
    token = re.search(r'name="question"[^>]*value="([^"]+)"', page)
    words = SUM.search(page)
    if not token or not words:
        raise OSError("a question that could not be read")
    return {"question": token[1], "question_answer": str(NUMBERS[words[1]] + NUMBERS[words[2]])}


def wrong_code() -> str:
    return codes.draw()


def near(place: int, host: int = 1) -> str:
    """Return an address of one of many neighbourhoods."""
    return f"127.77.{place % 250}.{host % 250 + 1}"


# --- G15: guessing --------------------------------------------------------------------------------------------------


def guess(house: House, street: Street, ceiling: int) -> ROW:
    """Guess from 200 neighbourhoods; return how many guesses went through without a question."""
    code = street.write(0, "127.76.0.1")
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as robots:
        guesses = [(wrong_code(), near(number)) for number in range(ceiling + 300)]
        asked = list(
            robots.map(lambda one: is_asked(street.post("/track/", {"code": one[0]}, one[1])), guesses)
        )
    rate = len(guesses) / (time.monotonic() - begun)
    through = asked.count(False)
    counted = house.sql("SELECT sum(count) FROM feedback_wrongcodes WHERE neighbourhood = -1")[0][0]
    times: dict[str, list[float]] = {"right": [], "wrong": []}
    pages = set()
    for _round in range(150):
        for name, value in (("right", code), ("wrong", wrong_code())):
            tried = time.perf_counter()
            page = street.post("/track/", {"code": value}, near(7)).body.decode()
            times[name].append(time.perf_counter() - tried)
            pages.add(same(page, value))
    opened = street.track(code, near(9)).status
    wrong = [] if through <= ceiling + 8 else [f"{through} guesses without a question"]
    wrong += [] if len(pages) == 1 else [f"{len(pages)} different pages for right and wrong codes"]
    apart = welch(*times.values())
    wrong += [] if abs(apart) < 4.5 else [f"right and wrong codes take different time: t = {apart:.1f}"]
    wrong += [] if opened == 303 else ["the citizen with the right code is kept out"]
    space = (
        4 * 10**14 * 0.9
    )  # first digit 1 to 4, fourteen drawn, one to check; one in ten passes for a bank card
    found = LIVE_CODES / space
    a_year = found * HOURS_A_YEAR
    note = f"{through} of {len(guesses)} without a question (counted: {counted}); right and wrong: t = {apart:.1f}; "
    note += f"with {LIVE_CODES:,} live codes {a_year * 1000:.3f} strangers' cases a year at 1,000 guesses an hour, "
    note += f"{a_year * rate * 1800:.1f} if a robot answers every question at this machine's rate"
    return "G15", "guesses from 200 neighbourhoods", note, "; ".join(wrong) or "nothing"


def same(page: str, code: str) -> str:
    """Return a page without what differs between any two: the code typed and one-time tokens."""
    shown = page.replace(code, "").replace(" ".join(re.findall("....", code)), "")
    return SUM.sub("", re.sub(r'value="[^"]*"', "", shown))


def welch(one: list[float], other: list[float]) -> float:
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    return (statistics.mean(one) - statistics.mean(other)) / math.sqrt(spread)


# --- G16: no trace --------------------------------------------------------------------------------------------------


def traces(house: House, street: Street, count: int) -> tuple[ROW, ROW]:
    """Let many people write, read and err; then look for them everywhere. The control lays a trace in each place."""
    addresses = [f"127.77.{number // 250}.{number % 250 + 1}" for number in range(count)]
    words = {"User-Agent": AGENT, "Referer": REFERRER}

    def visit(number: int) -> str:
        code = street.write(number, addresses[number], **words)
        street.track(code, addresses[number], **words)
        street.post("/track/", {"code": wrong_code()}, addresses[number], **words)
        street.get("/nowhere/" + code[:4], addresses[number], **words)
        return code

    with ThreadPoolExecutor(4) as people:
        written = list(people.map(visit, range(count)))
    staff = "127.78.1.1"
    page = street.get("/accounts/login/", staff, **words)
    fields = form_of(page.body, "login") | {"login": "cont.officer", "password": "not the password at all"}
    for _try in range(3):
        street.post("/accounts/login/", fields, staff, Cookie=cookies(page), **words)
    process.wait_until(
        lambda: not house.sql("SELECT 1 FROM outbox_delivery WHERE state <> 'done' LIMIT 1"), seconds=60
    )

    sought = marks([*addresses, staff], written)
    found = look(house, sought)
    planted = addresses[0]
    house.sql("UPDATE feedback_case SET place = %s WHERE id = (SELECT min(id) FROM feedback_case)", planted)
    (house.folder / "worker.log").open("a").write(f"{hashlib.sha256(planted.encode()).hexdigest()}\n")
    (house.folder / "mail" / "planted").write_text("-".join(re.findall("....", written[0])))
    (house.folder / "tmp" / "planted").write_text(AGENT)
    broker(house).set("planted", socket.inet_aton(planted))
    control = look(house, sought)
    places = "database, broker, logs, mails, files, temporary files"
    return (
        ("G16", f"{count} people from {count} addresses, and staff", f"looked through {places}", said(found)),
        ("G16", "a trace laid in five places", "found by the same search", said(control)),
    )


def marks(addresses: list[str], written: list[str]) -> dict[str, list[bytes]]:
    """Return every form in which somebody could be found again."""
    plain = [address.encode() for address in addresses]
    packed = [socket.inet_aton(address) for address in addresses]
    hashed = [
        hashlib.new(name, one).hexdigest().encode() for one in plain for name in ("md5", "sha1", "sha256")
    ]
    dashed = ["-".join(re.findall("....", code)).encode() for code in written]
    spaced = ["\\s".join(re.findall("....", code)).encode() for code in written]
    return {
        "address": plain,
        "address in hexadecimal": [one.hex().encode() for one in packed],
        "address as four bytes": packed,
        "address hashed": hashed,
        "browser": [AGENT.encode()],
        "referrer": [REFERRER.encode()],
        "code": [*(code.encode() for code in written), *dashed, *spaced],
    }


def look(house: House, sought: dict[str, list[bytes]]) -> Counter[str]:
    """Count the places in which each sort of mark stands."""
    found: Counter[str] = Counter()
    for place, content in stores(house):
        text = b"\n".join(line for line in content.split(b"\n") if not line.startswith(b"\\connect"))
        for kind, forms in sought.items():
            # Four bytes are found by chance in anything long that is not text.
            if kind == "address as four bytes" and place not in {"broker", "beat"}:
                continue
            if any(form in text for form in forms):
                found[f"{kind} in {place}"] += 1
    return found


def stores(house: House) -> Iterator[tuple[str, bytes]]:
    dump = [house.postgres.programs / "pg_dump", "-h", house.postgres.room, "-U", USER, DATABASE]
    yield "database", subprocess.run(dump, check=True, capture_output=True).stdout
    link = broker(house)
    yield "broker", b"\n".join(part for key in link.scan_iter() for part in (key, link.dump(key) or b""))
    for path in house.folder.rglob("*"):
        if path.is_file() and not {"postgres", "collected", "valkey"} & set(
            path.relative_to(house.folder).parts
        ):
            kind = "beat" if path.name.startswith("beat") and path.suffix != ".log" else path.parent.name
            yield "logs" if path.suffix == ".log" else kind, path.read_bytes()


def broker(house: House) -> "redis.Redis[bytes]":
    return redis.Redis(unix_socket_path=str(house.broker.socket))


# --- G17: one address for all ---------------------------------------------------------------------------------------


def share(street: Street, citizens: int, seconds: float) -> ROW:
    """Let many citizens behind one address write and look up while somebody there guesses twenty codes a second."""
    one, ends = "127.79.0.1", time.monotonic() + seconds
    waits: list[float] = []
    refused: list[str] = []
    guesses: Counter[str] = Counter()

    def attack() -> None:
        while time.monotonic() < ends:
            begun = time.monotonic()
            with suppress(OSError, http.client.HTTPException):
                guesses[str(street.post("/track/", {"code": wrong_code()}, one).status)] += 1
            time.sleep(max(0.0, 0.05 - (time.monotonic() - begun)))

    def live(number: int) -> None:
        time.sleep(max(0.0, random.uniform(0, seconds * 0.9)))
        begun = time.monotonic()
        try:
            code = street.write(number, one)
            middle = time.monotonic()
            opened = street.track(code, one)
            waits.extend([(middle - begun) / 3, (time.monotonic() - middle) / 2])
            if opened.status != 303:
                refused.append(f"case not opened ({opened.status})")
        except (OSError, http.client.HTTPException, TypeError) as fault:
            refused.append(str(fault)[:60])

    robot = threading.Thread(target=attack, daemon=True)
    robot.start()
    with ThreadPoolExecutor(min(citizens, 400)) as crowd:
        list(crowd.map(live, range(citizens)))
    robot.join()
    served = 1 - len(refused) / citizens
    slow = 1000 * sorted(waits)[int(0.95 * (len(waits) - 1))] if waits else math.inf
    wrong = [] if served >= 0.995 else [f"{len(refused)} citizens refused: {said(Counter(refused))}"]
    wrong += [] if slow <= 2000 else [f"p95 {slow:.0f} ms"]
    note = f"{100 * served:.1f} % served, p95 of a request {slow:.0f} ms; {sum(guesses.values())} guesses beside them"
    what = f"{citizens} citizens and an attacker behind one address, {seconds:.0f} s"
    return "G17", what, note, "; ".join(wrong) or "nothing"


# --- G18: floods ----------------------------------------------------------------------------------------------------


def flood(house: House, street: Street, front: int, slow: int, uploads: int, pid: int) -> ROW:
    """Hold connections open, send files that are too big and forms of 10,000 parts; people go on writing."""
    stop = threading.Event()
    peak = 0.0
    doors = list(hold_open(front, slow))
    floods = [threading.Thread(target=drip, args=(doors, stop), daemon=True)]
    floods += [
        threading.Thread(target=pour, args=(front, stop, number), daemon=True) for number in range(uploads)
    ]
    for one in floods:
        one.start()
    outcomes: Counter[str] = Counter()
    waits = []
    ends = time.monotonic() + 90
    for number in range(40):
        begun = time.monotonic()
        try:
            if begun > ends:
                raise TimeoutError("not reached in 90 s")
            street.write(number, f"127.80.0.{number + 1}")
            outcomes["served"] += 1
        except (OSError, http.client.HTTPException, TypeError) as fault:
            outcomes[str(fault)[:60]] += 1
        waits.append(time.monotonic() - begun)
        peak = max(peak, memory(house.children["web"].pid) + memory(pid))
    stop.set()
    for door in doors:
        door.close()
    begun = time.monotonic()
    process.wait_until(lambda: quick(street), seconds=60, pause=0.2)
    recovery = time.monotonic() - begun
    for one in floods:
        one.join(timeout=5)
    share = outcomes["served"] / 40
    wrong = [] if share >= 0.99 else [said(outcomes)]
    wrong += [] if recovery <= 10 else [f"recovered only after {recovery:.0f} s"]
    wrong += [] if peak <= 800 else [f"{peak:.0f} MB"]
    note = f"{100 * share:.0f} % of 40 people served, a visit took {statistics.median(waits):.1f} s"
    note += f" (longest {max(waits):.1f} s); at most {peak:.0f} MB of web server and nginx; "
    note += f"well again after {recovery:.1f} s"
    what = f"{len(doors)} slow connections, {uploads} uploads of 20 MB, forms of 10,000 parts"
    return "G18", what, note, "; ".join(wrong) or "nothing"


def hold_open(port: int, count: int) -> Iterator[socket.socket]:
    for number in range(count):
        with suppress(OSError):
            end = socket.socket()
            end.bind((f"127.81.{number // 250}.{number % 250 + 1}", 0))
            end.settimeout(5)
            end.connect(("127.0.0.1", port))
            end.sendall(
                b"POST /feedback/new/complaint/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
            )
            yield end


def drip(doors: list[socket.socket], stop: threading.Event) -> None:
    while not stop.wait(3):
        for door in doors:
            with suppress(OSError):
                door.send(b"X-a: b\r\n")


def pour(port: int, stop: threading.Event, number: int) -> None:
    """Send one file that is too big, then forms with ten thousand parts."""
    mark = b"----mark"
    head = b'Content-Disposition: form-data; name="attachments"; filename="a.pdf"\r\n\r\n'
    large = b"--" + mark + b"\r\n" + head + b"x" * 20_000_000 + b"\r\n--" + mark + b"--\r\n"
    part = b"--" + mark + b'\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    bodies = itertools.chain([large], itertools.repeat(part * 10_000 + b"--" + mark + b"--\r\n"))
    kind = {"Content-Type": f"multipart/form-data; boundary={mark.decode()}"}
    for body in bodies:
        if stop.is_set():
            return
        with suppress(OSError, http.client.HTTPException):
            ask(port, "POST", FORM, body, address=f"127.82.0.{number % 250 + 1}", **kind)
        stop.wait(1)


def quick(street: Street) -> bool:
    begun = time.monotonic()
    with suppress(OSError, http.client.HTTPException):
        return street.get("/", "127.80.1.1").status == 200 and time.monotonic() - begun < 1
    return False


# --- Putting up and taking down -------------------------------------------------------------------------------------


def said(found: Counter[str]) -> str:
    return "; ".join(f"{count} × {name}" for name, count in sorted(found.items()) if count) or "nothing"


@contextmanager
def fronted(house: House, limits: str = "") -> Iterator[tuple[int, int]]:
    """Run nginx before the portal; give its port and process."""
    front = free_port()
    child = proxy.start(house.folder, front, house.port, limits=limits)
    try:
        if not process.wait_until(lambda: listens(front), seconds=30):
            raise SystemExit(process.tail(house.folder / "nginx.log"))
        yield front, child.pid
    finally:
        process.stop(child)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--goals", default="G15,G16,G17,G18")
    parser.add_argument("--citizens", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--slow", type=int, default=1000)
    parser.add_argument("--uploads", type=int, default=20)
    options = parser.parse_args()
    if proxy.NGINX is None:
        raise SystemExit("There is no nginx on this machine (on Debian: apt-get install nginx-light).")
    folder = Path(tempfile.mkdtemp(prefix="abuse-"))
    folder.chmod(0o755)
    (folder / "tmp").mkdir()
    goals = options.goals.split(",")
    try:
        rows = list(run(folder, goals, options))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    name = "abuse" if goals == ["G15", "G16", "G17", "G18"] else f"abuse-{'-'.join(goals).lower()}"
    keep(name, "Abuse survived, behind nginx", [table(["goal", "what came", "measured", "wrong"], rows)])


def run(folder: Path, goals: list[str], options: argparse.Namespace) -> Iterator[ROW]:
    ceiling = 400
    more = {"TRUSTED_PROXIES": "1", "BEHIND_PROXY": "1", "TMPDIR": str(folder / "tmp")}
    with put_up(folder, **more, WRONG_CODES_ALL=str(ceiling)) as house:
        with fronted(house) as (front, pid):
            street = Street(front)
            parts: dict[str, Callable[[], Iterator[ROW]]] = {
                "G16": lambda: iter(traces(house, street, options.citizens)),
                "G18": lambda: iter([flood(house, street, front, options.slow, options.uploads, pid)]),
                "G15": lambda: iter([guess(house, street, ceiling)]),
                "G17": lambda: iter([share(street, options.citizens, options.seconds)]),
            }
            for goal, part in parts.items():
                if goal in goals:
                    yield from told(part())
        yield from controls(house, goals, options, ceiling)


def told(rows: Iterator[ROW]) -> Iterator[ROW]:
    for row in rows:
        sys.stderr.write(f"{time.strftime('%X')} {' | '.join(row)}\n")
        yield row


def controls(house: House, goals: list[str], options: argparse.Namespace, ceiling: int) -> Iterator[ROW]:
    """Take each protection away, and measure once more."""
    if "G17" in goals:
        limits = "limit_req_zone $binary_remote_addr zone=each:1m rate=2r/s;\nlimit_req zone=each burst=10 nodelay;"
        with fronted(house, limits) as (front, _pid):
            yield from told(iter([control("a limit by address", share(Street(front), 60, 15))]))
    if "G18" in goals:
        bare = Street(house.port, patience=10)
        pid = house.children["web"].pid
        yield from told(iter([control("no nginx in front", flood(house, bare, house.port, 200, 4, pid))]))
    if "G15" in goals:
        house.sql("DELETE FROM feedback_wrongcodes")
        house.end("web")
        house.env |= {"WRONG_CODES_ALL": "1000000000", "WRONG_CODES_NEAR": "1000000000"}
        house.start("web")
        process.wait_until(lambda: listens(house.port), seconds=60, pause=0.2)
        with fronted(house) as (front, _pid):
            yield from told(iter([control("no ceiling", guess(house, Street(front), ceiling))]))


def control(what: str, row: ROW) -> ROW:
    return row[0], f"{row[1]}; {what}", row[2], row[3]


if __name__ == "__main__":
    main()
