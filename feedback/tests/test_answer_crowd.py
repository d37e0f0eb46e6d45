"""Fifty hands on one case at the same moment: it is taken, answered and joined once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from directory.models import User
from feedback import policy, services
from feedback.enums import Purpose
from feedback.models import Case, CaseEvent, Message, OutgoingStep
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import make_basics
from portal.outbox.models import Event

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 50
PHONE = "+989160000001"
REFUSALS = (services.CaseChanged, policy.StepHeld, policy.MergeRefused, policy.FollowerRefused)


@pytest.fixture
def officers() -> list[User]:
    make_basics()
    return [make_user(f"officer{number}", "CONT") for number in range(5)]


def crowd(press: Callable[[int], object]) -> list[str]:
    """Let fifty threads press at the same moment; return what each was told, sorted."""
    gate = threading.Barrier(CROWD)

    def run(number: int) -> str:
        gate.wait(30)
        try:
            press(number)
        except REFUSALS as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(CROWD) as pool:
        return sorted(one.result(120) for one in [pool.submit(run, number) for number in range(CROWD)])


def test_take_when_fifty_press_at_once_then_one_has_it(officers: list[User]) -> None:
    case = make_case()

    said = crowd(
        lambda number: services.take(case_id=case.pk, actor=officers[number % 5], at=AT, version=case.version)
    )

    assert said == [*["CaseChanged"] * (CROWD - 1), "done"]
    assert CaseEvent.objects.filter(kind="taken").count() == 1


def test_answer_when_fifty_send_at_once_then_one_is_held_and_goes_out_once(officers: list[User]) -> None:
    case = make_case()

    said = crowd(
        lambda number: services.send(
            case_id=case.pk,
            actor=officers[number % 5],
            step="answer",
            words={"body": f"پاسخ {number}"},
            at=AT,
            version=case.version,
            seconds=30,
        )
    )
    held = OutgoingStep.objects.get()
    due = AT + timedelta(seconds=30)
    sent = crowd(lambda _number: services.send_held(held_id=held.pk, at=due))

    assert said == [*["StepHeld"] * (CROWD - 1), "done"]
    assert sent == ["done"] * CROWD
    assert Message.objects.get(purpose=Purpose.ANSWER).body == held.words["body"]
    assert Event.objects.filter(name="case.answered").count() == 1


def test_undo_when_it_meets_the_worker_then_it_is_either_out_or_a_draft(officers: list[User]) -> None:
    case = make_case()
    held = services.send(
        case_id=case.pk, actor=officers[0], step="answer", words={"body": "پاسخ"}, at=AT, seconds=30
    )
    assert held
    due = AT + timedelta(seconds=30)

    def press(number: int) -> None:
        if number % 2:
            services.send_held(held_id=held.pk, at=due)
        else:
            try:
                services.take_back(case_id=case.pk, actor=officers[0], at=due)
            except policy.NothingHeld:
                return

    crowd(press)

    answered = Message.objects.filter(purpose=Purpose.ANSWER).count()
    drafts = case.drafts.count()
    assert (answered, drafts) in {(1, 0), (0, 1)}
    assert CaseEvent.objects.filter(kind__in=["answered", "taken_back"]).count() == 1


def test_merge_when_fifty_join_and_answer_at_once_then_both_get_one_answer_each(officers: list[User]) -> None:
    old, young = make_case(phone=PHONE), make_case(phone=PHONE)

    said = crowd(
        lambda number: services.merge(case_id=young.pk, into=old.number, actor=officers[number % 5], at=AT)
    )
    assert said.count("done") == 1
    version = Case.objects.get(pk=old.pk).version

    def press(number: int) -> None:
        if number % 2:
            services.answer(case_id=old.pk, actor=officers[0], body="پاسخ", at=AT, version=version)
        else:
            services.reply(case_id=(old, young)[number % 4 // 2].pk, body=f"پیام {number}", at=AT)

    crowd(press)

    assert CaseEvent.objects.filter(kind="merged").count() == 2
    answers = Message.objects.filter(purpose=Purpose.ANSWER).values_list("case", flat=True)
    assert sorted(answers) in ([], [old.pk, young.pk])
    assert Message.objects.filter(purpose=Purpose.REPLY).count() == CROWD // 2
