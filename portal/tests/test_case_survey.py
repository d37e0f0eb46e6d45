"""From an answered case to an official answer about it: one code, no way back, and none where asking would harm."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from directory.models import Service
from feedback import services as casework
from feedback.enums import Kind
from feedback.models import Message
from feedback.services import Receipt
from feedback.tests.factories import make_receipt, make_user
from feedback.tests.pages import make_basics, text_of, value_of
from portal.kernel import codes
from portal.outbox.models import Event
from surveys import selectors, services, tasks
from surveys.enums import VISIT_SURVEY, Mode
from surveys.models import Offer, Response, VisitToken
from surveys.tests.joins import joins, leads_home, tells_apart

#: Where something of a person or of his case is kept: table, the column that names the case, and the one of the row.
OF_PEOPLE = (
    ("feedback_case", "id"),
    ("feedback_message", "case_id"),
    ("feedback_caseevent", "case_id"),
    ("feedback_deadline", "case_id"),
    ("feedback_notice", "case_id"),
)


def answered(unit: str = "CONT", **changes: Any) -> tuple[Receipt, Message]:
    """Submit a case, answer it, and let what follows an answer offer the survey."""
    receipt = make_receipt(at=timezone.now() - timedelta(hours=3), **changes)
    name = f"officer of {unit}"
    actor = receipt.case.assigned_to or make_user(f"{name} {receipt.case.pk}", receipt.case.unit.code)
    message = casework.answer(
        case_id=receipt.case.pk, actor=actor, body="سلام. حق با شماست.", at=timezone.now()
    )
    event = Event.objects.get(name="case.answered", payload__message_id=message.pk)
    tasks.offer(**event.payload)
    return receipt, message


def opened(receipt: Receipt) -> tuple[Client, str]:
    client = Client()
    client.post("/track/", {"code": receipt.code})
    return client, text_of(client.get("/track/case/"))


@pytest.mark.django_db
def test_case_when_answered_then_its_page_opens_the_official_survey_once() -> None:
    make_basics()
    services.load_default_questionnaires()
    receipt, _message = answered()

    client, page = opened(receipt)
    code = value_of(page, "code")
    printed = text_of(client.get("/track/case/print/"))
    form = text_of(client.post("/s/", {"code": code}))
    fields = dict(re.findall(r'name="(code|version|form_token)"[^>]*? value="([^"]*)"', form))
    sent = client.post("/s/", {**fields, "S_SAT": "4"})
    after = text_of(client.get("/track/case/"))

    assert codes.grouped(code) in page
    assert codes.grouped(code) in printed
    assert receipt.code not in printed
    assert 'class="qr"' in printed
    assert (fields["code"], sent.status_code) == (code, 303)
    assert Response.objects.get().mode == Mode.TOKEN
    assert code not in after
    assert "به کار رفته" in after


@pytest.mark.django_db
def test_case_when_it_reports_misconduct_then_its_answer_gets_no_code() -> None:
    make_basics()
    services.load_default_questionnaires()
    receipt, message = answered(kind=Kind.MISCONDUCT)

    _client, page = opened(receipt)

    assert selectors.code_of(str(message.pk), timezone.now()) is None
    assert not VisitToken.objects.exists()
    assert Offer.objects.get().sheet is None
    assert value_of(page, "code") == ""
    assert f"/surveys/{VISIT_SURVEY}/" in page


@pytest.mark.django_db(transaction=True)
def test_answer_when_joined_with_codes_and_cases_in_every_way_then_no_join_leads_home() -> None:
    """Every column and hidden column of the answers against every one of codes, offers, cases and what belongs to them.

    Ten cases of one service were answered, three of them in another order than that of the cases.
    """
    make_basics()
    services.load_default_questionnaires()
    version = selectors.published(VISIT_SURVEY)
    assert version is not None
    service = Service.objects.filter(unit__code="CONT").earliest("pk")
    cases = [answered(service=service, phone=f"0916000000{number}") for number in range(10)]
    truth: dict[str, dict[str, str]] = {"case": {}, "offer": {}}
    for number in (6, 1, 8):
        receipt, message = cases[number]
        found = selectors.code_of(str(message.pk), timezone.now())
        assert found is not None
        response = services.redeem(
            code=found.code,
            version=version,
            answers={"S_SAT": ["4"], "S_FLOW": ["5"]},
            language="fa",
            token=f"form-{number}",
            at=timezone.now(),
        )
        truth["case"][str(response.pk)] = str(receipt.case.pk)
        place = Offer.objects.get(digest__in=selectors.offer_digests(str(message.pk)))
        truth["offer"][str(response.pk)] = str(place.pk)

    assert set(Response.objects.values_list("service", flat=True)) == {service.pk}
    held, home = VisitToken.objects.count(), len(cases)
    for table, key in (("surveys_response", "id"), ("surveys_answervalue", "response_id")):
        assert not [
            name for name, met in joins(table, key, "surveys_visittoken", "id") if tells_apart(met, held)
        ]
        offers = joins(table, key, "surveys_offer", "id")
        assert not [name for name, met in offers if leads_home(met, truth["offer"], home)]
        for people, case in OF_PEOPLE:
            assert not [
                name for name, met in joins(table, key, people, case) if leads_home(met, truth["case"], home)
            ]
