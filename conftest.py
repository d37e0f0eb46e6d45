"""What every test run needs."""

import gc
import os
from collections.abc import Generator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connections, transaction
from django.db.models import Model
from django.db.models.signals import post_migrate
from django.urls import clear_url_caches
from pytest_django import DjangoDbBlocker, Settings

# Tests with real transactions empty the database after themselves; triggers refuse that elsewhere.
settings.DATABASES["default"]["ENGINE"] = "portal.tests.database"
del connections["default"]  # made with the models, by the engine of the settings
# The real hash of a password is slow on purpose; the demo's thirty members of staff would cost a second in each test.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A database that is migrated already, to start from a copy of it (`portal/embedded/check.py`).
settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = os.environ.get("TEST_TEMPLATE") or None

#: Fixtures after which the database is emptied.
EMPTYING = {"transactional_db", "django_db_reset_sequences", "live_server"}
MIGRATED = pytest.StashKey[tuple[DjangoDbBlocker, list[list[Model]]]]()


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of every later search for garbage: it is large, and it stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> None:
    """Remember the rows that migrations made, those of the framework's own tables too.

    The framework would make its own anew, slowly, whenever a test empties the database.
    """
    with django_db_blocker.unblock():
        rows = [list(model._base_manager.all()) for model in apps.get_models()]
    request.config.stash[MIGRATED] = django_db_blocker, [made for made in rows if made]
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    """Put the rows of migrations back after a test that emptied the database: tests run in any order in a process."""
    told = yield
    if nextitem and empties(item) and MIGRATED in item.config.stash:
        blocker, rows = item.config.stash[MIGRATED]
        with blocker.unblock(), transaction.atomic():
            for made in rows:
                type(made[0])._base_manager.bulk_create(made, ignore_conflicts=True)
    return told


def empties(item: pytest.Item) -> bool:
    """Say whether the database is emptied after a test."""
    marker = item.get_closest_marker("django_db")
    marked = marker is not None and bool(
        marker.kwargs.get("transaction") or marker.kwargs.get("reset_sequences")
    )
    return marked or not EMPTYING.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture
def english_portal(settings: Settings) -> Generator[None]:
    """Make English the language of the installation; addresses, kept by language, are forgotten before and after."""
    settings.LANGUAGE_CODE = "en"
    clear_url_caches()
    yield
    clear_url_caches()
