"""The task by which the clock closes quiet cases."""

import pytest

from feedback import services, tasks
from feedback.enums import Status
from feedback.models import Case
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import make_basics


@pytest.mark.django_db(transaction=True)
def test_clock_when_its_hour_comes_then_all_that_is_quiet_is_closed_and_nothing_else() -> None:
    make_basics()
    officer, quiet, open_one = make_user("officer", "CONT"), make_case(), make_case()
    services.answer(case_id=quiet.pk, actor=officer, body="پاسخ", at=AT)

    tasks.close_settled()

    found = Case.objects.in_bulk([quiet.pk, open_one.pk])
    assert (found[quiet.pk].status, found[open_one.pk].status) == (Status.CLOSED, Status.RECEIVED)
