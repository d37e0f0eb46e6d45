"""The whole of `./run` on a fresh copy of the checkout: `./test -m drill` (some minutes)."""

import contextlib
import http.client
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.embedded.checks import CHECKOUT

pytestmark = pytest.mark.drill

FIRST_START, LATER_START = 60.0, 8.0  # seconds on an idle machine with a near package mirror
IDLE = 1.0  # load average under which these are asserted
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis", "*.mo", ".env"
)
OURS = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "SECRET_KEY", "CODE_PEPPER", "DEMO", "MANIFEST_STATIC")
NOBODY = 65534


class Portal:
    """One started `./run` and what it says."""

    def __init__(self, checkout: Path, *, uid: int | None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in (*OURS, "ALLOWED_HOSTS", "PUBLIC_URL")
        }
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            ["./run"],
            cwd=checkout,
            env=kept | {"PORT": str(self.port), "HOME": str(checkout)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
            start_new_session=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, pattern: str, *, seconds: float = 400) -> str:
        """Read what the portal says up to a line that matches. Fails when it does not come."""
        said = []
        deadline = time.monotonic() + seconds
        with contextlib.suppress(queue.Empty):
            while line := self.lines.get(timeout=max(0.0, deadline - time.monotonic())):
                said.append(line)
                if re.search(pattern, line):
                    return line.strip()
        raise AssertionError(f"no line like {pattern!r} in:\n{''.join(said)}")

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        return connection.getresponse().status

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def processes_of(checkout: Path) -> dict[int, str]:
    """Return the live processes that belong to a checkout, with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                inside = str(checkout) in command or str(checkout) in str((entry / "cwd").readlink())
            except OSError:
                continue
            if command and inside:
                found[int(entry.name)] = command
    return found


@pytest.fixture(params=[None, NOBODY], ids=["as-ourselves", "as-nobody"])
def account(request: pytest.FixtureRequest) -> int | None:
    if request.param is not None and os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    return request.param


@pytest.fixture
def checkout(tmp_path_factory: pytest.TempPathFactory, account: int | None) -> Iterator[Path]:
    top = tmp_path_factory.mktemp("drill")
    folder = top / "سامانه with space"
    shutil.copytree(CHECKOUT, folder, ignore=LEFT_OUT)
    if account is not None:
        for parent in (top, top.parent, top.parent.parent):
            parent.chmod(0o755)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account, account)
    yield folder
    for pid in processes_of(folder):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(top)


def test_run_when_started_killed_at_and_stopped_then_it_comes_back_and_leaves_nothing(
    checkout: Path, account: int | None
) -> None:
    idle = os.getloadavg()[0] < IDLE
    portal = Portal(checkout, uid=account)
    ready = portal.wait_for(r"^ready ")
    first = time.monotonic() - portal.begun

    assert ready == f"ready http://127.0.0.1:{portal.port}/"
    assert [portal.status(path) for path in ("/healthz", "/", "/en/", "/track/")] == [200, 200, 200, 200]
    for name, mark in {
        "web": "gunicorn",
        "worker": "worker --pool",
        "beat": " beat ",
        "PostgreSQL": "bin/postgres -D",
        "Valkey": "valkey-server",
    }.items():
        pid = min(pid for pid, command in processes_of(checkout).items() if mark in command)
        os.kill(pid, signal.SIGKILL)
        portal.wait_for(rf"^{name} is running again", seconds=60)
    deadline = time.monotonic() + 30
    while portal.status("/") != 200:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert portal.stop(signal.SIGINT) == 0
    assert processes_of(checkout) == {}

    again = Portal(checkout, uid=account)
    again.wait_for(r"^ready ")
    later = time.monotonic() - again.begun
    assert again.stop(signal.SIGTERM) == 0
    assert processes_of(checkout) == {}
    print(f"\nfirst start {first:.1f} s, later start {later:.1f} s")
    assert not idle or (first < FIRST_START and later < LATER_START)


def test_run_when_killed_then_nothing_outlives_it_and_the_next_start_works(
    checkout: Path, account: int | None
) -> None:
    portal = Portal(checkout, uid=account)
    portal.wait_for(r"^ready ")

    portal.process.kill()
    portal.process.wait()

    deadline = time.monotonic() + 20
    while processes_of(checkout):
        assert time.monotonic() < deadline, processes_of(checkout)
        time.sleep(0.2)
    again = Portal(checkout, uid=account)
    again.wait_for(r"^ready ")
    assert again.stop(signal.SIGTERM) == 0
