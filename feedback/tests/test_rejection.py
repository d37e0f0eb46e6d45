"""Rejecting: proposed by one person, decided by another, told with reason, legal ground and where to go next."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from directory.enums import Role
from directory.models import Unit, User
from feedback import policy, selectors, services, tasks
from feedback.enums import Ground, Outcome, Purpose
from feedback.models import Case, Message, Notice, Rejection
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of
from feedback.tests.test_admin_case import count_queries, hidden, press, shown, take_step
from feedback.tests.test_drafts import client_of
from portal.outbox.models import Event

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

FIELDS = {
    "propose__ground": "law",
    "propose__body": "درخواست را بررسی کردیم.",
    "propose__law": "مادهٔ ۴ آیین‌نامه",
    "propose__onward": "دیوان عدالت اداری، تا سه ماه",
}


@pytest.fixture
def officer() -> User:
    return make_user("cont.officer", "CONT")


@pytest.fixture
def head() -> User:
    user = make_user("cont.head", "CONT", Role.HEAD)
    user.email = "head@example.ir"
    user.save()
    return user


@pytest.fixture
def case() -> Case:
    return make_case()


def proposed(case: Case, actor: User) -> Rejection:
    return services.propose(
        case_id=case.pk,
        actor=actor,
        ground=Ground.LAW,
        body="بررسی کردیم.",
        law="مادهٔ ۴",
        onward="دیوان عدالت اداری",
        at=AT,
    )


def test_page_when_a_head_may_decide_then_costs_no_more_than_twenty_five_queries(
    officer: User, head: User, case: Case
) -> None:
    proposed(case, officer)

    assert count_queries(client_of(head), case) <= 25


def test_rejection_when_proposed_then_the_citizen_is_told_nothing_and_the_head_is(
    officer: User, head: User, case: Case
) -> None:
    take_step(client_of(officer), case, "propose", **FIELDS)
    event = Event.objects.get(name="case.reject_asked")
    tasks.notify_deciders(**event.payload)

    case.refresh_from_db()
    assert (case.status, case.assigned_to) == ("in_progress", officer)
    assert [message.purpose for message in selectors.conversation(case, selectors.reference())] == [
        "submission"
    ]
    assert [(one.topic, one.address) for one in Notice.objects.all()] == [("unit_reject", "head@example.ir")]


def test_rejection_when_approved_by_the_head_then_the_citizen_reads_all_of_it(
    officer: User, head: User, case: Case
) -> None:
    take_step(client_of(officer), case, "propose", **FIELDS)
    page = shown(client_of(head), case)

    press(client_of(head), case, hidden(page), "reject")

    case.refresh_from_db()
    answer = Message.objects.get(purpose=Purpose.ANSWER)
    assert (case.status, answer.author) == ("answered", head)
    for part in (
        "درخواست را بررسی کردیم.",
        "دلیل: قانون اجازه نمی‌دهد.",
        "مبنای قانونی: مادهٔ ۴ آیین‌نامه",
        "راه بعدی شما: دیوان عدالت اداری، تا سه ماه",
    ):
        assert part in answer.body
    rejection = Rejection.objects.get()
    assert (rejection.outcome, rejection.decided_by, rejection.answer) == (Outcome.APPROVED, head, answer)
    assert Event.objects.filter(name="case.answered", payload__message_id=answer.pk).exists()


def test_rejection_when_its_proposer_decides_then_refuses_whatever_he_is(head: User, case: Case) -> None:
    proposed(case, head)

    page = shown(client_of(head), case)

    assert 'name="_reject"' not in page
    for step, words in (("reject", {}), ("send_back", {"reason": "نه"})):
        with pytest.raises(policy.DecisionRefused):
            getattr(services, step)(case_id=case.pk, actor=head, at=AT, **words)


@pytest.mark.parametrize(("unit", "role"), [("CONT", Role.OFFICER), ("BUD", Role.HEAD)])
def test_rejection_when_somebody_without_the_right_decides_then_refuses(
    officer: User, case: Case, unit: str, role: Role
) -> None:
    proposed(case, officer)

    with pytest.raises((policy.DecisionRefused, services.CaseNotFound)):
        services.reject(case_id=case.pk, actor=make_user("other", unit, role), at=AT)


def test_rejection_when_the_head_above_decides_then_it_counts(officer: User, case: Case) -> None:
    proposed(case, officer)

    services.reject(case_id=case.pk, actor=make_user("tech.head", "TECH", Role.HEAD), at=AT)

    assert Case.objects.get().status == "answered"


def test_rejection_when_sent_back_then_the_proposer_reads_why(officer: User, head: User, case: Case) -> None:
    officer.email = "officer@example.ir"
    officer.save()
    proposed(case, officer)

    take_step(client_of(head), case, "send_back", send_back__reason="مبنای قانونی را دقیق بنویسید.")
    tasks.notify_proposer(**Event.objects.get(name="case.reject_back").payload)

    page = shown(client_of(officer), case)
    assert "مبنای قانونی را دقیق بنویسید." in page
    assert 'name="_propose"' in page
    assert Rejection.objects.get().outcome == Outcome.RETURNED
    assert Notice.objects.get().address == "officer@example.ir"


def test_rejection_when_the_case_is_answered_instead_then_is_withdrawn(
    officer: User, head: User, case: Case
) -> None:
    proposed(case, officer)

    services.answer(case_id=case.pk, actor=officer, body="با این همه پذیرفتیم.", at=AT)

    assert Rejection.objects.get().outcome == Outcome.WITHDRAWN
    with pytest.raises(policy.TransitionRefused):
        services.reject(case_id=case.pk, actor=head, at=AT)


def test_rejection_when_a_part_is_missing_then_says_which(officer: User, case: Case) -> None:
    page = text_of(take_step(client_of(officer), case, "propose", propose__ground="mine"))

    for words in (
        "دلیل را برگزینید.",
        "برای شهروند توضیح دهید.",
        "قانون، ماده یا آیین‌نامه را بنویسید.",
        "بنویسید شهروند پس از این کجا می‌تواند برود.",
    ):
        assert words in page
    assert not Rejection.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "returned", "decided_by": "proposer", "decided_at": AT},
        {"outcome": "approved", "decided_by": "head", "decided_at": AT},
        {"outcome": "returned", "decided_at": AT},
        {"law": ""},
    ],
)
def test_rejection_when_sql_says_nonsense_then_the_database_refuses(
    officer: User, head: User, case: Case, change: dict[str, object]
) -> None:
    rejection = proposed(case, officer)
    people = {"proposer": officer, "head": head}

    with pytest.raises(IntegrityError), transaction.atomic():
        Rejection.objects.filter(pk=rejection.pk).update(
            **{name: people.get(str(value), value) for name, value in change.items()}
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Rejection.objects.all().delete()


def test_review_when_a_rejection_is_looked_at_again_then_neither_of_the_two_does_it(
    officer: User, head: User, case: Case
) -> None:
    above = make_user("tech.head", "TECH", Role.HEAD)
    proposed(case, officer)
    services.reject(case_id=case.pk, actor=head, at=AT)

    review = services.ask_review(case_id=case.pk, reason="", at=AT + timedelta(days=1))

    assert (review.author, review.reviewer) == (head, above)


def test_rejection_counts_when_some_answers_reject_then_tells_how_many_of_a_unit(
    officer: User, head: User, case: Case
) -> None:
    proposed(case, officer)
    services.reject(case_id=case.pk, actor=head, at=AT)
    services.answer(case_id=make_case().pk, actor=officer, body="پاسخ", at=AT)

    counts = selectors.rejection_counts(AT - timedelta(days=1), AT + timedelta(days=1))

    assert counts == [selectors.RejectionCount(Unit.objects.get(code="CONT").pk, 2, 1)]


def test_track_when_rejected_then_the_way_says_so_and_the_review_is_offered(
    officer: User, head: User
) -> None:
    citizen = Client()
    receipt = services.receipt_again(token="the-token")
    assert receipt is None
    made = services.submit(
        submission=services.Submission(kind="complaint", subject="رتبه‌بندی", body="رتبه‌بندی پیمانکار"),
        token="the-token",
        at=AT,
    )
    proposed(made.case, officer)
    services.reject(case_id=made.case.pk, actor=head, at=AT)

    citizen.post("/track/", {"code": made.code})
    page = text_of(citizen.get("/track/case/"))

    assert "پاسخ داده شد: پذیرفته نشد، با دلیل" in page
    assert "راه بعدی شما: دیوان عدالت اداری" in page
