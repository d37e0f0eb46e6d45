"""The plot (portal/wiring.py) held against the code: nothing published without followers named, nothing dead."""

import ast
import inspect
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from feedback import tasks as feedback_tasks
from portal.celery import app as clockwork
from portal.outbox.company import takes_many
from portal.wiring import CLOCK, FOLLOWS
from surveys import tasks as surveys_tasks

#: Followers of one event share a transaction (decision 30), which cannot take back a mail.
OUTSIDE = ("send_notice", "inspect_file", "make_export", "rehearse", "recount")
APPS = ("directory", "routing", "feedback", "surveys")
PUBLISHING = ("publish", "publish_each")


def published() -> set[str]:
    """Return the names of all events that services publish, read from their source."""
    names = set()
    for app in APPS:
        for path in Path(settings.BASE_DIR, app).rglob("services*/**/*.py"):
            names |= named_in(path, *PUBLISHING)
        for path in Path(settings.BASE_DIR, app).glob("services.py"):
            names |= named_in(path, *PUBLISHING)
    return names


def named_in(path: Path, *functions: str) -> set[str]:
    """Return what calls of these functions name first."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [
        call.args[0]
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in functions and call.args
    ]
    return {str(name.value) for name in named if isinstance(name, ast.Constant)}


def test_wiring_when_read_then_names_exactly_the_published_events() -> None:
    assert set(FOLLOWS) == published()


def test_wiring_when_read_then_every_handler_exists_and_takes_keywords() -> None:
    handlers = {path: import_string(path) for paths in FOLLOWS.values() for path in paths}

    for path, handler in handlers.items():
        kinds = {parameter.kind for parameter in inspect.signature(handler).parameters.values()}
        assert kinds == {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}, path


def test_wiring_when_a_handler_speaks_to_the_world_outside_then_it_follows_its_event_alone() -> None:
    alone = {paths[0] for paths in FOLLOWS.values() if len(paths) == 1}

    assert {f"feedback.tasks.{name}" for name in OUTSIDE} <= alone
    every = {path for paths in FOLLOWS.values() for path in paths}
    for path in (every - alone) | {path for path in every if takes_many(path)}:
        assert not set(inspect.unwrap(import_string(path)).__code__.co_names) & {"channels", "clamd"}, path


def test_wiring_when_read_then_no_handler_of_the_tasks_is_forgotten() -> None:
    used = {path for paths in FOLLOWS.values() for path in paths}
    handlers = {
        f"{tasks.__name__}.{name}"
        for tasks in (feedback_tasks, surveys_tasks)
        for name, member in vars(tasks).items()
        if inspect.isfunction(member) and member.__module__ == tasks.__name__ and not name.startswith("_")
    }

    assert handlers == used


def test_clock_when_read_then_names_exactly_the_periodic_tasks() -> None:
    doors = [Path(settings.BASE_DIR, app, "tasks.py") for app in (*APPS, "portal/outbox")]

    assert set(CLOCK) == {name for path in doors if path.exists() for name in named_in(path, "periodic")}


def test_clock_when_beat_reads_it_then_ticks_that_nobody_took_in_time_are_dropped() -> None:
    sent = clockwork.conf.beat_schedule

    assert {name: entry["schedule"] for name, entry in sent.items()} == CLOCK
    assert [sent[name]["options"]["expires"] for name in ("outbox.relay", "outbox.sweep")] == [5.0, 60.0]
    assert {entry["task"] for entry in sent.values()} == set(CLOCK)
