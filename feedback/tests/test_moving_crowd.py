"""A case that is sent to another unit at the very moment at which somebody else does something in it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connection, transaction

from directory.enums import Role
from directory.models import Unit, User
from feedback import services
from feedback.enums import NoticeTopic
from feedback.models import Case, CaseEvent
from feedback.services import CaseNotFound
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import make_basics

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture(autouse=True)
def _basics(transactional_db: None) -> None:
    make_basics()


@pytest.fixture
def officer() -> User:
    return make_user("cont.officer", "CONT")


def while_it_moves(case: Case, officer: User, call: Callable[[], object]) -> object:
    """Send the case on, begin the call before that is over, and return what comes of it."""
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            unit = Unit.objects.get(code="BUD")
            services.redirect(case_id=case.pk, actor=officer, unit=unit, reason="بودجه", at=AT)
            begun = other.submit(_closing, call)
            _until_somebody_waits()
        return begun.result(30)


def _until_somebody_waits() -> None:
    for _look in range(200):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits for the case")


def _closing(call: Callable[[], object]) -> object:
    try:
        return call()
    finally:
        connection.close()


def test_reply_when_the_case_moves_at_that_moment_then_it_is_kept(officer: User) -> None:
    case = make_case()

    while_it_moves(case, officer, lambda: services.reply(case_id=case.pk, body="یک چیز دیگر.", at=AT))

    assert case.messages.last().body == "یک چیز دیگر."


def test_take_when_the_case_moves_at_that_moment_then_it_is_gone_for_whoever_takes_it(officer: User) -> None:
    case = make_case()

    with pytest.raises(CaseNotFound):
        while_it_moves(case, officer, lambda: services.take(case_id=case.pk, actor=officer, at=AT))

    assert Case.objects.get().assigned_to is None
    assert not CaseEvent.objects.filter(kind="taken").exists()


def test_note_when_the_case_moves_at_that_moment_then_whoever_still_sees_it_keeps_his_words(
    officer: User,
) -> None:
    case, head = make_case(), make_user("head.head", "HEAD", Role.HEAD)

    while_it_moves(case, officer, lambda: services.note(case_id=case.pk, actor=head, body="یادداشت", at=AT))

    note = case.messages.last()
    assert (note.body, note.unit.code) == ("یادداشت", "BUD")


def test_note_when_its_officer_is_told_of_the_case_at_that_moment_then_neither_waits_for_the_other(
    officer: User,
) -> None:
    """The note points to the officer, the notice to the case: each looked for a key that the other had locked."""
    officer.email = "officer@example.ir"
    officer.save()
    case = make_case()
    first = case.messages.get()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            services.note(case_id=case.pk, actor=officer, body="یادداشت", at=AT)
            told = other.submit(
                _closing,
                lambda: services.notify_officer(
                    case=case, message=first, topic=NoticeTopic.UNIT_NEW, officer=officer, at=AT
                ),
            )
            wait([told], 5)
            was_free = told.done()
        told.result(30)

    assert was_free
    assert case.messages.last().body == "یادداشت"
