"""Reports read from a standby: only they, never a write, and without it they come from the first database."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from directory.enums import Role
from feedback.models import Case
from feedback.tests.factories import make_case, make_user
from feedback.tests.pages import make_basics
from portal.operation import operation
from portal.settings import _replica
from portal.ui.replica import ALIAS, from_replica, seconds_behind, silence

REPORTS = ("/reports/cases/", "/reports/surveys/")


@pytest.fixture
def standby(transactional_db: None, settings: Settings) -> Iterator[Any]:
    """Give a second connection to the database of the tests, as if it led to a standby."""
    told = connection.settings_dict
    url = f"postgres://{told['USER']}@/{told['HOST']}/{told['NAME']}"
    settings.REPLICA_DATABASE_URL = url
    settings.DATABASE_ROUTERS = ["portal.ui.replica.ReportRouter"]
    first = settings.DATABASES["default"]["NAME"]
    settings.DATABASES["default"]["NAME"] = "portal-elsewhere"  # a standby lies on another host
    settings.DATABASES[ALIAS] = {**told, **_replica(url)}
    settings.DATABASES["default"]["NAME"] = first
    silence.until = 0.0
    connections[ALIAS].connect()
    yield connections[ALIAS]
    connections[ALIAS].close()
    del connections[ALIAS]
    settings.DATABASES.pop(ALIAS)


def reader(client: Client) -> Client:
    make_basics()
    make_case()
    client.force_login(make_user("manager", "DESK", Role.MANAGER))
    return client


def test_reports_when_there_is_a_standby_then_they_alone_are_read_from_it(
    standby: Any, client: Client
) -> None:
    reader(client)

    with CaptureQueriesContext(standby) as there, CaptureQueriesContext(connection) as here:
        pages = [client.get(path).status_code for path in REPORTS]
    with CaptureQueriesContext(standby) as elsewhere:
        client.get("/")
        client.get("/reports/")

    assert pages == [200] * len(REPORTS)
    assert [query for query in there if "django_session" in query["sql"]] == []
    assert [query["sql"] for query in there if "feedback_case" in query["sql"]] != []
    assert [query["sql"] for query in here if 'FROM "feedback_case"' in query["sql"]] == []
    assert len(elsewhere) == 0


def test_standby_when_written_to_then_it_refuses(standby: Any) -> None:
    make_basics()
    make_case()

    with pytest.raises(DatabaseError, match="read-only"):
        Case.objects.using(ALIAS).update(subject="x")

    assert Case.objects.get().subject != "x"
    assert seconds_behind() == 0


def test_reports_when_the_standby_is_away_then_they_come_from_the_first_and_the_log_says_so(
    standby: Any, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    reader(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [standby.connection.info.backend_pid])

    with caplog.at_level(logging.WARNING), CaptureQueriesContext(connection) as here:
        pages = [client.get(path).status_code for path in REPORTS]

    assert pages == [200] * len(REPORTS)
    assert [line.message for line in caplog.records] == [
        "the replica is away, reports come from the first database: OperationalError"
    ]  # once: it rests before it is asked again
    assert [query for query in here if 'FROM "feedback_case"' in query["sql"]] != []


def test_report_when_it_takes_too_long_then_the_first_database_is_not_asked_for_the_same(
    standby: Any,
) -> None:
    asked = []

    def view() -> Any:
        asked.append(ALIAS)
        with standby.cursor() as cursor:
            cursor.execute("SET statement_timeout = 1")
            cursor.execute("SELECT pg_sleep(60)")

    with pytest.raises(OperationalError, match="statement timeout"):
        from_replica(view)()

    assert (asked, silence.until) == ([ALIAS], 0.0)


def test_report_when_the_first_database_is_away_too_then_it_is_not_hidden() -> None:
    def view() -> Any:
        raise OperationalError

    with pytest.raises(OperationalError):
        from_replica(view)()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgres://portal:x@/portal", "must look like postgres://"),
        ("postgres://portal:x@standby:5432/", "must look like postgres://"),
        ("postgres://portal:x@standby:port/portal", "must look like postgres://"),
        ("mysql://portal:x@standby/portal", "must look like postgres://"),
    ],
)
def test_settings_when_the_standby_is_half_said_then_the_start_is_refused(url: str, says: str) -> None:
    with pytest.raises(SystemExit, match=says):
        _replica(url)


@pytest.mark.django_db
def test_operation_when_there_is_no_standby_then_nothing_is_said_of_one(settings: Settings) -> None:
    now = operation(at=timezone.now())

    assert (now.has_replica, now.behind, now.is_behind) == (False, None, False)
