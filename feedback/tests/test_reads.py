"""Looks into reports of misconduct are written down, and only the head of the unit in charge reads the list."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from directory.enums import Role
from directory.models import User
from feedback import services
from feedback.enums import Kind
from feedback.models import Case, CaseRead
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

READS = "/admin/feedback/caseread/"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def inspector() -> User:
    return make_user("insp.officer", "INSP", Role.INSPECTOR)


@pytest.fixture
def report() -> Case:
    return make_case(kind=Kind.MISCONDUCT)


def test_look_when_repeated_within_an_hour_then_it_is_one_row(inspector: User, report: Case) -> None:
    client = client_of(inspector)
    looks = (timedelta(), timedelta(minutes=4), timedelta(minutes=20))

    for later, door in zip(looks, ("change", "history", "change"), strict=True):
        with time_machine.travel(AT + later, tick=False):
            client.get(f"/admin/feedback/case/{report.pk}/{door}/")

    # 6:54 and 6:58 are one hour, 7:14 is the next.
    assert list(CaseRead.objects.order_by("at").values_list("reader", "at")) == [
        (inspector.pk, AT),
        (inspector.pk, AT + timedelta(minutes=20)),
    ]


def test_look_when_it_is_a_preview_of_an_old_draft_then_it_is_a_row_too(
    inspector: User, report: Case
) -> None:
    words = {"answer": {"body": "پاسخ شما این است."}}
    services.keep_drafts(case_id=report.pk, actor=inspector, words=words, version=report.version, at=AT)

    with time_machine.travel(AT + timedelta(days=3), tick=False):
        response = client_of(inspector).get(f"/admin/feedback/case/{report.pk}/preview/", {"step": "answer"})

    assert report.messages.get().body in text_of(response)
    assert CaseRead.objects.get().at == AT + timedelta(days=3)


def test_look_when_the_case_is_no_secret_or_hidden_then_nothing_is_written(report: Case) -> None:
    client = client_of(make_user("cont.officer", "CONT"))

    for case in (make_case(), report):
        client.get(f"/admin/feedback/case/{case.pk}/change/")

    assert not CaseRead.objects.exists()


def test_looks_when_opened_by_the_head_of_inspection_then_each_is_named(
    inspector: User, report: Case
) -> None:
    client_of(inspector).get(f"/admin/feedback/case/{report.pk}/change/")

    page = text_of(client_of(make_user("insp.head", "INSP", Role.HEAD)).get(READS))

    assert "insp.officer" in page
    assert f"{CaseRead.objects.get().pk}/change/" in page


@pytest.mark.parametrize(
    ("unit", "role", "status"),
    [
        ("INSP", Role.INSPECTOR, 403),
        ("CONT", Role.HEAD, 403),
        ("IT", Role.ADMINISTRATOR, 403),
        # The head of the organization heads inspection too, and still learns nothing of its reports.
        ("HEAD", Role.HEAD, 200),
    ],
)
def test_looks_when_opened_by_anybody_else_then_none_is_told(
    inspector: User, report: Case, unit: str, role: Role, status: int
) -> None:
    client_of(inspector).get(f"/admin/feedback/case/{report.pk}/change/")

    response = client_of(make_user("somebody", unit, role)).get(READS)

    assert response.status_code == status
    assert "insp.officer" not in text_of(response)


def test_looks_when_a_superuser_asks_then_they_are_shut(inspector: User, report: Case) -> None:
    client_of(inspector).get(f"/admin/feedback/case/{report.pk}/change/")
    superuser = User.objects.create(username="root", is_staff=True, is_superuser=True)

    assert client_of(superuser).get(READS).status_code == 403


@pytest.mark.parametrize(
    "change", ["UPDATE feedback_caseread SET at = now()", "DELETE FROM feedback_caseread"]
)
def test_looks_when_tampered_with_then_the_database_refuses(
    inspector: User, report: Case, change: str
) -> None:
    client_of(inspector).get(f"/admin/feedback/case/{report.pk}/change/")

    with pytest.raises(IntegrityError), transaction.atomic():
        CaseRead.objects.raw(change)._fetch_all()
