"""A broker of its own for each test that may hurt it, and real workers over the test database."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module, reload
from pathlib import Path

import pytest
from celery import Celery, current_app
from django.conf import settings as django_settings
from django.db import connection
from pytest_django import Settings

from portal.embedded import process
from portal.embedded.valkey import Valkey
from portal.outbox.tests import handlers

FOLLOWS = f"{handlers.HERE}.FOLLOWS"
PATIENCE = 30  # seconds; a machine busy with other things must not fail a test


@pytest.fixture(autouse=True)
def _wiring(settings: Settings) -> None:
    settings.OUTBOX_FOLLOWS = FOLLOWS
    settings.OUTBOX_MAX_ATTEMPTS = 3
    settings.OUTBOX_BACKOFF = (8, 20)


@pytest.fixture
def room() -> Iterator[Path]:
    """Give a folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="outbox-") as name:
        yield Path(name)


@pytest.fixture
def broker(room: Path) -> Iterator[Valkey]:
    """Run a broker that a test may kill or freeze."""
    server = Valkey(data=room / "valkey", room=room, log=room / "valkey.log", durable=False)
    server.start()
    yield server
    if server.child:
        server.child.send_signal(signal.SIGCONT)
    server.stop()


@pytest.fixture
def app(settings: Settings, broker: Valkey) -> Iterator[Celery]:
    """Make this process a publisher to that broker, with the real settings of Celery."""
    settings.BROKER_URL = broker.url
    before = current_app._get_current_object()
    # By name: the outbox lies below the roof and must not import it, its tests neither.
    app = reload(import_module("portal.celery")).app
    app.set_default()  # for the threads of a test, too
    yield app
    before.set_default()
    before.set_current()


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(transactional_db: None, broker: Valkey, room: Path) -> Iterator[Start]:
    """Start `celery worker` or `celery beat` as a process; all are killed before the tables are emptied.

    `app` names another Celery app, `more` are settings of its environment.
    """
    children = []
    environment = os.environ | {
        "DATABASE_URL": f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}",
        "REDIS_URL": broker.url,
        "DATA_DIR": str(room),
        "OUTBOX_FOLLOWS": FOLLOWS,
        "OUTBOX_MAX_ATTEMPTS": "3",
        "OUTBOX_BACKOFF_FIRST": "1",
        "OUTBOX_BACKOFF_LONGEST": "1",
        "CELERY_SKIP_CHECKS": "1",
    }

    def start_one(*arguments: str, app: str = "portal.celery", **more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", app, *arguments, "--loglevel", "WARNING"]
        log, home = room / "celery.log", django_settings.BASE_DIR
        children.append(process.spawn(command, log=log, env=environment | more, cwd=home))
        return children[-1]

    yield start_one
    for child in children:
        process.kill_group(child.pid)
        child.wait()
