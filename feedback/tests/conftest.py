"""Fixtures of the tests of cases and their pages."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from feedback.tests.factories import make_reference
from feedback.tests.pages import make_basics


@pytest.fixture(scope="module")
def basics(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load units, services, counties and rules once for a whole module, inside a transaction that is undone after it.

    Each test of the module runs in a savepoint of that transaction. Not for tests with a live server.
    """
    yield from _for_a_module(make_basics, django_db_blocker)


@pytest.fixture(scope="module")
def reference(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load what `basics` loads and the demo's staff, in the same way."""
    yield from _for_a_module(make_reference, django_db_blocker)


def _for_a_module(make: Callable[[], None], blocker: DjangoDbBlocker) -> Iterator[None]:
    with blocker.unblock(), transaction.atomic():
        make()
        with blocker.block():
            yield
        transaction.set_rollback(True)
