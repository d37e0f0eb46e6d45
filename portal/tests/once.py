"""Rows that many tests start from, made once."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import transaction
from pytest_django import DjangoDbBlocker

Made = TypeVar("Made")


def made_once(make: Callable[[], Made], blocker: DjangoDbBlocker) -> Iterator[Made]:
    """Make rows inside a transaction that is undone after whatever the fixture that yields from this is scoped to.

    Each test runs in a savepoint of that transaction. Not for tests with a live server, and not for what tests change
    in memory: what `make` returns is shared.
    """
    with blocker.unblock(), transaction.atomic():
        made = make()
        with blocker.block():
            yield made
        transaction.set_rollback(True)
