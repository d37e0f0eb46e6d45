"""What a release leaves behind when the next one takes its place: open pages, messages in the broker, events unspread.

`recorded()` describes the running code so; `data/release.json` is what it said of the release before this one. With
each release `RECORD_RELEASE=1 ./test portal/tests/test_upgrades.py -k recorded` writes it anew.
"""

import ast
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from feedback import tasks as feedback_tasks
from feedback.enums import Kind
from feedback.tests.pages import received, text_of
from portal.celery import app
from portal.ui import challenge
from surveys import tasks as surveys_tasks

FILE = Path(__file__).parent / "data" / "release.json"
#: Whose import makes the tasks known.
TASKS = (feedback_tasks, surveys_tasks)
_FIELD = re.compile(r"<(input|textarea|select)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


def recorded(client: Client) -> dict[str, Any]:
    """Return the fields of each form that citizens may have open, and what may lie in the broker and the outbox."""
    now = timezone.now()
    pages = {f"/feedback/new/{kind}/": "subject" for kind in Kind.values}
    code = received(client, email="citizen@example.ir")
    client.post("/track/", {"code": code})
    pages |= {"/track/": "code", "/track/case/": "body"}
    return {
        "at": now.isoformat(),
        "token": challenge.new_token(now),
        "forms": {path: form_of(text_of(client.get(path)), field) for path, field in pages.items()},
        "events": dict(sorted(_published())),
        "tasks": sorted(name for name in app.tasks if not name.startswith("celery.")),
    }


def _published() -> Iterator[tuple[str, list[str]]]:
    """Read from the source which events are published, each with the names of what it carries."""
    for app_name in ("feedback", "surveys", "directory", "routing"):
        for path in Path(settings.BASE_DIR, app_name).rglob("*.py"):
            calls = [one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call)]
            for call in calls:
                name = call.args[0] if getattr(call.func, "id", "") == "publish" and call.args else None
                if isinstance(name, ast.Constant):
                    yield str(name.value), sorted(key.arg for key in call.keywords if key.arg)


def form_of(page: str, field: str) -> dict[str, str]:
    """Return names and values of the form that holds a field."""
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    return dict(_fields(next(form for form in forms if f'name="{field}"' in form)))


def _fields(form: str) -> Iterator[tuple[str, str]]:
    for _tag, rest in _FIELD.findall(form):
        told = dict(_ATTRIBUTE.findall(rest))
        if "name" in told and told.get("type") not in {"radio", "checkbox", "file", "submit"}:
            yield told["name"], unescape(told.get("value", ""))


def release() -> dict[str, Any]:
    """Return what the release before this one left behind."""
    return dict(json.loads(FILE.read_text(encoding="utf-8")))
