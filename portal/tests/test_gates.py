"""Gates that are counted, not timed: statements, buffers and settings. The others of their kind lie with their rooms.

| what is held | where |
|---|---|
| submission: 2 statements, one transaction, no UPDATE, a NOTIFY; form page: 0 | `feedback/tests/test_submit_pages.py` |
| case page: as many statements with three messages as with one | `feedback/tests/test_track_pages.py` |
| queue and case page of staff: as many for one row as for three | `feedback/tests/test_admin_{queue,case}.py` |
| pages of what seldom changes: only what changes by itself is asked for, as much for three rows as for one | here |
| surveys, service cards: fixed numbers | `surveys/tests/test_pages.py`, `portal/tests/test_service_page.py` |
| search, queue, similar cases: by their indexes, no sequential scan | `feedback/tests/test_plans.py` |
| closed quarters: sums equal a full count | `surveys/tests/test_quarters.py` |
| rules: one statement once a version is known | `routing/tests/test_services.py` |
| rules: the tree finds what a plain search finds | `routing/tests/test_matching.py` |
| first visit: bytes and requests | `portal/tests/test_public_pages.py`, `test_look_static.py` |
| outbox: statements for sixty events, for a whole message | `portal/outbox/tests/test_services.py` |
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from directory.models import Announcement, Position, Service, Unit
from directory.services import load_cards, load_reference
from feedback.selectors import reference
from feedback.tests.factories import AT, make_case
from feedback.tests.pages import make_basics, received
from feedback.tests.test_plans import make_many
from portal import speed
from surveys.services import load_default_questionnaires

WRONG = "1234567890123456"


def statements(ask: Callable[[], Any]) -> list[str]:
    """Return the statements of a request, brackets of transactions aside."""
    with CaptureQueriesContext(connection) as caught:
        ask()
    return [query["sql"] for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.django_db
def test_look_up_when_the_code_is_right_or_wrong_then_at_most_five_statements_and_no_session(
    settings: Settings,
) -> None:
    settings.FORM_MIN_SECONDS = 0
    make_basics()
    client = Client()
    code = received(client)

    right = statements(lambda: client.post("/track/", {"code": code}))
    wrong = statements(lambda: Client().post("/track/", {"code": WRONG}))

    assert len(right) <= 5
    assert len(wrong) <= 5
    assert [sql for sql in right + wrong if "django_session" in sql] == []


@pytest.mark.django_db
def test_look_up_when_cases_are_many_then_its_index_reads_six_buffers_at_most() -> None:
    make_basics()
    case = make_many(make_case(phone="+989160000000", full_name="نمونه", at=AT))
    digest = bytes(case.code_hash).hex()

    with connection.cursor() as cursor:
        sql = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM feedback_case WHERE code_hash = decode(%s, 'hex')"
        cursor.execute(sql, [digest])
        told = cursor.fetchone()[0]
    plan = (told if isinstance(told, list) else json.loads(told))[0]["Plan"]

    assert plan["Node Type"] == "Index Scan"
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] <= 6


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/", ["feedback_figures", "directory_announcement"]),
        ("/feedback/new/", []),
        ("/contact/", []),
        ("/contact/CONT/", ["directory_unit"]),
        ("/services/", []),
        ("/services/s01/", ["feedback_case"]),
        ("/surveys/", ["surveys_version"]),
        ("/surveys/site/", ["surveys_version"]),
        ("/surveys/service/", ["surveys_version"]),
    ],
)
def test_page_when_its_parts_were_drawn_then_it_asks_only_for_what_changes_by_itself(
    client: Client, settings: Settings, address: str, asked: list[str]
) -> None:
    settings.REFERENCE_SECONDS = 3600
    load_reference()
    load_cards(at=AT)
    load_default_questionnaires()
    counts = []
    for rows in (1, 3):
        for number in range(rows):
            made = Unit.objects.create(code=f"U{rows}{number}", name_fa=f"واحد {rows}{number}")
            Position.objects.create(unit=made, title_fa="مسئول")
            Service.objects.create(code=f"u{rows}{number}", title_fa=f"خدمت {rows}{number}", unit=made)
            Announcement.objects.create(slug=f"n{rows}{number}", title_fa="خبر", published_from=AT)
        reference()
        client.get(address)  # reads what is read once a process
        reference().drawn.clear()
        counts.append(len(statements(lambda: client.get(address))))
        again = statements(lambda: client.get(address))
        assert [re.findall(r'FROM "(\w+)"', sql)[0] for sql in again] == asked

    assert counts[0] == counts[1]


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"CONN_MAX_AGE": 0}, speed.NO_LASTING_CONNECTION),
        ({"ATOMIC_REQUESTS": True}, speed.TRANSACTION_PER_REQUEST),
        ({"OPTIONS": {"options": "-c synchronous_commit=off"}}, speed.NOT_DURABLE),
    ],
)
def test_deploy_check_when_the_database_is_set_slow_or_forgetful_then_refused(
    settings: Settings, fault: dict[str, Any], error: str
) -> None:
    before = [found.id for found in speed.check_speed(None)]
    settings.DATABASES = {"default": django_settings.DATABASES["default"] | fault}

    assert before == []
    assert [found.id for found in speed.check_speed(None)] == [error]


def test_deploy_check_when_templates_are_read_for_each_page_then_refused(settings: Settings) -> None:
    plain = django_settings.TEMPLATES[0]
    loaders = ["django.template.loaders.app_directories.Loader"]
    settings.TEMPLATES = [plain | {"APP_DIRS": False, "OPTIONS": plain["OPTIONS"] | {"loaders": loaders}}]

    assert [found.id for found in speed.check_speed(None)] == [speed.TEMPLATES_READ_AGAIN]
