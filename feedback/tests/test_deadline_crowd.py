"""Officers who press "next" at the same moment, and two runs of the ladder that overlap."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection

from directory.models import User
from feedback import services
from feedback.models import Case, EscalationStep, Notice
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import make_basics

VERY_LATE = datetime(2026, 6, 16, 6, 30, tzinfo=UTC)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Make all calls at the same moment, each on a connection of its own."""
    gate = threading.Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        gate.wait(30)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as crowd:
        return [done.result(120) for done in [crowd.submit(one, call) for call in calls]]


@pytest.mark.django_db(transaction=True)
def test_next_when_ten_press_at_once_then_each_case_has_one_officer_and_nobody_two() -> None:
    make_basics()
    officers = [make_user(f"officer{number}", "CONT") for number in range(10)]
    cases = [make_case() for _case in range(6)]

    found = at_once([partial(services.take_next, actor=officer, at=AT) for officer in officers])

    taken = [case for case in found if case is not None]
    assert sorted(case.pk for case in taken) == sorted(case.pk for case in cases)
    assert len(set(Case.objects.values_list("assigned_to", flat=True))) == 6


@pytest.mark.django_db(transaction=True)
def test_escalate_when_two_runs_overlap_then_each_step_and_mail_comes_once() -> None:
    make_basics()
    officer = make_user("officer", "CONT")
    User.objects.update(email="officer@example.ir")
    for _case in range(20):
        services.take(case_id=make_case().pk, actor=officer, at=AT)

    def run() -> int:
        try:
            return services.escalate(at=VERY_LATE).steps
        except IntegrityError:
            return 0

    found = at_once([run, run, run])

    assert sorted(found) == [0, 0, 80]
    assert EscalationStep.objects.count() == 80
    assert Notice.objects.count() == 1
