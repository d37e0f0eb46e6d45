"""A review asked for by many connections at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from directory.enums import Role
from feedback import policy, services
from feedback.models import Case, CaseEvent, Review
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import make_basics
from portal.outbox.models import Event


def _ask(case_id: int, gate: threading.Barrier) -> str:
    gate.wait(30)
    try:
        services.ask_review(case_id=case_id, reason="", at=AT)
    except policy.ReviewRefused as refusal:
        return str(refusal)
    finally:
        connection.close()
    return "asked"


@pytest.mark.django_db(transaction=True)
def test_review_when_fifty_ask_at_once_then_there_is_one() -> None:
    make_basics()
    make_user("head", "CONT", Role.HEAD)
    case = make_case()
    services.answer(case_id=case.pk, actor=make_user("officer", "CONT"), body="پاسخ", at=AT)
    version = Case.objects.get().version
    gate = threading.Barrier(50)
    with ThreadPoolExecutor(50) as crowd:
        said = [one.result(120) for one in [crowd.submit(_ask, case.pk, gate) for _ in range(50)]]

    assert sorted(said) == ["asked", *["once"] * 49]
    assert Review.objects.count() == CaseEvent.objects.filter(kind="review_asked").count() == 1
    assert Event.objects.filter(name="case.review_asked").count() == 1
    assert Case.objects.get().version == version + 1
