"""The page of a case in the admin: what it shows, the steps, and that no typed word is ever lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from directory.enums import Role
from directory.models import Membership, Unit, User
from feedback import policy, services
from feedback.admin.steps import FORMS
from feedback.enums import EventKind, FileState, Kind, Purpose, Side, Status
from feedback.models import Attachment, Case, CaseEvent, Message, Notice
from feedback.tests.admin_pages import same
from feedback.tests.factories import AT, make_case, make_receipt, make_user
from feedback.tests.pages import text_of
from portal.kernel.text import persian_digits
from portal.outbox.models import Event
from portal.templatetags.persian import jalali_long
from portal.tests.test_uploads import picture

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

QUEUE = "/admin/feedback/case/"
WORDS = "سلام. مدارک شما رسید و رتبه‌بندی انجام شد."


@pytest.fixture
def officer() -> User:
    return make_user("cont.officer", "CONT")


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def case() -> Case:
    return make_case()


def page_of(case: Case) -> str:
    return f"{QUEUE}{case.pk}/change/"


def shown(client: Client, case: Case) -> str:
    return text_of(client.get(page_of(case)))


def hidden(page: str) -> dict[str, str]:
    """Return what the page sends along with every step."""
    return dict(re.findall(r'<input type="hidden" name="(version|seen)" value="(\d+)">', page))


def take_step(client: Client, case: Case, step: str, **fields: Any) -> Any:
    """Open the page and press a button of it, with words in its boxes."""
    return press(client, case, hidden(shown(client, case)), step, **fields)


def press(client: Client, case: Case, sent_along: dict[str, str], step: str, **fields: Any) -> Any:
    named = {name.replace("__", "-"): value for name, value in fields.items()}
    return client.post(page_of(case), {**sent_along, **named, f"_{step}": "1"})


def box(page: str, name: str) -> str:
    """Return what a text box of the page holds."""
    found = re.search(rf'<textarea name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, f"the page has no box {name}"
    return found[1]


def errors_of(page: str, name: str) -> list[str]:
    found = re.search(rf'<ul class="errorlist" id="id_{name}_error">(.*?)</ul>', page, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", found[1]) if found else []


# --- What the page shows ------------------------------------------------------------------------------------------


@time_machine.travel(AT + timedelta(days=3), tick=False)
def test_page_when_opened_then_shows_what_came_and_why_it_is_here(client: Client, case: Case) -> None:
    page = shown(client, case)

    assert '<span class="sla ok">۱۴ روز مانده</span> <span>تا شنبه ۲۳ خرداد ۱۴۰۵</span>' in page
    assert "۱۵ روز کاری پس از ۳۰ اردیبهشت ۱۴۰۵. روزهای تعطیل میان راه:" in page
    assert "اسفند پارسال مدارک ارتقای پایهٔ شرکت را" in page
    assert 'قاعدهٔ <bdi dir="ltr">r05</bdi>، نسخهٔ ۱.' in page
    assert "امتیازها: امور پیمانکاران و مشاوران" in page
    assert case.number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")) in page


def test_page_when_anonymous_then_says_that_no_name_is_kept(client: Client) -> None:
    assert "بی‌نام. نام و شماره‌ای در پرونده نیست." in shown(client, make_case(is_anonymous=True))


def test_page_when_named_then_shows_how_to_reach_the_sender(client: Client) -> None:
    case = make_case(
        full_name="مریم نمونه", phone="+989160000001", email="m@example.ir", letter_number="۱۲/ش"
    )

    page = shown(client, case)

    for shown_there in ("مریم نمونه", "tel:+989160000001", "mailto:m@example.ir", "۱۲/ش"):
        assert shown_there in page


def test_page_when_units_are_excluded_then_names_them(client: Client) -> None:
    case = make_case(about_unit=Unit.objects.get(code="BUD"))

    assert "معاونت هماهنگی برنامه و بودجه" in shown(client, case)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"addressed_unit": "CONT", "subject": "پرسش", "body": "پاسخی نیامده است."},
            "شهروند به همین واحد نوشته بود. به دلیل واحد مخاطب (۴ امتیاز).",
        ),
        ({"addressed_unit": "STAT"}, "شهروند به «"),
    ],
)
def test_page_when_written_to_a_unit_then_names_it_and_why_the_case_is_here(
    client: Client, changes: dict[str, str], why: str
) -> None:
    case = make_case(kind=Kind.REQUEST, **changes)

    page = shown(client, case)

    assert f"<dt>خطاب به</dt><dd>{case.addressed_unit}</dd>" in page
    assert why in page


def test_page_when_opened_then_the_tracking_code_is_nowhere(client: Client) -> None:
    receipt = make_receipt()

    page = shown(client, receipt.case)

    assert receipt.code not in page.replace(" ", "")
    assert bytes(receipt.case.code_hash).hex() not in page


def test_page_when_user_wrote_markup_then_it_is_text_everywhere(client: Client) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    case = make_case(
        subject=f"{evil} رتبه‌بندی",
        body=f"{evil}\nرتبه‌بندی",
        full_name=evil,
        organization=evil,
        about_person=evil,
    )
    services.reply(case_id=case.pk, body=evil, at=AT)

    for address in (page_of(case), f"{QUEUE}{case.pk}/history/", QUEUE):
        page = text_of(client.get(address))
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_page_when_text_has_lines_then_they_are_kept(client: Client) -> None:
    case = make_case(body="رتبه‌بندی خط یک\nخط دو\n\nبند دو")

    assert "رتبه‌بندی خط یک<br>خط دو" in shown(client, case)


def test_page_when_notices_were_sent_then_shows_how_far_they_came(client: Client, case: Case) -> None:
    Notice.objects.create(
        case=case, message=case.messages.get(), topic="received", channel="email", address="m@example.ir",
        state="failed", error="mailbox unavailable", created_at=AT,
    )  # fmt: skip

    page = shown(client, case)

    assert "m@example.ir" in page
    assert "mailbox unavailable" in page


def test_page_when_the_conversation_grows_then_no_more_queries(
    client: Client, case: Case, officer: User
) -> None:
    services.note(case_id=case.pk, actor=officer, body="یک", at=AT)
    one = count_queries(client, case)
    for number in range(4):
        services.note(case_id=case.pk, actor=officer, body=f"یادداشت {number}", at=AT)
        services.reply(case_id=case.pk, body=f"پیام {number}", at=AT)

    assert count_queries(client, case) == one <= 25


def count_queries(client: Client, case: Case) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(page_of(case))
    return len(captured)


# --- Steps --------------------------------------------------------------------------------------------------------


def test_answer_when_sent_then_the_citizen_has_it_and_the_queue_comes_back(
    client: Client, case: Case
) -> None:
    response = take_step(client, case, "answer", answer__body=WORDS)

    assert response["Location"] == QUEUE
    case.refresh_from_db()
    assert (case.status, case.messages.last().body) == (Status.ANSWERED, WORDS)
    assert "پاسخ فرستاده شد" in text_of(client.get(QUEUE))


def test_answer_when_a_picture_is_attached_then_it_is_stored_to_be_checked(
    client: Client, case: Case
) -> None:
    photo = SimpleUploadedFile("عکس.png", picture("PNG"), "image/png")

    take_step(client, case, "answer", answer__body=WORDS, answer__attachments=photo)

    assert [(file.name, file.state) for file in Attachment.objects.all()] == [("عکس.png", FileState.CHECKING)]


def test_answer_when_empty_then_says_so_and_keeps_other_words(client: Client, case: Case) -> None:
    page = text_of(take_step(client, case, "answer", answer__body=" ", note__body="نیمه‌کاره"))

    assert errors_of(page, "answer-body") == ["پاسخ هنوز خالی است."]
    assert box(page, "note-body") == "نیمه‌کاره"
    assert not Message.objects.filter(purpose=Purpose.ANSWER).exists()


def test_answer_when_too_long_then_the_whole_text_comes_back(client: Client, case: Case) -> None:
    long = "پاسخ " * 2500

    page = text_of(take_step(client, case, "answer", answer__body=long))

    assert len(errors_of(page, "answer-body")) == 1
    assert box(page, "answer-body").strip() == long.strip()


def test_answer_when_a_colleague_was_faster_then_words_are_kept_and_news_are_shown(
    client: Client, case: Case
) -> None:
    opened = hidden(shown(client, case))
    colleague = make_user("cont.second", "CONT")
    services.ask(case_id=case.pk, actor=colleague, body="کدام مدرک؟", at=AT)

    page = text_of(press(client, case, opened, "answer", answer__body=WORDS))

    assert "پرونده پس از باز شدن این صفحه عوض شد" in page
    assert "از شهروند پرسیده شد" in page
    assert box(page, "answer-body") == WORDS
    assert not Message.objects.filter(purpose=Purpose.ANSWER).exists()
    # Pressing again, now knowing what happened, sends it.
    press(client, case, hidden(page), "answer", answer__body=WORDS)
    assert Message.objects.get(purpose=Purpose.ANSWER).body == WORDS


def test_answer_when_the_step_is_gone_meanwhile_then_words_are_given_back(client: Client, case: Case) -> None:
    opened = hidden(shown(client, case))
    services.refer_out(case_id=case.pk, actor=make_user("cont.second", "CONT"), body="شهرداری.", at=AT)

    page = text_of(press(client, case, opened, "ask", ask__body="کدام مدرک؟"))

    assert "کدام مدرک؟" in page
    assert "این کار دیگر شدنی نیست" in page


def test_answer_when_pressed_twice_then_it_is_sent_once(client: Client, case: Case) -> None:
    opened = hidden(shown(client, case))

    responses = [press(client, case, opened, "answer", answer__body=WORDS) for _press in range(2)]

    assert [response["Location"] for response in responses] == [QUEUE, QUEUE]
    assert Message.objects.filter(purpose=Purpose.ANSWER).count() == 1


def test_refer_out_when_pressed_twice_then_the_second_press_is_no_error(client: Client, case: Case) -> None:
    opened = hidden(shown(client, case))

    responses = [press(client, case, opened, "refer_out", refer_out__body="شهرداری.") for _press in range(2)]

    assert [response.status_code for response in responses] == [302, 302]
    assert Message.objects.filter(purpose=Purpose.ANSWER).count() == 1


def test_redirect_when_pressed_twice_then_the_second_press_is_no_error(client: Client, case: Case) -> None:
    opened, unit = hidden(shown(client, case)), Unit.objects.get(code="BUD")

    with time_machine.travel(AT + timedelta(days=1), tick=False):
        responses = [
            press(client, case, opened, "redirect", redirect__unit=unit.pk, redirect__reason="کار بودجه است.")
            for _press in range(2)
        ]

    assert [response["Location"] for response in responses] == [QUEUE, QUEUE]
    assert case.events.filter(kind="redirected").count() == 1


def test_note_when_pressed_twice_then_it_is_kept_once(client: Client, case: Case) -> None:
    opened = hidden(shown(client, case))

    for _press in range(2):
        press(client, case, opened, "note", note__body="با فنی هماهنگ شد.")

    assert Message.objects.filter(purpose=Purpose.NOTE).count() == 1


def test_step_when_the_version_is_missing_then_nothing_is_sent(client: Client, case: Case) -> None:
    page = text_of(press(client, case, {}, "answer", answer__body=WORDS))

    assert box(page, "answer-body") == WORDS
    assert not Message.objects.filter(purpose=Purpose.ANSWER).exists()


@pytest.mark.parametrize("odd", ["", "x", "-1", "²", "9" * 30, "1e9", "\u0661"])
def test_step_when_the_version_is_odd_then_a_page_comes(client: Client, case: Case, odd: str) -> None:
    response = press(client, case, {"version": odd, "seen": odd}, "answer", answer__body=WORDS)

    assert response.status_code == 200


def test_ask_when_sent_then_the_clock_stands(client: Client, case: Case) -> None:
    take_step(client, case, "ask", ask__body="کدام مدرک؟")

    case.refresh_from_db()
    assert case.status == Status.WAITING_CITIZEN
    assert case.pauses.filter(ended_at=None).exists()


def test_note_when_kept_then_page_stays_and_words_in_other_boxes_too(client: Client, case: Case) -> None:
    response = take_step(client, case, "note", note__body="با فنی هماهنگ شد.", answer__body="نیمه‌کاره")

    assert response["Location"] == page_of(case)
    page = shown(client, case)
    assert "با فنی هماهنگ شد." in page
    assert (box(page, "note-body"), box(page, "answer-body")) == ("", "نیمه‌کاره")
    # Once only: the next look starts afresh.
    assert box(shown(client, case), "answer-body") == ""


def test_take_when_pressed_then_the_case_is_mine_and_the_button_is_gone(
    client: Client, case: Case, officer: User
) -> None:
    take_step(client, case, "take", answer__body="نیمه‌کاره")

    page = shown(client, case)
    case.refresh_from_db()
    assert (case.assigned_to, case.status) == (officer, Status.IN_PROGRESS)
    assert 'name="_take"' not in page
    assert box(page, "answer-body") == "نیمه‌کاره"


def test_redirect_when_a_reason_is_given_then_the_case_moves_and_is_out_of_sight(
    client: Client, case: Case
) -> None:
    bud = Unit.objects.get(code="BUD")

    response = take_step(
        client, case, "redirect", redirect__unit=bud.pk, redirect__reason="کار با بودجه است."
    )

    assert response["Location"] == QUEUE
    case.refresh_from_db()
    assert case.unit == bud
    assert case.events.last().reason == "کار با بودجه است."
    assert client.get(page_of(case)).status_code == 404


def test_redirect_when_no_reason_then_says_so_and_keeps_the_unit(client: Client, case: Case) -> None:
    bud = Unit.objects.get(code="BUD")

    page = text_of(take_step(client, case, "redirect", redirect__unit=bud.pk))

    assert errors_of(page, "redirect-reason") == ["دلیل را بنویسید."]
    assert f'<option value="{bud.pk}" selected>' in page
    case.refresh_from_db()
    assert case.unit.code == "CONT"


@pytest.mark.parametrize("code", ["CONT", "BUD", "EDU"])
def test_redirect_when_unit_is_own_excluded_or_inactive_then_it_is_not_offered(
    client: Client, officer: User, code: str
) -> None:
    case = make_case(about_unit=Unit.objects.get(code="BUD"))
    Unit.objects.filter(code="EDU").update(is_active=False)
    Membership.objects.create(
        user=officer, unit=case.unit, role=Role.OFFICER
    ) if case.unit.code != "CONT" else None
    unit = Unit.objects.get(code=code)

    page = shown(client, case)
    answer = text_of(take_step(client, case, "redirect", redirect__unit=unit.pk, redirect__reason="چرا نه"))

    assert f'<option value="{unit.pk}"' not in page
    assert errors_of(answer, "redirect-unit") == ["پرونده نمی‌تواند به این واحد برود."]
    assert box(answer, "redirect-reason") == "چرا نه"


def test_redirect_when_the_unit_is_dissolved_meanwhile_then_reason_is_kept(
    client: Client, case: Case
) -> None:
    bud = Unit.objects.get(code="BUD")
    opened = hidden(shown(client, case))
    Unit.objects.filter(pk=bud.pk).update(is_active=False)

    page = text_of(
        press(client, case, opened, "redirect", redirect__unit=bud.pk, redirect__reason="کار بودجه است.")
    )

    assert box(page, "redirect-reason") == "کار بودجه است."


def test_refer_out_when_sent_then_the_case_ends_with_that_answer(client: Client, case: Case) -> None:
    take_step(client, case, "refer_out", refer_out__body="این کار با شهرداری خرم‌آباد است.")

    case.refresh_from_db()
    assert case.status == Status.REFERRED_OUT


def test_steps_when_settled_then_only_possible_ones_are_shown(
    client: Client, case: Case, officer: User
) -> None:
    services.refer_out(case_id=case.pk, actor=officer, body="شهرداری.", at=AT)

    page = shown(client, case)

    assert set(re.findall(r'<button type="submit"[^>]* name="_(\w+)"', page)) == {"note"}


def test_steps_when_the_case_was_moved_while_typing_then_words_are_given_back(
    client: Client, case: Case
) -> None:
    opened = hidden(shown(client, case))
    services.redirect(
        case_id=case.pk,
        actor=make_user("root", "CONT"),
        unit=Unit.objects.get(code="BUD"),
        reason="آن‌جا.",
        at=AT,
    )

    response = press(client, case, opened, "answer", answer__body=WORDS)

    assert response.status_code == 404
    assert WORDS in text_of(response)


def test_steps_when_signed_out_while_typing_then_words_are_given_back(client: Client, case: Case) -> None:
    opened = hidden(shown(client, case))
    client.logout()

    response = press(client, case, opened, "answer", answer__body=WORDS)

    assert response.status_code == 403
    assert WORDS in text_of(response)
    assert "r05" not in text_of(response)
    assert not Message.objects.filter(purpose=Purpose.ANSWER).exists()


@pytest.mark.parametrize(
    ("step", "refusal", "field", "words"),
    [
        ("redirect", policy.RedirectRefused("same"), "unit", "پیش همین واحد است"),
        ("redirect", policy.RedirectRefused("inactive"), "unit", "دیگر پرونده نمی‌گیرد"),
        ("redirect", policy.RedirectRefused("excluded"), "unit", "کنار گذاشته شده است"),
        ("redirect", policy.RedirectRefused("confidential"), "unit", "گزارش تخلف"),
        ("redirect", policy.TransitionRefused("closed", "redirect"), "reason", "شدنی نیست"),
        ("answer", policy.TransitionRefused("closed", "answer"), "body", "شدنی نیست"),
        ("take", policy.TransitionRefused("closed", "take"), "__all__", "شدنی نیست"),
    ],
)
def test_refusal_when_a_service_refuses_then_it_stands_beside_its_field(
    case: Case, step: str, refusal: Exception, field: str, words: str
) -> None:
    form = next(each for each in FORMS if each.step == step)(
        {"redirect-unit": Unit.objects.get(code="BUD").pk, f"{step}-reason": "دلیل", f"{step}-body": "متن"},
        case=case,
    )
    assert form.is_valid()

    form.refuse(refusal)

    assert words in form.errors[field][0]


@pytest.mark.parametrize(
    "forged",
    [
        {
            "status": "closed",
            "unit": "1",
            "is_confidential": "on",
            "number": "1",
            "received_at": "2020-01-01",
        },
        {"_save": "1", "subject": "دیگر"},
        {"_continue": "1", "assigned_to": "1"},
    ],
)
def test_fields_when_forged_then_nothing_changes(client: Client, case: Case, forged: dict[str, str]) -> None:
    before = Case.objects.values().get(pk=case.pk)

    client.post(page_of(case), {**hidden(shown(client, case)), **forged})

    assert Case.objects.values().get(pk=case.pk) == before


def test_state_when_page_is_only_read_then_nothing_is_written(client: Client, case: Case) -> None:
    before = (Event.objects.count(), case.events.count())

    client.get(page_of(case))
    client.get(page_of(case), {"_answer": "1", "answer-body": WORDS})

    assert (Event.objects.count(), case.events.count()) == before


# --- The record and the files -------------------------------------------------------------------------------------


def test_history_when_opened_then_it_is_the_record_of_the_case(
    client: Client, case: Case, officer: User
) -> None:
    services.take(case_id=case.pk, actor=officer, at=AT)

    page = text_of(client.get(f"{QUEUE}{case.pk}/history/"))

    assert "کارشناس به دست گرفت" in page
    assert "چهارشنبه ۳۰ اردیبهشت ۱۴۰۵، ساعت ۱۰:۲۴" in page
    assert "cont.officer" in page


@pytest.fixture
def file(case: Case) -> Attachment:
    photo = SimpleUploadedFile("عکس «مدرک».png", picture("PNG"), "image/png")
    services.reply(case_id=case.pk, body="عکس", files=[photo], at=AT)
    attachment = Attachment.objects.get()
    services.inspect_file(attachment_id=attachment.pk)
    attachment.refresh_from_db()
    return attachment


def address_of(case: Case, file: Attachment) -> str:
    return f"{QUEUE}{case.pk}/file/{file.pk}/"


def test_file_when_ready_then_it_comes_as_a_download_that_cannot_act(
    client: Client, case: Case, file: Attachment
) -> None:
    response = client.get(address_of(case, file))

    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Type"] == "image/png"
    assert address_of(case, file) in shown(client, case)


@pytest.mark.parametrize("state", [FileState.CHECKING, FileState.REFUSED])
def test_file_when_not_ready_then_it_is_named_but_not_handed_out(
    client: Client, case: Case, file: Attachment, state: FileState
) -> None:
    Attachment.objects.update(state=state)

    assert client.get(address_of(case, file)).status_code == 404
    page = shown(client, case)
    assert escape(file.name) in page
    assert address_of(case, file) not in page


def test_file_when_asked_for_under_another_case_then_it_is_not_there(
    client: Client, case: Case, file: Attachment
) -> None:
    other = make_case()

    pages = [client.get(f"{QUEUE}{other.pk}/file/{pk}/") for pk in (file.pk, 999_999)]

    assert [page.status_code for page in pages] == [404, 404]
    assert same(*pages, pks=(file.pk, 999_999))


def test_file_when_the_web_server_sends_it_then_it_is_told_where(
    client: Client, case: Case, file: Attachment, settings: Any
) -> None:
    settings.X_ACCEL = "/protected/"

    response = client.get(address_of(case, file))

    assert response["X-Accel-Redirect"] == f"/protected/{file.file.name}"
    assert response.content == b""
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_file_when_it_is_missing_from_the_store_then_the_page_says_so(
    client: Client, case: Case, file: Attachment
) -> None:
    file.file.storage.delete(file.file.name)

    assert client.get(address_of(case, file)).status_code == 404


# --- Misconduct and excluded units --------------------------------------------------------------------------------


def test_misconduct_when_redirected_then_only_to_those_who_handle_it(client: Client) -> None:
    inspector = make_user("insp.officer", "INSP", Role.INSPECTOR)
    client.force_login(inspector)
    case = make_case(kind=Kind.MISCONDUCT)

    page = shown(client, case)

    offered = set(re.findall(r'<option value="(\d+)"', page))
    assert offered == {
        str(pk) for pk in Unit.objects.filter(code__in=["HEAD", "SEC"]).values_list("pk", flat=True)
    }


@pytest.mark.parametrize(
    ("after", "status", "words"),
    [
        (timedelta(days=1), Status.IN_PROGRESS, "تا {day}"),
        (timedelta(days=90), Status.IN_PROGRESS, "مهلت: {day}"),
        (timedelta(days=1), Status.WAITING_CITIZEN, "مهلت: {day}"),
        (timedelta(days=1), Status.ANSWERED, "مهلت: {day}"),
    ],
)
def test_deadline_when_shown_then_until_stands_only_while_time_is_left(
    officer: User, case: Case, after: timedelta, status: Status, words: str
) -> None:
    Case.objects.filter(pk=case.pk).update(status=status, answered_at=AT)
    client = Client()

    with time_machine.travel(AT + after, tick=False):
        client.force_login(officer)
        page = shown(client, case)

    assert f"<span>{words.format(day=jalali_long(case.due_on))}</span>" in page


def test_record_when_cases_were_joined_then_their_numbers_have_the_digits_of_the_page(
    client: Client, officer: User, case: Case
) -> None:
    other = make_case(subject="همان موضوع، یک بار دیگر")
    CaseEvent.objects.create(
        case=case,
        kind=EventKind.MERGED,
        side=Side.STAFF,
        at=AT,
        actor=officer,
        unit=case.unit,
        reason=other.number,
    )

    events = shown(client, case).split('id="record"')[1]

    assert persian_digits(other.number) in events
    assert other.number not in events
