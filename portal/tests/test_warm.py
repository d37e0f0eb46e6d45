"""What each kind of process loads: what its pieces share, without the database, and nothing that it does not need."""

import gc
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from feedback.tests.pages import make_basics
from portal.warm import PAGES, show_pages, warm

#: What a worker loads before it divides, then a task that asks for an address of the staff.
WORKER = """
import sys
sys.argv = ["/srv/venv/bin/celery"]
import portal.celery
portal.celery.app.loader.init_worker()
portal.worker.share()
print(sorted({"feedback.views", "feedback.admin", "portal.urls", "feedback.tasks"} & sys.modules.keys()))
from django.urls import reverse
print(reverse("admin:feedback_case_changelist"))
"""
#: What beat loads before it sends anything.
BEAT = """
import sys
sys.argv = ["/srv/venv/bin/celery", "beat"]
from portal.celery import app
app.loader.init_worker()
app.finalize()
print(sorted({"django.db", "django.template", "portal.outbox.tasks", "portal.warm"} & sys.modules.keys()))
import logging
print([type(handler.formatter).__name__ for handler in logging.getLogger().handlers])
"""
#: What a web server loads before it divides.
WEB = """
import sys
import portal.wsgi
print(sorted({"celery", "kombu", "feedback.tasks", "openpyxl", "numpy"} & sys.modules.keys()))
"""


#: Nobody listens there.
NOWHERE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}


def said_by(script: str) -> list[str]:
    """Run a script without a database in a process of its own; return what it said."""
    command, home, env = [sys.executable, "-c", script], settings.BASE_DIR, os.environ | NOWHERE
    said = subprocess.run(command, check=True, cwd=home, env=env, capture_output=True, text=True)
    return said.stdout.splitlines()


def test_warm_when_there_is_no_database_then_everything_is_loaded_all_the_same() -> None:
    gc.unfreeze()

    warm()

    assert gc.get_freeze_count() > 100_000


@pytest.mark.django_db(transaction=True)
def test_pages_when_shown_before_the_server_divides_then_nothing_is_written_and_no_connection_stays() -> None:
    make_basics()

    with CaptureQueriesContext(connection) as asked:
        statuses = show_pages(WSGIHandler())

    assert (len(statuses), set(statuses.values())) == (2 * len(PAGES) - 1, {200})
    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}
    assert [one.connection for one in connections.all(initialized_only=True)] == [None]


def test_worker_when_it_starts_then_no_pages_are_loaded_until_a_task_asks_for_an_address() -> None:
    assert said_by(WORKER) == ["['feedback.tasks']", "/admin/feedback/case/"]


def test_beat_when_it_starts_then_it_knows_names_only_and_logs_as_all_others_do() -> None:
    assert said_by(BEAT) == ["[]", "['JsonFormatter']"]


def test_web_server_when_it_starts_then_nothing_is_loaded_that_only_others_need() -> None:
    assert said_by(WEB) == ["[]"]
