"""Rows that many tests start from, made once, and what leaves nothing behind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

Made = TypeVar("Made")


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def made_once(make: Callable[[], Made], blocker: DjangoDbBlocker) -> Iterator[Made]:
    """Make rows inside a transaction that is undone after whatever the fixture that yields from this is scoped to.

    Each test runs in a savepoint of that transaction. Not for tests with a live server, and not for what tests change
    in memory: what `make` returns is shared.
    """
    with blocker.unblock(), undone():
        made = make()
        connection.check_constraints()  # else the end of every test would check all of these rows again
        with blocker.block():
            yield made
