"""Reports read from a copy of the database, where there is one, so that figures cost those who write nothing."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.db.models import Model
from psycopg2.errors import QueryCanceled

logger = logging.getLogger(__name__)

ALIAS = "replica"
#: Apps whose rows reports read there; sessions, permissions of a door and the rest stay with the first database.
APPS = {"directory", "routing", "feedback", "surveys"}
#: Seconds in which a copy that did not answer is not asked again: its silence would hold up every report.
REST = 30.0

_reading: ContextVar[bool] = ContextVar("reading_from_replica", default=False)

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Silence:
    """Until when (`time.monotonic`) this process leaves the copy alone."""

    until = 0.0


silence = Silence()


class ReportRouter:
    """Send the reads of a report to the copy, and nothing else; no write ever goes there."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return ALIAS if _reading.get() and model._meta.app_label in APPS else None

    def allow_relation(self, _one: Model, _other: Model, **_hints: Any) -> bool:
        """Rows of both are rows of one database, whichever of them was asked."""
        return True

    def allow_migrate(self, db: str, _app: str, **_hints: Any) -> bool | None:
        return False if db == ALIAS else None


def from_replica(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Let a report read from the copy; where that is away, from the first database, and the log says so.

    The view writes nothing, so that it may begin once more. What takes too long there is not asked for here as well.
    """

    @wraps(view)
    def reading(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        if ALIAS in settings.DATABASES and time.monotonic() >= silence.until:
            try:
                with _read_from_replica():
                    return view(*args, **kwargs)
            except (OperationalError, InterfaceError) as fault:
                if isinstance(fault.__cause__, QueryCanceled):
                    raise
                silence.until = time.monotonic() + REST
                connections[ALIAS].close()
                logger.warning(
                    "the replica is away, reports come from the first database: %s", type(fault).__name__
                )
        return view(*args, **kwargs)

    return reading


@contextmanager
def _read_from_replica() -> Iterator[None]:
    mark = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(mark)


def seconds_behind() -> float | None:
    """Return for how many seconds the copy has heard nothing new; None where there is none, or it does not answer.

    A copy of a database in which nothing happens is behind by nothing.
    """
    if ALIAS not in settings.DATABASES:
        return None
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(
                "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() OR NOT pg_is_in_recovery() "
                "THEN 0 ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END"
            )
            row = cursor.fetchone()
    except (OperationalError, InterfaceError):
        connections[ALIAS].close()
        return None
    return float(row[0] or 0)
