"""Periodic tasks that may be started twice without harm, and whose silence can be seen."""

import functools
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from celery import Task, shared_task
from django.db import close_old_connections, connection
from django.utils import timezone

from portal.outbox.models import Heartbeat
from portal.outbox.services import reason

logger = logging.getLogger(__name__)


def periodic(name: str, *, again: Callable[[], bool] = lambda: False) -> Callable[[Callable[[], None]], Task]:
    """Make a Celery task that beat sends, that runs alone, and leaves a heartbeat when it succeeds.

    `name` is the task, its lock and its heartbeat in one; `portal/wiring.py` says how often it is sent. Two beats, or a
    run longer than its interval, end in a run that does nothing. `again` is asked once the lock is free, and says
    whether there is work for which another run may have been turned away: it is done at once. Arguments of a newer or
    older version are ignored. A failed run is logged by type and place only, as the text of an exception may quote a
    citizen; the next tick is the repeat.
    """

    def decorate(function: Callable[[], None]) -> Task:
        def run_alone() -> bool:
            with _alone(name) as alone:
                if alone:
                    function()
                    Heartbeat.objects.beat(name, at=timezone.now())
            return alone

        @functools.wraps(function)
        def run(*_args: Any, **_kwargs: Any) -> None:
            close_old_connections()
            try:
                if run_alone() and again():
                    run_alone()
            except Exception as error:  # noqa: BLE001 - a task's outer edge
                log_failure(name, error)

        return shared_task(name=name)(run)

    return decorate


def log_failure(what: str, error: Exception) -> None:
    """Log an error with the lines of code it came through, which hold no values."""
    logger.error("%s: %s\n%s", what, reason(error), "".join(traceback.format_tb(error.__traceback__)))


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    # The lock belongs to the database session: PostgreSQL frees it when the process dies. (Not behind a pooler that
    # shares sessions between transactions.)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        locked = bool(cursor.fetchone()[0])
    try:
        yield locked
    finally:
        if locked and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
