"""The end of a case: closed once all was quiet for thirty days after its answer, and never closed to its citizen."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from directory.models import User
from feedback import policy, services
from feedback.enums import EventKind, Score, Status
from feedback.models import Case, CaseEvent, RetentionRule
from feedback.tests.factories import AT, make_receipt, make_user
from feedback.tests.pages import text_of

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

QUIET = timedelta(days=policy.REVIEW_DAYS)


@pytest.fixture
def officer() -> User:
    return make_user("officer", "CONT")


@pytest.fixture
def receipt(officer: User) -> services.Receipt:
    receipt = make_receipt(at=AT)
    services.answer(case_id=receipt.case.pk, actor=officer, body="سلام. حق با شماست.", at=AT)
    return receipt


def status(case: Case) -> str:
    case.refresh_from_db()
    return str(case.status)


def close(at: Any = AT + QUIET) -> int:
    return services.close_settled(at=at, size=100)


def test_close_when_all_was_quiet_since_the_answer_then_the_case_is_closed_once(
    receipt: services.Receipt,
) -> None:
    assert [close(AT + QUIET - timedelta(seconds=1)), close(), close()] == [0, 1, 0]

    assert status(receipt.case) == Status.CLOSED
    event = CaseEvent.objects.get(kind=EventKind.CLOSED)
    assert (event.case, event.side, event.actor) == (receipt.case, "system", None)


def test_close_when_something_happened_meanwhile_then_waits_anew(receipt: services.Receipt) -> None:
    answer = receipt.case.messages.last()
    later = AT + timedelta(days=9)
    services.rate(case_id=receipt.case.pk, answer_id=answer.pk, score=Score.SATISFIED, words="", at=later)

    assert [close(), close(later + QUIET)] == [0, 1]


def test_close_when_the_citizen_wrote_or_there_is_no_answer_then_never(receipt: services.Receipt) -> None:
    services.reply(case_id=receipt.case.pk, body="هنوز درست نشده است.", at=AT)
    open_one = make_receipt(at=AT).case

    assert close(AT + 4 * QUIET) == 0
    assert (status(receipt.case), status(open_one)) == (Status.ANSWERED, Status.RECEIVED)


def test_close_when_many_are_quiet_then_takes_so_many_at_a_time_the_oldest_first(
    receipt: services.Receipt, officer: User
) -> None:
    newer = make_receipt(at=AT).case
    services.answer(case_id=newer.pk, actor=officer, body="سلام.", at=AT + timedelta(days=1))
    late = AT + 2 * QUIET

    assert services.close_settled(at=late, size=1) == 1
    assert (status(receipt.case), status(newer)) == (Status.CLOSED, Status.ANSWERED)


def test_closed_case_when_its_citizen_writes_then_an_officer_has_it_to_do_and_answers(
    receipt: services.Receipt, officer: User
) -> None:
    close()
    services.reply(case_id=receipt.case.pk, body="باز هم همان شد.", at=AT + QUIET)

    assert (status(receipt.case), receipt.case.awaits_staff) == (Status.CLOSED, True)
    services.answer(case_id=receipt.case.pk, actor=officer, body="دوباره درست شد.", at=AT + QUIET)
    assert (status(receipt.case), receipt.case.awaits_staff) == (Status.ANSWERED, False)
    assert [close(AT + 2 * QUIET - timedelta(1)), close(AT + 2 * QUIET)] == [0, 1]


def test_closed_case_when_its_time_of_keeping_is_over_then_it_counts_from_before_it_was_closed(
    receipt: services.Receipt,
) -> None:
    close()
    months = RetentionRule.objects.get(kind=receipt.case.kind).months
    day = AT + timedelta(days=31 * months + 1)

    found = next(one for one in services.expired(at=day) if one.rule.kind == receipt.case.kind)

    assert found.cases == 1


@pytest.mark.parametrize(
    ("prefix", "tag", "step", "days"),
    [
        ("", "بسته شد", "هنوز هم می‌توانید", "از ۱۵ روز کاری"),
        ("/en", "Closed", "you can still write to us here", "of 15 working days"),
    ],
)
def test_case_page_when_the_case_is_closed_then_says_so_and_keeps_the_door_open(
    client: Client, receipt: services.Receipt, prefix: str, tag: str, step: str, days: str
) -> None:
    close()

    client.post(f"{prefix}/track/", {"code": receipt.code})
    page = text_of(client.get(f"{prefix}/track/case/"))

    assert f">{tag}</span>" in page.replace("\n", "")
    assert page.index(days) < page.index(step)
    assert 'name="body"' in page
