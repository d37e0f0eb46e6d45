"""Visit codes: one answer each, and no way from an answer back to a code."""

import re
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from directory.models import Unit, User
from portal.kernel import codes, jalali
from portal.ui import challenge
from surveys import policy, selectors, services
from surveys.enums import VISIT_SURVEY, Mode
from surveys.models import Counter as Desk
from surveys.models import Kiosk, Response, Version, VisitSheet, VisitToken
from surveys.policy import Refusal
from surveys.tests.factories import make_published, make_service, publish
from surveys.tests.joins import joins, tells_apart

ANSWERS = {"SAT": ["5"], "WAY": ["desk"]}


def make_sheet(*, days: int = 30, count: int = 10) -> VisitSheet:
    service, now = make_service(), timezone.now()
    expires_on = jalali.local(now).date() + timedelta(days=days)
    at = now if days >= 0 else now - timedelta(days=60)
    sheet = VisitSheet(unit=service.unit, service=service, count=count, expires_on=expires_on)
    return services.issue_sheet(sheet=sheet, actor=None, at=at)


def send(client: Client, fields: dict[str, Any]) -> Any:
    return client.post("/s/", urlencode(fields, doseq=True), content_type="application/x-www-form-urlencoded")


def filled_in(code: str, **changes: Any) -> dict[str, Any]:
    opened = timezone.now() - timedelta(seconds=60)
    return {"code": code, "version": "1", "form_token": challenge.new_token(opened), **ANSWERS, **changes}


def text_of(response: Any) -> str:
    return response.content.decode()


@pytest.mark.django_db
def test_code_when_typed_in_any_digits_then_it_opens_the_survey_of_that_visit() -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    code = services.codes_of(make_sheet())[0]
    typed = codes.grouped(code).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))

    page = send(Client(enforce_csrf_checks=True), {"code": typed})

    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "تشخیص صلاحیت پیمانکاران s01" in text_of(page)
    assert re.search(rf'name="code"[^>]*value="{code}"', text_of(page))
    assert 'name="service"' not in text_of(page)


@pytest.mark.django_db
def test_code_when_answers_are_sent_then_they_are_stored_with_the_visit_and_once() -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    sheet = make_sheet()
    code = services.codes_of(sheet)[3]
    fields = filled_in(code)

    first, again = send(Client(), fields), send(Client(), fields)
    late = send(Client(), filled_in(code))

    assert (first.status_code, again.status_code, late.status_code) == (303, 303, 200)
    assert "پیش‌تر به کار رفته" in text_of(late)
    response = Response.objects.get()
    assert (response.mode, response.unit, response.service) == (Mode.TOKEN, sheet.unit, sheet.service)
    assert sheet.tokens.filter(is_spent=True).count() == 1
    sheet.refresh_from_db()
    assert sheet.refused == 1  # the second answer; the same form sent again is none


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "void", "shift", "words"),
    [
        (-1, False, 0, "مهلت این کد گذشته"),
        (30, True, 0, "پیدا نکردیم"),
        (30, False, 1, "یکی از رقم‌ها"),
    ],
)
def test_code_when_it_does_not_open_then_the_page_says_why(
    days: int, void: bool, shift: int, words: str
) -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    sheet = make_sheet(days=days)
    VisitSheet.objects.update(is_void=void)
    code = services.codes_of(sheet)[0]
    typed = code[:-1] + str((int(code[-1]) + shift) % 10)

    assert words in text_of(send(Client(), {"code": typed}))
    assert words in text_of(send(Client(), filled_in(typed)))
    assert not Response.objects.exists()


@pytest.mark.django_db
def test_code_when_answers_are_forged_then_the_code_stays_unused() -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    sheet = make_sheet()
    code = services.codes_of(sheet)[0]

    page = send(Client(), filled_in(code, SAT="9"))

    assert page.status_code == 200
    assert not sheet.tokens.filter(is_spent=True).exists()
    assert send(Client(), filled_in(code)).status_code == 303


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words", "stored"),
    [
        ({"WHY": ["time"]}, "", {"SAT", "WAY"}),
        ({"SAT": "9"}, "در میان پاسخ‌ها نیست", None),
        ({"SAT": ["5", "4"]}, "در میان پاسخ‌ها نیست", None),
        ({"COMMENT": "ا" * 100_000}, "۱۰۰۰۰۰ نویسه", None),
        ({"NOTHING": "5", "sheet": "1"}, "", {"SAT", "WAY"}),
        ({"version": "7"}, "چیزی از دست نرفته", None),
        ({"form_token": "x" * 100_000}, "چیزی از دست نرفته", None),
    ],
    ids=["hidden question", "forged value", "two values", "long text", "unknown fields", "version", "token"],
)
def test_code_when_the_input_is_bad_then_a_clear_word_keeps_answers_and_code(
    changes: dict[str, Any], words: str, stored: set[str] | None
) -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    sheet = make_sheet()
    code = services.codes_of(sheet)[0]

    page = send(Client(), filled_in(code, **changes))

    if stored is not None:
        assert page.status_code == 303
        answers = Response.objects.get().answers
        assert set(answers.values_list("item__code", flat=True)) == stored
        return
    text = text_of(page)
    assert (page.status_code, words in text, Response.objects.exists()) == (200, True, False)
    assert re.search(rf'name="code"[^>]*value="{code}"', text)
    assert re.search(r'name="WAY"[^>]*value="desk"[^>]*checked', text)
    assert not sheet.tokens.filter(is_spent=True).exists()
    again = dict(re.findall(r'name="(version|form_token)" value="([^"]*)"', text))
    assert send(Client(), filled_in(code, **again)).status_code == 303


@pytest.mark.django_db
def test_form_when_its_token_was_used_for_another_survey_then_it_is_shown_once_more_and_then_taken() -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    make_published("other")
    code = services.codes_of(make_sheet())[0]
    fields = filled_in(code)
    pages = {"/surveys/other/": 303, "/s/": 200, f"/surveys/{VISIT_SURVEY}/": 200}

    answers = {path: Client().post(path, fields) for path in pages}

    assert {path: answer.status_code for path, answer in answers.items()} == pages
    assert Response.objects.count() == 1
    for path in list(pages)[1:]:
        assert "چیزی از دست نرفته" in text_of(answers[path])
        fresh = re.findall(r'name="form_token" value="([^"]*)"', text_of(answers[path]))[0]
        assert Client().post(path, {**fields, "form_token": fresh}).status_code == 303
    assert Response.objects.count() == 3


@pytest.mark.django_db
def test_code_when_the_survey_was_closed_or_replaced_meanwhile_then_answers_are_kept_where_they_can_be() -> (
    None
):
    version = make_published(VISIT_SURVEY, asks_service=True)
    sheet = make_sheet()
    first, second, third = services.codes_of(sheet)[:3]
    services.retire_version(version_id=version.pk, actor=None, at=timezone.now())

    open_form = send(Client(), filled_in(first))
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        closed = send(Client(), filled_in(second))
        editor = User.objects.create(username="editor", is_superuser=True)
        draft = services.copy_to_draft(version_id=version.pk, actor=editor)
        publish(draft, at=timezone.now())
        replaced = send(Client(), filled_in(third))

    assert open_form.status_code == 303
    assert "اکنون نظرسنجی بازی نیست" in text_of(closed)
    assert re.search(r'name="WAY"[^>]*value="desk"[^>]*checked', text_of(replaced))
    assert sheet.tokens.filter(is_spent=True).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answers", [{"WAY": []}, {"WAY": ["desk"], "AGAIN": ["yes"]}], ids=["one answer", "three"]
)
def test_submission_when_stored_then_it_takes_twelve_statements_at_most(
    answers: dict[str, list[str]], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Savepoints are counted too: outside of tests the outermost transaction costs two statements less.

    A code of a case looks for the sheets among which it hides, and so takes just the twelve.
    """
    make_published(VISIT_SURVEY, asks_service=True)
    sheet = make_sheet(count=100)
    kiosk = (
        f"/surveys/kiosk/{services.add_kiosk(kiosk=Kiosk(unit=sheet.unit), actor=None, at=timezone.now())}/"
    )
    fields = filled_in(services.codes_of(sheet)[0], **answers)
    on_screen = {"number": str(uuid.uuid4()), "version": "1", "age": "60", "SAT": "5"}

    services.offer_survey(
        key="1", unit_id=sheet.unit_id, service_id=sheet.service_id, has_code=True, at=timezone.now()
    )
    of_case = selectors.code_of("1", timezone.now())
    assert of_case

    with django_assert_max_num_queries(12):
        send(Client(), fields)
    with django_assert_max_num_queries(12 + 2):
        send(Client(), filled_in(of_case.code, **answers))
    with django_assert_max_num_queries(12):
        Client().post(f"/surveys/{VISIT_SURVEY}/", filled_in("", service="s01", **answers))
    with django_assert_max_num_queries(12):
        Client().post(f"{kiosk}upload/", on_screen)

    assert Counter(Response.objects.values_list("mode", flat=True)) == {"token": 2, "web": 1, "kiosk": 1}


@pytest.mark.django_db
def test_sheet_when_issued_then_codes_are_stored_as_hashes_in_no_order_of_the_page() -> None:
    sheet = make_sheet(count=30)

    stored = [bytes(digest) for digest in sheet.tokens.order_by("pk").values_list("digest", flat=True)]
    printed = [codes.digest(code, b"x") for code in services.codes_of(sheet)]

    assert len(set(services.codes_of(sheet))) == 30
    assert stored == sorted(stored)
    assert not set(stored) & set(printed)


@pytest.mark.django_db(transaction=True)
def test_response_when_joined_with_codes_in_every_way_then_none_is_found() -> None:
    """Every column and system column of the one table against every one of the other, whatever matches by value."""
    version = make_published(VISIT_SURVEY, asks_service=True)
    sheet = make_sheet()
    for number in (4, 1, 7):
        services.redeem(
            code=services.codes_of(sheet)[number],
            version=version,
            answers=ANSWERS,
            language="fa",
            token=f"form-{number}",
            at=timezone.now(),
        )

    codes_held = VisitToken.objects.count()
    found = [
        name
        for table, key in (("surveys_response", "id"), ("surveys_answervalue", "response_id"))
        for name, met in joins(table, key, "surveys_visittoken", "id")
        if tells_apart(met, codes_held)
    ]

    assert not found


@pytest.mark.django_db(transaction=True)
def test_code_when_fifty_use_it_at_once_then_one_answer_counts() -> None:
    version = make_published(VISIT_SURVEY, asks_service=True)
    code = services.codes_of(make_sheet())[0]

    def use(number: int) -> str:
        try:
            services.redeem(
                code=code,
                version=version,
                answers=ANSWERS,
                language="fa",
                token=f"form-{number}",
                at=timezone.now(),
            )
        except policy.TokenRefused as refused:
            return str(refused.reason)
        finally:
            connections.close_all()
        return "taken"

    with ThreadPoolExecutor(10) as crowd:
        outcomes = list(crowd.map(use, range(50)))

    assert sorted(outcomes) == [str(Refusal.SPENT)] * 49 + ["taken"]
    assert Response.objects.count() == 1
    assert VisitToken.objects.filter(is_spent=True).count() == 1


# --- Counters ---------------------------------------------------------------------------------------------------


def answers_at(counter: Desk, day: datetime, count: int, *, content: int = 0, tag: str = "") -> None:
    for number in range(count):
        services.submit_response(
            version=Version.objects.get(),
            answers={"SAT": ["5" if number < content else "2"]},
            service=None,
            unit=counter.unit,
            counter=counter,
            mode=Mode.TOKEN,
            language="fa",
            token=f"{counter} {day} {tag} {number}",
            at=day,
        )


@pytest.mark.django_db
def test_counter_when_few_share_it_on_a_day_then_it_is_forgotten_and_never_learned_again() -> None:
    make_published(VISIT_SURVEY)
    unit = make_service().unit
    counter = Desk.objects.create(unit=unit, name="باجهٔ ۱")
    busy, quiet = datetime(2026, 5, 2, 9, tzinfo=UTC), datetime(2026, 5, 3, 9, tzinfo=UTC)
    answers_at(counter, busy, 5)
    answers_at(counter, quiet, 4)

    forgotten = services.forget_counters(first=busy.date(), last=quiet.date())

    assert forgotten == 4
    assert set(Response.objects.filter(counter=counter).values_list("day", flat=True)) == {busy.date()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.filter(counter=None).update(counter=counter)


@pytest.mark.django_db
def test_counter_when_it_is_of_another_unit_than_the_service_then_the_answer_does_not_keep_it() -> None:
    make_published(VISIT_SURVEY, asks_service=True)
    service, desk = make_service(), Unit.objects.create(code="DESK", name_fa="میز خدمت")
    sheet = make_sheet()
    sheets = VisitSheet.objects.filter(pk=sheet.pk)
    for unit in (desk, service.unit):
        sheets.update(counter=Desk.objects.create(unit=unit, name="باجهٔ ۱"))
        code = services.codes_of(sheet)[Response.objects.count()]
        send(Client(), filled_in(code))

    assert list(Response.objects.values_list("counter__unit__code", flat=True).order_by("counter")) == [
        service.unit.code,
        None,
    ]
