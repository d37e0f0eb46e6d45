"""Officers who press "next" at the same moment, cases given and handed over at once, and overlapping ladders."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from directory.enums import Role
from directory.models import User
from feedback import services
from feedback.models import Case, EscalationStep, Notice
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import make_basics
from portal.embedded import process

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


def wait_for_blocked(count: int) -> None:
    """Wait until so many connections to this database wait for a lock."""
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    def are_blocked() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(blocked)
            return bool(cursor.fetchone()[0] == count)

    assert process.wait_until(are_blocked, seconds=60, pause=0.02)


@pytest.mark.django_db(transaction=True)
def test_hand_over_when_one_of_its_cases_is_being_given_then_both_come_to_an_end() -> None:
    make_basics()
    gone, ready = make_user("gone", "CONT"), make_user("ready", "CONT")
    head = make_user("head", "CONT", Role.HEAD)
    first, second = make_case(), make_case()
    services.take(case_id=first.pk, actor=gone, at=AT)
    both = [first.pk, second.pk]

    def at_its_own(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as crowd:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE feedback_caseevent IN SHARE MODE")  # nobody writes down a first case
            handing = partial(services.hand_over, case_ids=both, actor=head, to=ready, at=AT)
            handed = crowd.submit(at_its_own, handing)
            wait_for_blocked(1)
            given = crowd.submit(at_its_own, partial(services.assign, case_id=second.pk, at=AT))
            wait_for_blocked(2)

        assert (handed.result(60), given.result(60)) == (2, ready.pk)

    assert set(Case.objects.values_list("assigned_to", flat=True)) == {ready.pk}


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
