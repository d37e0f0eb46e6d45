"""The operator's page and the figures for machines: who may see them, what they tell, what they never tell."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from directory.enums import Role
from directory.models import User
from directory.services import load_reference
from feedback.enums import Kind
from feedback.models import Case, Notice
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import make_basics, text_of
from portal.logs import JsonFormatter
from portal.middleware import RequestNumber
from portal.operation import BACKUP, REHEARSAL, TASKS, operation
from portal.outbox.models import Delivery, Event, Heartbeat
from portal.wiring import CLOCK

pytestmark = pytest.mark.django_db

PAGE = "/admin/operation/"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def superuser() -> User:
    return User.objects.create(username="root", is_staff=True, is_superuser=True)


def everything_beats(at: Any) -> None:
    for name in (BACKUP, REHEARSAL, *CLOCK):
        Heartbeat.objects.beat(name, at=at)


def park(error: str = "TransientError: the gateway is closed") -> Delivery:
    event = Event.objects.create(name="case.answered", relayed_at=timezone.now())
    return Delivery.objects.create(
        event=event, handler="feedback.tasks.notify_answered", state="parked", last_error=error
    )


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [(role, 200 if role == Role.ADMINISTRATOR else 403) for role in Role],
)
def test_page_when_opened_by_a_role_then_only_administrators_see_it(role: Role, status: int) -> None:
    load_reference()
    delivery, client = park(), client_of(make_user("somebody", "IT", role))

    assert client.get(PAGE).status_code == status
    assert (f'href="{PAGE}"' in text_of(client.get("/admin/"))) == (status == 200)
    client.post(PAGE, {"delivery": delivery.pk})

    delivery.refresh_from_db()
    assert delivery.state == ("waiting" if status == 200 else "parked")


def test_page_when_signed_out_then_leads_to_the_sign_in() -> None:
    assert Client().get(PAGE)["Location"].startswith("/admin/login/")


# --- What it tells --------------------------------------------------------------------------------------------------


def test_page_when_all_is_well_then_says_so(superuser: User) -> None:
    everything_beats(timezone.now())

    page = text_of(client_of(superuser).get(PAGE))

    assert "همه چیز درست کار می‌کند" in page
    assert 'class="sla late"' not in page


def installed(at: datetime) -> None:
    MigrationRecorder.Migration.objects.update(applied=at)


def test_tasks_when_named_then_each_of_the_clock_has_its_words() -> None:
    assert set(TASKS) == set(CLOCK)


def test_silence_when_the_portal_is_new_then_a_task_is_late_after_its_own_interval_only() -> None:
    installed(AT)

    def late(after: timedelta) -> set[str]:
        now = operation(at=AT + after)
        return {beat.name for beat in (*now.beats, now.backup) if beat.is_late}

    assert late(timedelta(seconds=60)) == set()
    assert "outbox.relay" in late(timedelta(hours=2))
    assert late(timedelta(hours=2)).isdisjoint({"feedback.forget_counts", "feedback.sweep_files", BACKUP})
    assert late(timedelta(days=3)) == {*CLOCK, BACKUP}


def test_page_when_the_portal_is_new_then_it_says_not_yet_and_names_the_tasks(superuser: User) -> None:
    installed(timezone.now())

    page = text_of(client_of(superuser).get(PAGE))

    assert "هنوز نه" in page
    assert "هیچ‌گاه" not in page
    assert "شمردن رقم‌های صفحهٔ خانه" in page


def test_page_when_nothing_was_ever_heard_then_each_silence_is_marked(superuser: User) -> None:
    installed(timezone.now() - timedelta(days=30))

    page = text_of(client_of(superuser).get(PAGE))

    assert "چیزی نیاز به رسیدگی دارد" in page
    assert page.count("هیچ‌گاه") == len(CLOCK) + 2


def test_page_when_deliveries_are_parked_then_chosen_ones_are_tried_again(superuser: User) -> None:
    first, second = park(), park("ValueError at tasks.py:12")
    client = client_of(superuser)

    shown = text_of(client.get(PAGE))
    told = text_of(client.post(PAGE, {"delivery": [first.pk, "x", "²"]}, follow=True))

    assert "the gateway is closed" in shown
    assert "۱ تحویل دوباره در راه است" in told
    assert {row.pk: row.state for row in Delivery.objects.all()} == {first.pk: "waiting", second.pk: "parked"}


def test_failed_notices_when_counted_then_those_of_misconduct_are_left_out() -> None:
    make_basics()
    for case in (make_case(), make_case(kind=Kind.MISCONDUCT)):
        Notice.objects.create(
            case=case, message=case.messages.get(), topic="received", channel="sms", address="+989160000001",
            state="failed", error="TransientError", created_at=AT,
        )  # fmt: skip

    now = operation(at=AT + timedelta(days=1))

    assert dict(now.failed) == {"email": 0, "sms": 1}
    assert dict(operation(at=AT + timedelta(days=20)).failed) == {"email": 0, "sms": 0}


@pytest.mark.parametrize(
    ("name", "longest"), [("outbox.relay", timedelta(seconds=90)), (BACKUP, timedelta(days=2))]
)
def test_silence_when_longer_than_it_may_be_then_it_is_late(name: str, longest: timedelta) -> None:
    everything_beats(AT)

    def is_late(after: timedelta) -> bool:
        now = operation(at=AT + after)
        return next(beat for beat in (*now.beats, now.backup) if beat.name == name).is_late

    assert [is_late(longest), is_late(longest + timedelta(minutes=1))] == [False, True]


# --- For machines ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "wrong", "Bearer"])
def test_metrics_when_the_token_is_wrong_then_there_is_no_such_page(
    client: Client, settings: Any, token: str
) -> None:
    settings.METRICS_TOKEN = "long-random-token"

    assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 404


def test_metrics_when_no_token_is_set_then_there_is_no_such_page(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_metrics_when_the_token_is_right_then_figures_come_as_lines(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "long-random-token"
    everything_beats(timezone.now())
    park()

    response = client.get("/metrics", headers={"Authorization": "Bearer long-random-token"})

    lines = dict(line.rsplit(" ", 1) for line in text_of(response).splitlines())
    assert response["Content-Type"].startswith("text/plain")
    assert lines["portal_outbox_parked"] == "1"
    assert float(lines["portal_disk_free_bytes"]) > 0
    assert float(lines['portal_heartbeat_age_seconds{name="outbox.relay"}']) < 60


# --- Logs and reports -----------------------------------------------------------------------------------------------


def test_request_when_answered_then_its_number_is_ours_and_stands_in_its_lines(rf: RequestFactory) -> None:
    lines: list[dict[str, str]] = []

    def answer(_request: Any) -> HttpResponse:
        record = logging.LogRecord("portal", logging.INFO, __file__, 1, "said", None, None)
        lines.append(json.loads(JsonFormatter().format(record)))
        return HttpResponse()

    request = rf.get("/", headers={"X-Request-ID": "of-the-client"})
    numbers = [RequestNumber(answer)(request)["X-Request-ID"] for _time in range(2)]
    answered_outside = logging.LogRecord("portal", logging.INFO, __file__, 1, "said", None, None)

    assert [line["request"] for line in lines] == numbers
    assert [len(number) for number in {*numbers}] == [16, 16]
    assert "request" not in json.loads(JsonFormatter().format(answered_outside))


def refused_row() -> IntegrityError:
    """Return the error of a row that the database refuses; PostgreSQL writes the whole row into its text."""
    make_basics()
    case = make_case(full_name="مریم نمونه", email="maryam@example.ir")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Case.objects.filter(pk=case.pk).update(kind="nonsense")
    return caught.value


def written(error: Exception, message: str, *args: object) -> dict[str, str]:
    """Return a line as the settings' own formatter writes it."""
    record = logging.LogRecord(
        "portal", logging.ERROR, __file__, 1, message, args, (type(error), error, error.__traceback__)
    )
    line: dict[str, str] = json.loads(JsonFormatter().format(record))
    return line


def test_line_when_the_database_refused_a_row_then_its_place_is_told_and_nothing_of_the_row() -> None:
    error = refused_row()
    assert "maryam@example.ir" in str(error)
    try:
        raise RuntimeError("the step failed") from error
    except RuntimeError as wrapped:
        line = written(wrapped, "failed: %s, %r", error, error)

    said = line["message"] + line["exception"]
    assert [word for word in ("maryam", "مریم", "Failing row") if word in said] == []
    assert "psycopg2.errors.CheckViolation: 23514 feedback_case case_kind_known" in line["exception"]
    assert "django.db.utils.IntegrityError: 23514 feedback_case case_kind_known" in line["exception"]
    assert "RuntimeError: the step failed" in line["exception"]
    assert "in refused_row" in line["exception"]


def test_line_when_the_database_is_away_then_its_first_line_is_told() -> None:
    with pytest.raises(psycopg2.OperationalError) as caught:
        psycopg2.connect(host="127.0.0.1", port=1, dbname="none")

    line = written(caught.value, "away")

    assert "Connection refused" in line["exception"]


def test_page_when_it_is_missing_then_its_answer_carries_a_number(client: Client) -> None:
    assert len(client.get("/nowhere/")["X-Request-ID"]) == 16
