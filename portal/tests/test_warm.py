"""What processes share is loaded without the database: a server must start while that is away."""

import gc
import os
import subprocess
import sys

from django.conf import settings

from portal.warm import warm

#: What a worker loads before it divides, then a task that asks for an address of the staff.
WORKER = """
import sys
sys.argv = ["/srv/venv/bin/celery"]
import portal.celery
portal.celery.app.loader.init_worker()
portal.celery.share()
print(sorted({"feedback.views", "feedback.admin", "portal.urls", "feedback.tasks"} & sys.modules.keys()))
from django.urls import reverse
print(reverse("admin:feedback_case_changelist"))
"""


def test_warm_when_there_is_no_database_then_everything_is_loaded_all_the_same() -> None:
    gc.unfreeze()

    warm()

    assert gc.get_freeze_count() > 100_000


def test_worker_when_it_starts_then_no_pages_are_loaded_until_a_task_asks_for_an_address() -> None:
    command, home = [sys.executable, "-c", WORKER], settings.BASE_DIR
    said = subprocess.run(command, check=True, cwd=home, env=os.environ, capture_output=True, text=True)

    assert said.stdout.splitlines() == ["['feedback.tasks']", "/admin/feedback/case/"]
