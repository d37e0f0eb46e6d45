"""Fixtures of the tests of cases and their pages."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from feedback.tests.pages import make_basics


@pytest.fixture(scope="module")
def basics(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load units, services, counties and rules once for a whole module, inside a transaction that is undone after it.

    Each test of the module runs in a savepoint of that transaction. Not for tests with a live server.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        make_basics()
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)
