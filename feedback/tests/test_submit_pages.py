"""Writing a message through the pages, from the choice of a kind to the receipt."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from directory.models import Unit
from feedback.enums import Kind
from feedback.forms import KINDS
from feedback.models import Attachment, Case
from feedback.selectors import case_by_code
from feedback.tests.pages import (
    BODY,
    SUBJECT,
    code_of,
    errors_of,
    opened,
    received,
    send,
    text_of,
    value_of,
    with_answer,
)
from portal.tests.sounds import webm
from portal.tests.test_uploads import picture
from portal.ui.uploads import MOST_BYTES

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _no_hurry(settings: LazySettings) -> None:
    settings.FORM_MIN_SECONDS = 0


@pytest.fixture
def client() -> Client:
    """Return a browser for which every check against forgery is on, as outside the tests."""
    return Client(enforce_csrf_checks=True)


# --- The pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_choose_when_opened_then_links_to_every_kind_and_passes_hints_on(client: Client, prefix: str) -> None:
    page = text_of(client.get(f"{prefix}/feedback/new/?service=s01&unit=CONT&x=1"))

    for kind in Kind:
        assert f'href="{prefix}/feedback/new/{kind}/?service=s01&amp;unit=CONT"' in page


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("kind", Kind)
def test_new_when_opened_then_shows_the_form_of_the_kind(client: Client, kind: Kind, prefix: str) -> None:
    response = client.get(f"{prefix}/feedback/new/{kind}/")
    page = text_of(response)

    names = set(re.findall(r'name="([a-z_]+)"', page.split("<main")[1]))
    assert {
        "subject",
        "body",
        "service",
        "county",
        "attachments",
        "voice",
        "anonymous",
        "form_token",
    } <= names
    assert ("target" in names) == (kind == Kind.CRITICISM)
    assert ("about_unit" in names) == bool(KINDS[kind].about)
    assert "question" not in names
    assert response.status_code == 200


def test_new_when_opened_then_no_cache_between_hands_its_token_to_others_but_the_browser_may_go_back(
    client: Client,
) -> None:
    assert client.get("/feedback/new/request/")["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("kind", ["nonsense", "COMPLAINT", "admin", "1"])
def test_new_when_the_kind_is_unknown_then_is_not_found(client: Client, kind: str, prefix: str) -> None:
    assert client.get(f"{prefix}/feedback/new/{kind}/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/feedback/new/", "/feedback/new/complaint/", "/track/", "/feedback/received/"]
)
def test_pages_when_opened_then_set_no_cookie(client: Client, path: str) -> None:
    for prefix in ("", "/en"):
        response = client.get(prefix + path)

        assert (response.status_code, dict(response.cookies)) == (200, {})


def test_new_when_refused_then_sets_no_cookie(client: Client) -> None:
    response = send(client, {**opened(client), "body": ""})

    assert (response.status_code, dict(response.cookies)) == (200, {})


# --- Hints in the address ----------------------------------------------------------------------------------------


def chosen(page: str) -> set[str]:
    return set(re.findall(r'<option value="([^"]+)" selected', page))


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("complaint/?service=s01", {"s01"}),
        ("complaint/?unit=CONT", {"CONT"}),
        ("criticism/?unit=CONT&service=s02", {"CONT", "s02"}),
        ("praise/?unit=STAT", {"STAT"}),
        ("request/?unit=PROJ", {"s05"}),
        ("suggestion/?unit=BUD", {"s06"}),
        ("request/?unit=CONT", set()),
        ("request/?unit=CONT&service=s03", {"s03"}),
        ("request/?service=nonsense&unit=NONSENSE", set()),
        ("request/?service=%00&unit=%00", set()),
        ("complaint/?unit=%ED%A0%80&service=%27", set()),
    ],
)
def test_new_when_the_address_hints_then_chooses_beforehand(
    client: Client, address: str, values: set[str]
) -> None:
    assert chosen(text_of(client.get(f"/feedback/new/{address}"))) == values


# --- From the form to the receipt --------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("kind", Kind)
def test_submit_when_sent_then_the_receipt_shows_the_code(client: Client, kind: Kind, prefix: str) -> None:
    response = send(client, opened(client, kind, prefix), kind, prefix)

    assert (response.status_code, response["Location"]) == (303, f"{prefix}/feedback/received/")
    page = text_of(client.get(response["Location"]))
    case = Case.objects.get()
    assert case_by_code(code_of(page)) == case
    assert f'data-case-number="{case.number}"' in page
    assert (case.kind, case.subject, case.language) == (kind, SUBJECT, "en" if prefix else "fa")
    assert escape(SUBJECT) in page
    assert str(case.unit.name_en if prefix else case.unit.name_fa) in page


def test_submit_when_sent_then_the_code_is_in_no_address_and_no_cookie(client: Client) -> None:
    fields = opened(client)
    response = send(client, fields)
    page = client.get(response["Location"])
    code = code_of(text_of(page))

    everything = str(response.headers) + str(response.cookies) + str(page.headers) + str(page.cookies)
    assert code not in everything
    for cookie in response.cookies.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", 1800)
        assert cookie["path"] in ("/feedback/received/", "/en/feedback/received/")


def test_receipt_when_opened_then_is_kept_out_of_caches_and_referrers(client: Client) -> None:
    received(client)
    response = client.get("/feedback/received/")

    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "no-referrer"


def test_receipt_when_refreshed_or_read_in_the_other_language_then_is_the_same(client: Client) -> None:
    code = received(client)

    assert [code_of(text_of(client.get(f"{prefix}/feedback/received/"))) for prefix in ("", "/en", "")] == [
        code
    ] * 3


def test_receipt_when_opened_by_somebody_else_then_shows_the_way_to_the_code_box(client: Client) -> None:
    code = received(client)

    page = text_of(Client().get("/feedback/received/"))
    assert code not in page
    assert reverse("feedback:track") in page


def test_receipt_when_half_an_hour_has_passed_then_shows_no_code(client: Client) -> None:
    code = received(client)

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        page = text_of(client.get("/feedback/received/"))
    assert code not in page
    assert "data-tracking-code" not in page


def test_receipt_when_put_away_then_goes_back_no_more(client: Client) -> None:
    received(client)
    response = client.post("/feedback/received/")

    assert (response.status_code, response["Location"]) == (303, "/track/")
    assert "data-tracking-code" not in text_of(client.get("/feedback/received/"))


def test_receipt_when_the_cookie_is_forged_then_shows_no_code(client: Client) -> None:
    received(client)
    client.cookies["receipt-fa"] = client.cookies["receipt-fa"].value[:-1] + "x"

    assert "data-tracking-code" not in text_of(client.get("/feedback/received/"))


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
@pytest.mark.parametrize(
    "path",
    [
        "/feedback/new/request/", "/feedback/received/", "/track/", "/track/case/", "/track/case/rating/",
        "/track/case/review/", "/track/new-code/", "/track/leave/",
    ],
)  # fmt: skip
def test_page_when_neither_asked_for_nor_sent_then_says_what_can_be_done(
    client: Client, path: str, method: str
) -> None:
    received(client)

    response = getattr(client, method)(path)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
    assert not response.cookies


@pytest.mark.parametrize(("kind", "is_shown"), [(Kind.MISCONDUCT, True), (Kind.REQUEST, False)])
def test_receipt_when_for_misconduct_then_names_the_bodies_outside(
    client: Client, kind: Kind, is_shown: bool
) -> None:
    received(client, kind=kind)

    page = text_of(client.get("/feedback/received/")).split("<footer")[0]
    assert ('href="tel:136"' in page) == is_shown


def test_receipt_when_shown_then_its_qr_code_holds_the_plain_address_only(client: Client) -> None:
    received(client)
    page = text_of(client.get("/feedback/received/"))

    assert re.search(r'<svg class="qr" viewBox="0 0 \d+ \d+"', page)
    assert "style=" not in page


# --- Sent twice --------------------------------------------------------------------------------------------------


def test_submit_when_sent_twice_then_there_is_one_case_and_one_code(client: Client) -> None:
    fields = opened(client)
    codes = []
    for _ in range(2):
        response = send(client, fields)
        codes.append(code_of(text_of(client.get(response["Location"]))))

    assert codes[0] == codes[1]
    assert Case.objects.count() == 1


def test_submit_when_the_same_form_brings_another_text_then_a_fresh_form_keeps_it(client: Client) -> None:
    fields = opened(client)
    send(client, fields)
    other = {**fields, "body": "متن دیگری که پس از بازگشت نوشته شد."}
    response = send(client, other)
    page = text_of(response)

    assert response.status_code == 200
    assert other["body"] in page
    assert value_of(page, "form_token") != fields["form_token"]
    assert send(client, {**other, "form_token": value_of(page, "form_token")}).status_code == 303
    assert Case.objects.count() == 2


# --- Robots and other odd senders --------------------------------------------------------------------------------


def assert_asked_then_let_in(client: Client, fields: dict[str, Any], **extra: Any) -> None:
    response = send(client, fields, **extra)
    page = text_of(response)
    assert response.status_code == 200
    assert BODY in page
    assert not Case.objects.exists()
    wrong = text_of(send(client, with_answer(page, fields, is_right=False), **extra))
    assert not Case.objects.exists()
    assert send(client, with_answer(wrong, fields), **extra).status_code == 303
    assert Case.objects.count() == 1


def test_submit_when_sent_too_fast_then_asks_and_lets_in(client: Client, settings: LazySettings) -> None:
    settings.FORM_MIN_SECONDS = 3
    with time_machine.travel(timezone.now(), tick=False):
        assert_asked_then_let_in(client, opened(client))


def test_submit_when_the_trap_is_filled_then_asks_and_lets_in(client: Client) -> None:
    assert_asked_then_let_in(client, {**opened(client), "homepage": "https://example.ir"})


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_submit_when_another_site_sends_it_then_asks_and_lets_in(
    client: Client, headers: dict[str, str]
) -> None:
    assert_asked_then_let_in(client, opened(client), headers=headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://testserver"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ],
)
def test_submit_when_our_own_page_sends_it_then_is_taken_in_without_a_cookie(
    client: Client, headers: dict[str, str]
) -> None:
    assert send(client, opened(client), headers=headers).status_code == 303


def test_submit_when_the_form_is_a_day_old_then_a_fresh_one_keeps_the_text(client: Client) -> None:
    fields = opened(client)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        page = text_of(send(client, fields))
        assert BODY in page
        assert send(client, {**fields, "form_token": value_of(page, "form_token")}).status_code == 303


# --- Files and mistakes ------------------------------------------------------------------------------------------


def test_submit_when_files_come_along_then_they_are_stored_under_random_names(client: Client) -> None:
    files = [
        SimpleUploadedFile("عکس.png", picture()),
        SimpleUploadedFile("نامه.pdf", b"%PDF-1.7 x"),
    ]
    received(client, attachments=files, voice=SimpleUploadedFile("صدا.webm", webm()))

    stored = list(Attachment.objects.all())
    assert [(file.name, file.content_type, file.is_voice) for file in stored] == [
        ("عکس.png", "image/png", False),
        ("نامه.pdf", "application/pdf", False),
        ("صدا.webm", "audio/webm", True),
    ]
    assert all("عکس" not in file.file.name and "." not in file.file.name for file in stored)
    assert "عکس.png</bdi>" in text_of(client.get("/feedback/received/"))


def test_submit_when_a_file_is_far_too_big_then_says_so_and_keeps_the_text(client: Client) -> None:
    big = SimpleUploadedFile("بزرگ.pdf", b"%PDF-" + b"0" * (3 * MOST_BYTES))
    page = text_of(send(client, {**opened(client), "attachments": [big]}))

    assert BODY in page
    assert "<bdi>بزرگ.pdf</bdi>" in page
    assert "۳۰ مگابایت" in page


def test_submit_when_refused_then_summary_links_to_the_fields_and_the_title_counts(client: Client) -> None:
    page = text_of(send(client, {**opened(client), "body": "", "phone": "0916123456"}))

    assert 'href="#id_body"' in page
    assert 'href="#id_phone"' in page
    assert 'aria-describedby="id_body_error id_body_helptext"' in page
    assert "<title>دو جا" in page
    assert len(errors_of(page)) == 2


def test_submit_when_the_text_holds_markup_then_it_is_shown_inert(client: Client) -> None:
    evil = "<script>alert(1)</script>"
    page = text_of(send(client, {**opened(client), "subject": evil, "body": ""}))
    received(client, subject=evil)

    assert evil not in page + text_of(client.get("/feedback/received/"))


def test_submit_when_anonymous_then_no_identity_is_stored(client: Client) -> None:
    received(client, anonymous="on", full_name="نام من", phone="09161234567", email="a@example.ir")

    case = Case.objects.get()
    assert (case.is_anonymous, case.full_name, case.phone, case.email) == (True, "", "", "")


def test_submit_when_a_unit_is_thanked_then_nobody_is_kept_out(client: Client) -> None:
    received(client, kind="praise", about_unit="INSP", about_person="مدیر نمونه ۳")

    case = Case.objects.get()
    assert (case.about_unit and case.about_unit.code, case.unit.code) == ("INSP", "INSP")
    assert not case.exclusions.exists()


def test_submit_when_a_unit_is_complained_of_then_it_does_not_get_the_case(client: Client) -> None:
    received(client, about_unit="CONT")

    case = Case.objects.get()
    assert case.unit.code != "CONT"
    assert "CONT" in case.exclusions.values_list("unit__code", flat=True)


# --- Written to a unit --------------------------------------------------------------------------------------------

PLAIN = {"subject": "پرسش", "body": "پاسخی نیامده است."}


def written_to(page: str) -> str:
    """Return the unit that a form is written to, if its box is there and ticked."""
    found = re.search(r'<input type="checkbox" name="addressed_unit" value="([^"]*)" checked>', page)
    return found[1] if found else ""


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("kind", [Kind.REQUEST, Kind.SUGGESTION])
def test_new_when_a_unit_is_written_to_then_says_so_in_both_languages(
    client: Client, kind: Kind, prefix: str
) -> None:
    page = text_of(client.get(f"{prefix}/feedback/new/{kind}/?unit=CONT"))

    with translation.override("en" if prefix else "fa"):
        name = Unit.objects.get(code="CONT").name
    assert written_to(page) == "CONT"
    assert name in page.split("<main")[1].split('name="service"')[0]
    other = f"{'' if prefix else '/en'}/feedback/new/{kind}/?unit=CONT"
    assert f'href="{other}"' in page


@pytest.mark.parametrize("code", ["NONSENSE", "%00", "IT", ""])
def test_new_when_the_unit_written_to_is_unknown_or_not_active_then_shows_the_form_without_it(
    client: Client, code: str
) -> None:
    Unit.objects.filter(code="IT").update(is_active=False)

    response = client.get(f"/feedback/new/request/?unit={code}")

    assert (response.status_code, "addressed_unit" in text_of(response)) == (200, False)


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.CRITICISM, Kind.MISCONDUCT, Kind.PRAISE])
def test_new_when_the_kind_is_about_a_unit_then_it_is_not_written_to_one(client: Client, kind: Kind) -> None:
    page = text_of(client.get(f"/feedback/new/{kind}/?unit=CONT"))
    received(client, kind=kind, addressed_unit="CONT")

    assert "addressed_unit" not in page
    assert Case.objects.get().addressed_unit is None


def test_submit_when_written_to_a_unit_then_it_arrives_there_and_the_case_tells_why(client: Client) -> None:
    received(client, kind="request", addressed_unit="CONT", **PLAIN)

    case = Case.objects.get()
    assert (case.addressed_unit and case.addressed_unit.code, case.unit.code) == ("CONT", "CONT")


def test_submit_when_another_unit_gets_it_then_the_receipt_says_so(client: Client) -> None:
    received(client, kind="request", addressed_unit="STAT", prefix="/en")

    receipt = text_of(client.get("/en/feedback/received/"))
    assert Case.objects.get().unit.code == "CONT"
    assert "but what you wrote is the matter of this unit." in receipt


def test_submit_when_refused_then_the_form_is_still_written_to_the_unit_or_not_any_more(
    client: Client,
) -> None:
    fields = {**opened(client, "request"), "body": ""}

    kept = text_of(send(client, {**fields, "addressed_unit": "CONT"}, "request", QUERY_STRING="unit=CONT"))
    unticked = text_of(send(client, fields, "request", QUERY_STRING="unit=CONT"))

    assert (written_to(kept), written_to(unticked)) == ("CONT", "")


def test_submit_when_a_question_is_asked_then_the_unit_stays(client: Client) -> None:
    fields = {**opened(client, "request"), **PLAIN, "addressed_unit": "CONT", "homepage": "x"}
    asked = text_of(send(client, fields, "request"))

    answer = send(client, with_answer(asked, {**fields, "addressed_unit": written_to(asked)}), "request")

    assert (answer.status_code, Case.objects.get().unit.code) == (303, "CONT")


@pytest.mark.parametrize("code", ["NONSENSE", "IT", "C\u200cONT"])
def test_submit_when_the_unit_is_unknown_or_not_active_any_more_then_the_message_is_taken_in(
    client: Client, code: str
) -> None:
    Unit.objects.filter(code="IT").update(is_active=False)

    received(client, kind="request", addressed_unit=code, **PLAIN)

    case = Case.objects.get()
    assert (case.addressed_unit, case.unit.code) == (None, "DESK")


def test_new_and_submit_when_written_to_a_unit_then_no_more_statements_are_made(
    client: Client, settings: LazySettings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.REFERENCE_SECONDS = 3600
    received(client, kind="request", **PLAIN)
    with django_assert_num_queries(0):
        client.get("/feedback/new/request/?unit=CONT")
    plain, addressed = opened(client, "request"), {**opened(client, "request"), "addressed_unit": "CONT"}

    counts = []
    for fields in (plain, addressed):
        with CaptureQueriesContext(connection) as caught:
            assert send(client, {**fields, **PLAIN}, "request").status_code == 303
        counts.append(len(caught))

    assert counts[0] == counts[1]


def test_submit_when_stored_then_few_statements_are_made_in_one_transaction_and_a_bell_rings_after_it(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    received(client)
    fields = opened(client)
    connection.run_on_commit.clear()  # the bell of the first one: outside of tests it has rung by now

    with CaptureQueriesContext(connection) as caught, django_capture_on_commit_callbacks(execute=True):
        send(client, fields)

    *inside, bell = [query["sql"] for query in caught]
    brackets = ("SAVEPOINT", "RELEASE")
    statements = [sql for sql in inside if not sql.startswith(brackets)]
    assert bell == "NOTIFY outbox_event"
    assert len(statements) <= 2
    assert [one for one in statements if one.startswith("UPDATE")] == []
    # The savepoint of the service stands for the one transaction.
    assert len(inside) - len(statements) == 2


def test_new_when_opened_again_then_the_database_is_not_asked(
    client: Client, settings: LazySettings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.REFERENCE_SECONDS = 3600
    client.get("/feedback/new/complaint/")
    with django_assert_num_queries(0):
        client.get("/feedback/new/complaint/")
