"""Service cards that visitors found wrong: a task names the version and the field, once, and ends with a decision."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from directory.enums import Role
from directory.models import Membership, Service, ServiceCardVersion, Unit, User
from directory.services import add_draft, publish_card
from surveys import policy, services
from surveys.enums import VISIT_SURVEY, CardDecision, CardField, Mode
from surveys.models import CardReview, Version
from surveys.policy import Quarter, ReviewDefect, ReviewRefused
from surveys.tests.factories import make_service

pytestmark = pytest.mark.django_db

SPRING, SUMMER = Quarter(1405, 1), Quarter(1405, 2)
INSIDE = datetime(2026, 5, 1, 9, tzinfo=UTC)
AFTER = datetime(2026, 8, 1, 9, tzinfo=UTC)
LIST = "/admin/surveys/cardreview/"


def make_card(service: Service, at: datetime) -> ServiceCardVersion:
    words = {"description_fa": "شرح", "output_fa": "گواهی", "audiences": ["citizens"], "announced_days": 5}
    lines = {"steps": [{"fa": "ثبت"}], "channels": [{"fa": "باجه"}]}
    card = add_draft(card=ServiceCardVersion(service=service, **words, **lines), actor=None)
    return publish_card(card_id=card.pk, actor=None, at=at)


@pytest.fixture
def version() -> Version:
    services.load_default_questionnaires()
    return Version.objects.get(questionnaire__slug=VISIT_SURVEY)


def visit(
    version: Version,
    service: Service,
    count: int,
    wrong: int,
    *named: str,
    at: datetime = INSIDE,
    mode: Mode = Mode.TOKEN,
) -> None:
    """Let visitors answer, of whom `wrong` found the card wrong and named these fields."""
    for number in range(count):
        answers = {"S_SAT": ["4"], "S_MATCH": ["2" if number < wrong else "5"]}
        if number < wrong:
            answers["S_MATCH_WHAT"] = list(named)
        services.submit_response(
            version=version,
            answers=answers,
            service=service,
            language="fa",
            token=f"{service.code} {at} {mode} {number}",
            at=at,
            mode=mode,
        )


def found() -> list[tuple[Any, ...]]:
    return list(
        CardReview.objects.order_by("card", "field").values_list("card", "field", "wrong", "answers", "named")
    )


def test_quarter_when_a_card_was_found_wrong_then_the_version_of_the_day_and_the_fields_are_named(
    version: Version,
) -> None:
    service = make_service()
    old = make_card(service, INSIDE - timedelta(days=300))
    new = make_card(service, INSIDE + timedelta(days=10))
    visit(version, service, 30, 12, "documents", "cost")
    visit(version, service, 40, 10, "duration", at=INSIDE + timedelta(days=11))

    services.close_quarter(quarter=SPRING, at=AFTER)

    assert found() == [
        (old.pk, CardField.COST, 12, 30, 12),
        (old.pk, CardField.DOCUMENTS, 12, 30, 12),
        (new.pk, CardField.DURATION, 10, 40, 10),
    ]


def test_quarter_when_few_said_which_field_then_the_whole_card_is_looked_at(version: Version) -> None:
    service = make_service()
    card = make_card(service, INSIDE - timedelta(days=1))
    visit(version, service, 20, 5, "documents")

    services.close_quarter(quarter=SPRING, at=AFTER)

    assert found() == [(card.pk, CardField.WHOLE, 5, 20, None)]


@pytest.mark.parametrize(
    ("count", "wrong", "mode"),
    [(9, 9, Mode.TOKEN), (60, 9, Mode.TOKEN), (60, 60, Mode.KIOSK), (60, 60, Mode.WEB)],
    ids=["too few to be shown", "few of many", "kiosks", "the open survey"],
)
def test_quarter_when_nothing_official_stands_out_then_no_card_is_looked_at(
    version: Version, count: int, wrong: int, mode: Mode
) -> None:
    service = make_service()
    make_card(service, INSIDE - timedelta(days=1))
    visit(version, service, count, wrong, "cost", mode=mode)

    services.close_quarter(quarter=SPRING, at=AFTER)

    assert found() == []


def test_quarter_when_there_was_no_card_then_there_is_no_task(version: Version) -> None:
    service = make_service()
    make_card(service, INSIDE + timedelta(days=5))
    visit(version, service, 20, 20, "cost")

    services.close_quarter(quarter=SPRING, at=AFTER)

    assert found() == []


def test_review_when_it_is_open_or_counted_again_then_there_is_no_second(version: Version) -> None:
    service, editor = make_service(), User.objects.create(username="editor", is_superuser=True)
    card = make_card(service, INSIDE - timedelta(days=1))
    visit(version, service, 20, 12, "cost")
    visit(version, service, 20, 12, "cost", at=datetime(2026, 7, 10, 9, tzinfo=UTC))
    services.close_quarter(quarter=SPRING, at=AFTER)
    services.close_quarter(quarter=SPRING, at=AFTER, actor=editor, reason="بازبینی")
    review = CardReview.objects.get()

    services.close_quarter(quarter=SUMMER, at=datetime(2026, 10, 1, tzinfo=UTC))
    still = CardReview.objects.count()
    services.decide_review(
        review_id=review.pk, decision=CardDecision.PRACTICE, note="اصلاح شد", actor=editor, at=AFTER
    )
    services.close_quarter(
        quarter=SPRING, at=datetime(2026, 10, 2, tzinfo=UTC), actor=editor, reason="بازبینی"
    )
    services.close_quarter(
        quarter=SUMMER, at=datetime(2026, 10, 2, tzinfo=UTC), actor=editor, reason="بازبینی"
    )

    assert still == 1
    assert list(CardReview.objects.order_by("pk").values_list("quarter", "decision")) == [
        (1, CardDecision.PRACTICE),
        (2, ""),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        CardReview.objects.create(
            card=card,
            field=CardField.COST,
            year=1405,
            quarter=3,
            wrong=1,
            answers=10,
            opened_at=AFTER,
        )


def make_review(version: Version) -> CardReview:
    service = make_service()
    make_card(service, INSIDE - timedelta(days=1))
    visit(version, service, 20, 12, "cost")
    services.close_quarter(quarter=SPRING, at=AFTER)
    return CardReview.objects.get()


def test_review_when_called_corrected_then_a_later_version_must_be_in_force(version: Version) -> None:
    review, editor = make_review(version), User.objects.create(username="editor")
    corrected = {
        "review_id": review.pk,
        "decision": CardDecision.CORRECTED,
        "note": "هزینه به‌روز شد",
        "actor": editor,
        "at": AFTER,
    }

    with pytest.raises(ReviewRefused) as early:
        services.decide_review(**corrected)
    make_card(review.card.service, AFTER)
    closed = services.decide_review(**corrected)
    with pytest.raises(ReviewRefused) as twice:
        services.decide_review(**corrected)

    assert early.value.defect == ReviewDefect.NOT_CORRECTED
    assert (closed.decision, closed.decided_by, closed.decided_at) == (
        CardDecision.CORRECTED,
        editor,
        AFTER,
    )
    assert twice.value.defect == ReviewDefect.DECIDED


def test_details_when_asked_for_then_every_option_is_a_field_of_a_card(version: Version) -> None:
    details = next(question for question in version.questions if question.code == policy.DETAILS)

    assert {*details.values, CardField.WHOLE} == set(CardField.values)


def client_of(role: Role, unit: Unit) -> Client:
    user = User.objects.create(username=f"{role} {unit.code}", is_staff=True)
    Membership.objects.create(user=user, unit=unit, role=role)
    client = Client()
    client.force_login(user)
    return client


def test_review_when_the_editor_of_pages_opens_it_then_it_can_be_closed_once(version: Version) -> None:
    review = make_review(version)
    office = Unit.objects.create(code="PR", name_fa="روابط عمومی")
    editor, head, other = (
        client_of(Role.EDITOR, office),
        client_of(Role.HEAD, review.card.service.unit),
        client_of(Role.HEAD, office),
    )
    page = f"{LIST}{review.pk}/change/"

    shown = editor.get(page).content.decode()
    early = editor.post(page, {"decision": "corrected", "note": "هزینه"}).content.decode()
    blank = editor.post(page, {"decision": "kept", "note": " "})
    read = head.post(page, {"decision": "kept", "note": "از واحد"})
    closed = editor.post(page, {"decision": "practice", "note": "روال اصلاح شد"})
    report = head.get("/reports/surveys/service/1405-1/").content.decode()

    assert "۱۲ از ۲۰" in shown
    assert "نسخهٔ تازه‌ای" in early
    assert blank.status_code == 200
    assert (read.status_code, closed.status_code) == (403, 302)
    assert other.get(page).status_code == 404
    assert editor.post(page, {"decision": "kept", "note": "دوباره"}).status_code == 403
    review.refresh_from_db()
    assert (review.decision, review.note) == ("practice", "روال اصلاح شد")
    assert "روال اصلاح شد" in report
