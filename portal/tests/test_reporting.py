"""Reports of faults to a server of somebody else's: that they come, and that they tell nothing of anybody."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import brotli
from django.conf import settings

from portal import reporting


def test_report_when_scrubbed_then_only_places_in_our_code_are_left() -> None:
    report = {
        "event_id": "1",
        "level": "error",
        "request": {"data": {"body": "متن شهروند"}, "headers": {"Cookie": "staff=1"}},
        "user": {"ip_address": "192.0.2.1"},
        "breadcrumbs": {"values": [{"message": "متن شهروند"}]},
        "extra": {"case": "متن شهروند"},
        "logentry": {"message": "failed for 4111222233334444", "params": ["متن شهروند"]},
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": "متن شهروند",
                    "stacktrace": {
                        "frames": [
                            {
                                "filename": "feedback/services/intake.py",
                                "lineno": 7,
                                "vars": {"x": "متن شهروند"},
                            }
                        ]
                    },
                }
            ]
        },
    }

    assert reporting.scrubbed(report) == {
        "event_id": "1",
        "level": "error",
        "logentry": {"message": "failed for [16 digits]"},
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": "",
                    "stacktrace": {"frames": [{"filename": "feedback/services/intake.py", "lineno": 7}]},
                }
            ]
        },
    }


def test_reporting_when_the_package_is_missing_then_the_start_says_so() -> None:
    without = "import sys; sys.modules['sentry_sdk'] = None; from portal import reporting;"

    ended = _python(f"{without} reporting.start('https://key@reports.example.ir/1')")

    assert ended.returncode == 1
    assert "pip install -r requirements/sentry.txt" in ended.stderr


#: A process that reports, as the web server does, what goes wrong with a request and what is logged as an error.
REPORTING = """
import logging, django
django.setup()
from django.test import Client
from portal.kernel import codes
code = codes.draw()
print(code)
client = Client(raise_request_exception=False, HTTP_USER_AGENT="Agent-7", REMOTE_ADDR="203.0.113.9")
client.post("/track/?whose=1", {"code": code, "name": "مریم"}, HTTP_COOKIE="mine=biscuit")
try:
    raise ValueError("متن شهروند")
except ValueError:
    logging.getLogger("feedback").exception("failed for %s, %d", "مریم", 9160000000)
import sentry_sdk
sentry_sdk.get_client().close(timeout=10)
"""


def test_reporting_when_something_breaks_then_a_report_says_where_and_nothing_of_anybody() -> None:
    with _reports() as (port, reports):
        dsn = f"http://key@127.0.0.1:{port}/1"
        ended = _python(REPORTING, SENTRY_DSN=dsn, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

    assert ended.returncode == 0, ended.stderr
    told = "\n".join(reports)
    code = ended.stdout.strip()
    said = (
        code,
        "مریم",
        r"\u0645\u0631",
        "9160000000",
        "متن شهروند",
        "Agent-7",
        "203.0.113.9",
        "biscuit",
        "whose",
    )
    assert [word for word in said if word in told] == []
    assert '"module":"feedback.selectors.tracking"' in told
    assert '"type":"ValueError","value":""' in told
    assert '"logentry":{"message":"failed for %s, %d"}' in told


def _python(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of some lines in a process of its own: what is reported is patched into all that runs there."""
    return subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", **environment},
        timeout=60,
    )


@contextmanager
def _reports() -> Iterator[tuple[int, list[str]]]:
    """Take in reports of faults as a server of them does; yield its port and what came."""
    came: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            came.append(brotli.decompress(sent).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_told: object) -> None:
            """Say nothing of what came."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    answering = Thread(target=server.serve_forever)
    answering.start()
    try:
        yield server.server_port, came
    finally:
        server.shutdown()
        answering.join()
        server.server_close()


def test_reporting_when_no_address_is_set_then_it_is_off() -> None:
    assert reporting.start("") is False
