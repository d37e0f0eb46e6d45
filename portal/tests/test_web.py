"""The process of the web server: the more connections it holds, the later it takes one more."""

import http.client
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from portal.embedded import process
from portal.web import AT_MOST, hesitation

PATIENCE = 60  # seconds


def test_hesitation_when_nothing_is_held_then_none() -> None:
    assert hesitation(0) == 0


@pytest.mark.parametrize("held", range(8))
def test_hesitation_when_one_process_holds_one_more_then_the_other_is_there_first(held: int) -> None:
    assert hesitation(held) < hesitation(held + 1)


def test_hesitation_when_very_many_are_held_then_no_visitor_could_tell() -> None:
    assert hesitation(10_000) == AT_MOST
    assert AT_MOST <= 0.001


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Run gunicorn with the real gunicorn.conf.py."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        chosen = int(free.getsockname()[1])
    web = process.spawn(
        [sys.executable, "-m", "gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py"],
        log=tmp_path / "web.log",
        env=os.environ | {"WEB_BIND": f"127.0.0.1:{chosen}"},
        cwd=Path(django_settings.BASE_DIR),
    )
    assert process.wait_until(lambda: answers(chosen), seconds=PATIENCE), (tmp_path / "web.log").read_text()
    yield chosen
    process.stop(web)


def answers(port: int) -> bool:
    with suppress(OSError), closing(line_to(port)) as line:
        return status(line) == 200
    return False


def line_to(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)


def status(line: http.client.HTTPConnection) -> int:
    line.request("GET", "/healthz", headers={"Host": "localhost"})
    with line.getresponse() as answer:
        answer.read()
        return answer.status


def test_server_when_many_connections_are_held_then_one_more_is_answered(port: int) -> None:
    lines = [line_to(port) for _number in range(12)]

    told = [status(line) for line in lines]

    assert told == [200] * len(lines)
    for line in lines:
        line.close()
