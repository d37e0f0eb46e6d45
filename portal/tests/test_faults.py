"""Faults survived, each in its short form: a real web server over a database that can be cut off and given back."""

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from feedback.models import Case
from feedback.tests.pages import BODY, SUBJECT, make_basics
from portal.embedded import process
from portal.outbox.models import Event

PATIENCE = 60  # seconds
FIELDS = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Line:
    """A TCP line to the database's socket, which a test may cut and mend."""

    def __init__(self, target: str) -> None:
        self.target, self.is_cut = target, False
        self.ends: list[socket.socket] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self.is_cut = True
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_cut = False

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self.door.accept()
                if self.is_cut:
                    near.close()
                    continue
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.target)
                self.ends += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(transactional_db: None) -> Iterator[Line]:
    """Lay a line to the test database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    folder = parse_qs(url.query).get("host", [connection.settings_dict["HOST"]])[0]
    if not str(folder).startswith("/"):
        pytest.skip("the database of this run is not reached by a socket of the file system")
    made = Line(next(str(path) for path in Path(folder).glob(".s.PGSQL.*") if path.suffix != ".lock"))
    yield made
    made.cut()
    made.door.close()


Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(line: Line, tmp_path: Path) -> Iterator[tuple[int, Start]]:
    """Give a port and a function that starts gunicorn there over that line, as in production."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    children = []
    database = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{database['USER']}@127.0.0.1:{line.port}/{database['NAME']}",
        "FORM_MIN_SECONDS": "0",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "portal.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
    ]
    command += ["--threads", "2", "--worker-class", "gthread", "--no-control-socket"]

    def start_one() -> subprocess.Popen[bytes]:
        log, home = tmp_path / "web.log", django_settings.BASE_DIR
        children.append(process.spawn(command, log=log, env=environment, cwd=home))
        assert process.wait_until(lambda: answers(port), seconds=PATIENCE), log.read_text()
        return children[-1]

    yield port, start_one
    for child in children:
        process.stop(child)


@pytest.fixture
def web(start: tuple[int, Start]) -> int:
    """Run gunicorn over that line; return its port."""
    start[1]()
    return start[0]


def answers(port: int) -> bool:
    with suppress(OSError):
        return ask(port, "GET", "/healthz")[0] == 200
    return False


def ask(
    port: int, method: str, path: str, fields: dict[str, str] | None = None
) -> tuple[int, str, dict[str, str]]:
    """Send one request; return status, page and headers."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    body = urlencode(fields) if fields is not None else None
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    client.request(method, path, body, headers)
    answer = client.getresponse()
    try:
        return answer.status, answer.read().decode(), dict(answer.headers)
    finally:
        client.close()


def test_submission_when_the_database_is_away_then_the_words_come_back_and_go_in_once_it_is_there_again(
    line: Line, web: int
) -> None:
    make_basics()
    _status, page, _headers = ask(web, "GET", "/feedback/new/complaint/")
    fields = {"subject": SUBJECT, "body": BODY, "form_token": dict(FIELDS.findall(page))["form_token"]}

    line.cut()
    away = [ask(web, "POST", "/feedback/new/complaint/", fields) for _time in range(2)]
    closed = ask(web, "GET", "/readyz")[0]
    line.mend()
    kept = dict(FIELDS.findall(away[1][1]))
    again, _page, headers = ask(web, "POST", "/feedback/new/complaint/", kept)

    assert [(status, SUBJECT in page, headers["Retry-After"]) for status, page, headers in away] == [
        (503, True, "30")
    ] * 2
    assert closed == 503
    assert kept == fields
    assert (again, headers["Location"]) == (303, "/feedback/received/")
    assert Case.objects.count() == 1


def waits_for_a_lock(cursor: CursorWrapper) -> bool:
    """Say whether somebody in this database waits for a lock."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database AS home ON home.oid = database"
        " WHERE NOT granted AND datname = current_database())"
    )
    return bool(cursor.fetchone()[0])


def test_web_server_when_killed_under_load_then_each_form_sent_again_has_one_case(
    start: tuple[int, Start],
) -> None:
    make_basics()
    port, start_web = start
    server = start_web()
    pages = [ask(port, "GET", "/feedback/new/complaint/")[1] for _number in range(12)]
    tokens = [dict(FIELDS.findall(page))["form_token"] for page in pages]
    forms = [{"subject": SUBJECT, "body": BODY, "form_token": token} for token in tokens]

    def send(fields: dict[str, str]) -> int:
        with suppress(OSError, http.client.HTTPException):
            return ask(port, "POST", "/feedback/new/complaint/", fields)[0]
        return 0

    with ThreadPoolExecutor(6) as citizens:
        answered = list(citizens.map(send, forms[:6]))
        with transaction.atomic(), connection.cursor() as cursor:
            # The server stops in the middle of its transactions, however quick it is.
            cursor.execute("LOCK TABLE outbox_event IN EXCLUSIVE MODE")
            hanging = citizens.map(send, forms[6:])
            assert process.wait_until(lambda: waits_for_a_lock(cursor), seconds=30)
            process.kill_group(server.pid)
            unanswered = list(hanging)
        start_web()
        again = list(citizens.map(send, [*forms, *forms]))

    assert (answered, unanswered) == ([303] * 6, [0] * 6)
    assert again == [303] * 24
    assert Case.objects.count() == 12
    assert Event.objects.filter(name="case.submitted").count() == 12
