"""Fixtures of the tests of cases and their pages."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from feedback.tests.factories import make_reference
from feedback.tests.pages import make_basics
from portal.tests.once import made_once


@pytest.fixture(scope="module")
def basics(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load units, services, counties and rules once for a whole module. Not for tests with a live server."""
    yield from made_once(make_basics, django_db_blocker)


@pytest.fixture(scope="module")
def reference(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load what `basics` loads and the demo's staff, in the same way."""
    yield from made_once(make_reference, django_db_blocker)
