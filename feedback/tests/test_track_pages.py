"""Coming back with the code: the box, the case, the reply, leaving."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from crispy_forms.utils import render_crispy_form
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.html import escape

from directory.models import Unit, User
from feedback import policy, services
from feedback.enums import FileState, Kind, Status
from feedback.forms import ReplyForm
from feedback.models import Attachment, Case, Message, Review, WrongCodes
from feedback.tests.factories import make_receipt, make_user
from feedback.tests.pages import errors_of, text_of, value_of, with_answer
from portal.kernel import codes
from portal.kernel.text import persian_digits
from portal.tests.sounds import webm
from portal.tests.test_uploads import picture

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

ZWNJ = "\u200c"


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def receipt() -> services.Receipt:
    return make_receipt(at=timezone.now() - timedelta(hours=2))


def officer(case: Case) -> User:
    return make_user("officer", case.unit.code)


def enter(client: Client, code: str, prefix: str = "", **extra: Any) -> Any:
    return client.post(f"{prefix}/track/", {"code": code}, **extra)


def case_page(client: Client, receipt: services.Receipt, prefix: str = "") -> str:
    enter(client, receipt.code, prefix)
    return text_of(client.get(f"{prefix}/track/case/"))


# --- Why it went where --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "words"), [("", "به همین واحد نوشته بودید."), ("/en", "You wrote to this unit.")]
)
def test_case_when_the_unit_written_to_has_it_then_says_so(client: Client, prefix: str, words: str) -> None:
    plain = {"subject": "پرسش", "body": "پاسخی نیامده است."}
    receipt = make_receipt(kind=Kind.REQUEST, addressed_unit="STAT", at=timezone.now(), **plain)

    assert words in case_page(client, receipt, prefix)


@pytest.mark.parametrize(
    ("prefix", "words"), [("", "موضوع نوشته‌تان کار این واحد است."), ("/en", "is the matter of this unit.")]
)
def test_case_when_another_unit_has_it_than_was_written_to_then_names_that_one(
    client: Client, prefix: str, words: str
) -> None:
    receipt = make_receipt(kind=Kind.REQUEST, addressed_unit="STAT", at=timezone.now())

    page = case_page(client, receipt, prefix)

    with translation.override("en" if prefix else "fa"):
        assert Unit.objects.get(code="STAT").name in page
    assert words in page
    assert ("You wrote to this unit." if prefix else "به همین واحد نوشته بودید.") not in page


# --- The code box ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "spell",
    [
        str,
        codes.grouped,
        persian_digits,
        lambda code: persian_digits(codes.grouped(code)),
        lambda code: ZWNJ.join(code),
        lambda code: "–".join(re.findall("....", code)),
        lambda code: f"\u202a{code}\u202c\u200f ",
        lambda code: code.translate({48 + n: 0x660 + n for n in range(10)}),
        lambda code: code.translate({48 + n: 0xFF10 + n for n in range(10)}),
    ],
)
def test_track_when_the_code_is_spelt_in_any_way_then_opens_the_case(
    client: Client, receipt: services.Receipt, spell: Any, prefix: str
) -> None:
    response = enter(client, spell(receipt.code), prefix)

    assert (response.status_code, response["Location"]) == (303, f"{prefix}/track/case/")
    assert f'data-case-status="{Status.RECEIVED}"' in text_of(client.get(response["Location"]))


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "بنویسید"), ("12 34", "۴"), ("abcd" * 4, "فقط"), ("1" * 17, "۱۷"), ("1234567812345678", "یکی از")],
)
def test_track_when_mistyped_then_says_what_is_wrong_and_keeps_it_uncounted(
    client: Client, typed: str, words: str
) -> None:
    page = text_of(enter(client, typed))

    assert words in "".join(errors_of(page))
    assert value_of(page, "code") == typed
    assert not WrongCodes.objects.exists()


def test_track_when_the_code_is_right_then_costs_three_statements(
    client: Client, receipt: services.Receipt
) -> None:
    with CaptureQueriesContext(connection) as caught:
        enter(client, receipt.code)

    assert [query["sql"].split()[0] for query in caught] == ["SELECT", "SELECT", "UPDATE"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_track_when_the_code_is_unknown_then_every_such_page_is_the_same(client: Client, prefix: str) -> None:
    replaced = make_receipt(token="replaced")
    Case.objects.filter(pk=replaced.case.pk).update(code_hash=b"\x01" * 32)
    pages = {enter(client, code, prefix).content for code in (codes.draw(), codes.draw(), replaced.code)}

    assert len(pages) == 1
    assert WrongCodes.objects.get(neighbourhood=-1).count == 3


def test_track_when_five_codes_were_wrong_then_asks_a_question_but_bans_nobody(
    client: Client, receipt: services.Receipt
) -> None:
    for _ in range(5):
        enter(client, codes.draw())
    page = text_of(enter(client, receipt.code))

    assert "data-case-status" not in text_of(client.get("/track/case/"))
    assert value_of(page, "code") == receipt.code
    answered = with_answer(page, {"code": receipt.code})
    assert client.post("/track/", answered).status_code == 303
    assert "data-case-status" in text_of(client.get("/track/case/"))


def test_track_when_a_question_is_asked_then_known_and_unknown_codes_look_alike(
    client: Client, receipt: services.Receipt
) -> None:
    for _ in range(5):
        enter(client, codes.draw())
    pages = {}
    for code in (receipt.code, codes.draw()):
        page = text_of(enter(client, code))
        pages[code] = page.replace(code, "CODE").replace(value_of(page, "question"), "QUESTION")
    one, other = (
        re.sub(r"(<label for=\"id_question_answer\">).*?<", r"\1<", page) for page in pages.values()
    )
    fault = re.compile(r"#id_question_answer\">.*?<")

    assert fault.sub("", one) == fault.sub("", other)


def test_track_when_an_answer_is_used_twice_then_asks_again(
    client: Client, receipt: services.Receipt
) -> None:
    for _ in range(5):
        enter(client, codes.draw())
    answered = with_answer(text_of(enter(client, codes.draw())), {})
    client.post("/track/", {**answered, "code": codes.draw()})
    response = client.post("/track/", {**answered, "code": receipt.code})

    assert response.status_code == 200
    assert "question_answer" in text_of(response)


def test_track_when_another_neighbour_guesses_then_nobody_else_is_asked(
    client: Client, receipt: services.Receipt, settings: LazySettings
) -> None:
    for _ in range(6):
        enter(client, codes.draw(), REMOTE_ADDR="198.51.100.7")

    assert enter(client, receipt.code, REMOTE_ADDR="203.0.113.9").status_code == 303


def test_track_when_proxies_are_trusted_then_only_their_word_counts(
    client: Client, settings: LazySettings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(6):
        made_up = f"10.9.{number}.1, 198.51.100.7"
        enter(client, codes.draw(), headers={"x-forwarded-for": made_up})

    assert WrongCodes.objects.exclude(neighbourhood=-1).get().count == 5


@pytest.mark.parametrize(
    "headers", [{"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}]
)
def test_track_when_another_site_sends_the_code_then_one_more_press_is_asked_for(
    client: Client, receipt: services.Receipt, headers: dict[str, str]
) -> None:
    response = enter(client, receipt.code, headers=headers)

    assert dict(response.cookies) == {}
    assert value_of(text_of(response), "code") == receipt.code
    assert enter(client, receipt.code).status_code == 303


def test_track_when_the_code_stands_in_the_address_then_it_is_not_read(
    client: Client, receipt: services.Receipt
) -> None:
    response = client.get(f"/track/?code={receipt.code}")

    assert dict(response.cookies) == {}
    assert "data-case-status" not in text_of(response)


# --- The visit ---------------------------------------------------------------------------------------------------


def test_visit_when_opened_then_its_cookie_holds_no_secret_and_travels_to_its_pages_only(
    client: Client, receipt: services.Receipt
) -> None:
    response = enter(client, receipt.code)

    for cookie in response.cookies.values():
        assert receipt.code not in cookie.value
        assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", 1200)
        assert cookie["path"] in ("/track/", "/en/track/")


@pytest.mark.parametrize("path", ["/track/", "/track/case/", "/en/track/case/"])
def test_visit_when_any_page_is_shown_then_it_stays_out_of_caches_and_referrers(
    client: Client, receipt: services.Receipt, path: str
) -> None:
    enter(client, receipt.code)
    response = client.get(path)

    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_visit_when_the_browser_remembers_its_pages_then_by_no_word_of_the_citizen(
    client: Client, receipt: services.Receipt
) -> None:
    enter(client, receipt.code)

    title = re.findall("<title>(.*?)</title>", text_of(client.get("/track/case/")), re.DOTALL)

    assert title == ["پروندهٔ شما: رسید — میز خدمت الکترونیک"]


def test_visit_when_looked_at_every_quarter_then_goes_on_and_ends_twenty_minutes_after(
    client: Client, receipt: services.Receipt
) -> None:
    start = timezone.now()
    enter(client, receipt.code)
    for minutes in (15, 30, 45):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert "data-case-status" in text_of(client.get("/track/case/"))
    with time_machine.travel(start + timedelta(minutes=66)):
        page = text_of(client.get("/track/case/"))

    assert "data-case-status" not in page
    assert 'name="code"' in page
    assert receipt.case.subject not in page


def test_visit_when_it_ended_while_writing_then_the_words_come_along(
    client: Client, receipt: services.Receipt
) -> None:
    words = "نوشته‌ای که بیش از بیست دقیقه طول کشید."
    page = text_of(client.post("/track/case/", {"body": words}))
    assert words in page
    response = client.post("/track/", {"code": receipt.code, "body": words})

    assert words in text_of(response)
    assert "data-case-status" in text_of(response)
    assert client.post("/track/case/", {"body": words}).status_code == 303
    assert receipt.case.messages.latest("pk").body == words


@pytest.mark.parametrize(("page", "field"), [("review", "reason"), ("rating", "words")])
def test_visit_when_it_ended_before_words_after_the_answer_then_they_come_back_to_their_own_box(
    client: Client, receipt: services.Receipt, page: str, field: str
) -> None:
    case, words = receipt.case, "سه پیوست را کسی ندیده است."
    services.answer(case_id=case.pk, actor=officer(case), body="تمام شد.", at=timezone.now())
    box = text_of(client.post(f"/track/case/{page}/", {field: words}))
    carried = {name: value_of(box, name) for name in ("meant", "hold")}

    shown = text_of(client.post("/track/", {"code": receipt.code, "body": words, **carried}))

    assert words in box
    assert re.search(rf'<textarea[^>]*name="{field}"[^>]*>\s*{words}', shown)
    assert shown.count(words) == 1
    assert "هنوز" in shown.partition(f'name="{field}"')[0].rpartition("<form")[2]
    assert not Review.objects.exists()


def test_visit_when_it_ended_before_a_review_that_is_over_then_its_words_are_shown(
    client: Client, receipt: services.Receipt
) -> None:
    case, words = receipt.case, "سه پیوست را کسی ندیده است."
    services.answer(
        case_id=case.pk, actor=officer(case), body="تمام شد.", at=timezone.now() - timedelta(days=40)
    )

    assert words in text_of(client.post("/track/", {"code": receipt.code, "body": words, "meant": "reason"}))


def test_visit_when_the_code_box_is_opened_meanwhile_then_it_leads_back(
    client: Client, receipt: services.Receipt
) -> None:
    assert 'href="/track/case/"' not in text_of(client.get("/track/"))
    enter(client, receipt.code)

    assert 'href="/track/case/"' in text_of(client.get("/track/"))


def test_visit_when_the_code_was_replaced_then_ends(client: Client, receipt: services.Receipt) -> None:
    enter(client, receipt.code)
    Case.objects.update(code_hash=b"\x02" * 32)

    assert "data-case-status" not in text_of(client.get("/track/case/"))


def test_visit_when_left_then_the_case_is_shown_no_more(client: Client, receipt: services.Receipt) -> None:
    enter(client, receipt.code)
    assert client.get("/track/leave/")["Location"] == "/track/"
    assert "data-case-status" in text_of(client.get("/track/case/"))
    response = client.post("/track/leave/")

    assert response["Location"] == "/track/?left"
    for prefix in ("", "/en"):
        assert "data-case-status" not in text_of(client.get(f"{prefix}/track/case/"))


@pytest.mark.parametrize("path", ["/track/case/", "/track/leave/"])
def test_visit_when_another_site_posts_then_refuses(
    client: Client, receipt: services.Receipt, path: str
) -> None:
    enter(client, receipt.code)
    response = client.post(path, {"body": "از جای دیگر"}, headers={"origin": "https://elsewhere.example"})

    assert response.status_code == 403
    assert receipt.case.messages.count() == 1


def test_visit_when_the_cookie_is_forged_or_of_another_case_then_opens_nothing(
    client: Client, receipt: services.Receipt
) -> None:
    enter(client, receipt.code)
    other = make_receipt(token="other")
    forged = client.cookies["case-fa"].value.replace(f"{receipt.case.pk}.", f"{other.case.pk}.", 1)
    client.cookies["case-fa"] = forged

    assert "data-case-status" not in text_of(client.get("/track/case/"))


# --- The case ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_case_when_new_then_shows_where_it_is_and_by_when(
    client: Client, receipt: services.Receipt, prefix: str
) -> None:
    page = case_page(client, receipt, prefix)
    case = receipt.case

    assert f'data-case-status="received" data-case-unit="CONT" data-due="{case.due_on.isoformat()}"' in page
    assert page.count('data-message-by="citizen"') == 1
    assert 'data-message-by="staff"' not in page
    assert case.number in page
    assert escape(case.subject) in page
    assert ("Why this unit?" if prefix else "چرا این واحد؟") in page
    assert ("How was this counted?" if prefix else "چطور حساب شد؟") in page
    assert ("Thursdays" if prefix else f"پنجشنبه{ZWNJ}ها") in page


def test_case_when_talked_about_then_shows_every_public_message_and_no_note(
    client: Client, receipt: services.Receipt
) -> None:
    case, actor, now = receipt.case, officer(receipt.case), timezone.now()
    services.take(case_id=case.pk, actor=actor, at=now)
    services.note(case_id=case.pk, actor=actor, body="یادداشت پنهان", at=now)
    services.ask(case_id=case.pk, actor=actor, body="شمارهٔ پرونده چیست؟", at=now)
    page = case_page(client, receipt)

    assert "یادداشت پنهان" not in page
    assert "شمارهٔ پرونده چیست؟" in page
    assert page.count('data-message-by="staff"') == 1
    assert 'data-case-status="waiting_citizen"' in page


def test_case_when_answered_then_shows_the_letter_and_the_bodies_outside(
    client: Client, receipt: services.Receipt
) -> None:
    case, actor = receipt.case, officer(receipt.case)
    services.answer(case_id=case.pk, actor=actor, body="سلام.\n\nحق با <b>شماست</b>.", at=timezone.now())
    services.answer(case_id=case.pk, actor=actor, body="و یک نکتهٔ دیگر.", at=timezone.now())
    page = case_page(client, receipt)

    assert 'data-case-status="answered"' in page
    assert page.count('data-message-by="staff"') == 2
    assert "حق با &lt;b&gt;شماست&lt;/b&gt;" in page
    assert 'href="tel:136"' in page


def test_case_when_sent_to_another_unit_then_says_where_and_why(
    client: Client, receipt: services.Receipt
) -> None:
    case, actor = receipt.case, officer(receipt.case)
    services.redirect(
        case_id=case.pk,
        actor=actor,
        unit=Unit.objects.get(code="PROJ"),
        reason="کار طرح‌هاست.",
        at=timezone.now(),
    )
    page = case_page(client, receipt)

    assert 'data-case-unit="PROJ"' in page
    assert "کار طرح‌هاست." in page
    assert Unit.objects.get(code="PROJ").name_fa in page


def test_case_when_a_question_waits_then_the_box_is_named_after_it(
    client: Client, receipt: services.Receipt
) -> None:
    case = receipt.case
    assert "چیزی مانده که بگویید؟" in case_page(client, receipt)
    services.ask(case_id=case.pk, actor=officer(case), body="کدام سال؟", at=timezone.now())

    assert "پاسخ شما به پرسش کارشناس" in text_of(client.get("/track/case/"))
    refused = text_of(client.post("/track/case/", {"body": ""}))
    assert "پاسخ شما به پرسش کارشناس" in refused
    assert "چیزی مانده که بگویید؟" not in refused


def test_case_when_late_then_says_so(client: Client, receipt: services.Receipt) -> None:
    Case.objects.update(due_on=timezone.now().date() - timedelta(days=1))
    page = case_page(client, receipt)

    assert "عذر می‌خواهیم" in page
    assert 'class="tag late"' in page


def test_case_when_opened_again_then_tells_when_it_was_opened_before(
    client: Client, receipt: services.Receipt
) -> None:
    assert "آخرین بار" not in case_page(client, receipt)
    assert "آخرین بار" in case_page(Client(), receipt)


def test_case_when_files_came_along_then_lists_them_with_their_state(client: Client) -> None:
    files = [SimpleUploadedFile("عکس.png", picture(), "image/png")]
    receipt = make_receipt(files=files, token="with-files")
    Attachment.objects.update(state=FileState.REFUSED)
    page = case_page(client, receipt)

    assert "عکس.png</bdi>" in page
    assert "کنار گذاشته شد" in page


@pytest.mark.parametrize(("is_answered", "most"), [(False, 6), (True, 7)])
def test_case_when_shown_then_costs_a_statement_for_each_thing_told(
    client: Client, receipt: services.Receipt, settings: LazySettings, *, is_answered: bool, most: int
) -> None:
    settings.REFERENCE_SECONDS = 3600
    case = receipt.case
    if is_answered:
        services.answer(case_id=case.pk, actor=officer(case), body="انجام شد.", at=timezone.now())
    case_page(client, receipt)

    with CaptureQueriesContext(connection) as caught:
        client.get("/track/case/")

    assert len(caught) == most


def test_case_when_its_unit_came_after_what_is_kept_then_names_it_and_shows_a_new_name_in_time(
    client: Client, receipt: services.Receipt, settings: LazySettings
) -> None:
    settings.REFERENCE_SECONDS = 3600
    case_page(client, receipt)
    unit = Unit.objects.create(code="NEW", name_fa="واحد تازه")
    services.redirect(
        case_id=receipt.case.pk, actor=officer(receipt.case), unit=unit, reason="تازه است.", at=timezone.now()
    )

    assert 'data-case-unit="NEW"' in text_of(client.get("/track/case/"))
    Unit.objects.filter(pk=unit.pk).update(name_fa="نام دیگر")
    settings.REFERENCE_SECONDS = 0
    assert "نام دیگر" in text_of(client.get("/track/case/"))


@pytest.mark.parametrize("path", ["/track/", "/track/case/"])
def test_case_when_it_has_three_messages_then_costs_no_more_queries_than_with_one(
    client: Client, receipt: services.Receipt, path: str
) -> None:
    def queries() -> int:
        enter(client, receipt.code)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.post(path, {"code": receipt.code}) if path == "/track/" else client.get(path)
        return len(caught)

    few = queries()
    for text in ("یک", "دو"):
        files = [SimpleUploadedFile("عکس.png", picture(), "image/png")]
        services.reply(case_id=receipt.case.pk, body=text, files=files, at=timezone.now())

    assert queries() == few


# --- The reply ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_reply_when_written_then_is_added_and_shown(
    client: Client, receipt: services.Receipt, prefix: str
) -> None:
    enter(client, receipt.code, prefix)
    response = client.post(f"{prefix}/track/case/", {"body": "یک چیز دیگر هم بگویم."})

    assert (response.status_code, response["Location"]) == (303, f"{prefix}/track/case/#talk")
    page = text_of(client.get(f"{prefix}/track/case/"))
    assert "یک چیز دیگر هم بگویم." in page
    assert page.count('data-message-by="citizen"') == 2


def test_reply_when_an_officer_waits_then_the_case_goes_on(client: Client, receipt: services.Receipt) -> None:
    services.ask(case_id=receipt.case.pk, actor=officer(receipt.case), body="چه شماره‌ای؟", at=timezone.now())
    enter(client, receipt.code)
    client.post("/track/case/", {"body": "۱۴۰۴-۲۲۷۱"})

    assert Case.objects.get().status == Status.IN_PROGRESS


def test_reply_when_it_is_a_voice_message_alone_then_is_added(
    client: Client, receipt: services.Receipt
) -> None:
    enter(client, receipt.code)
    client.post("/track/case/", {"body": "", "voice": SimpleUploadedFile("صدا.webm", webm())})

    assert Attachment.objects.get().is_voice
    assert Message.objects.count() == 2


def test_reply_when_there_is_nothing_to_send_then_says_so(client: Client, receipt: services.Receipt) -> None:
    enter(client, receipt.code)
    page = text_of(client.post("/track/case/", {"body": " "}))

    assert len(errors_of(page)) == 1
    assert Message.objects.count() == 1


def test_reply_when_refused_then_keeps_the_words(client: Client, receipt: services.Receipt) -> None:
    enter(client, receipt.code)
    words = "واژه" * 4000
    page = text_of(client.post("/track/case/", {"body": words}))

    assert words in page
    assert "۱۶" in errors_of(page)[0]


@pytest.mark.parametrize(("prefix", "language"), [("", "fa"), ("/en", "en")])
def test_reply_when_nothing_was_typed_then_its_form_is_the_one_drawn_afresh(
    client: Client, receipt: services.Receipt, prefix: str, language: str
) -> None:
    with translation.override(language):
        drawn = render_crispy_form(ReplyForm())
    pages = [case_page(client, receipt, prefix) for _ in range(2)]

    assert [drawn in page for page in pages] == [True, True]
    assert len({value_of(page, "hold") for page in pages}) == 2


def test_reply_when_refused_then_nothing_of_it_stays_for_the_next_reader(
    client: Client, receipt: services.Receipt
) -> None:
    blank = re.sub('name="hold" value=".*?"', "", case_page(client, receipt))
    faulty = text_of(client.post("/track/case/", {"body": "واژه" * 4000}))
    after = re.sub('name="hold" value=".*?"', "", text_of(client.get("/track/case/")))

    assert 'id="id_body_error"' in faulty
    assert after == blank


@pytest.mark.parametrize(("prefix", "said"), [("", "۳۰ بار"), ("/en", "30 times")])
def test_reply_when_written_too_often_then_says_so_and_keeps_words_and_files(
    client: Client, receipt: services.Receipt, prefix: str, said: str
) -> None:
    enter(client, receipt.code, prefix)
    for number in range(policy.WRITINGS_A_DAY):
        services.reply(case_id=receipt.case.pk, body=f"نکتهٔ {number}", at=timezone.now())

    sent = {"body": "یکی دیگر", "attachments": SimpleUploadedFile("نامه.pdf", b"%PDF-1.7")}
    page = text_of(client.post(f"{prefix}/track/case/", sent))

    assert said in errors_of(page)[0]
    assert re.search(r">\s*یکی دیگر</textarea>", page)
    assert "نامه.pdf" in page


def test_reply_when_pressed_twice_then_is_stored_once(client: Client, receipt: services.Receipt) -> None:
    enter(client, receipt.code)
    for _ in range(2):
        client.post("/track/case/", {"body": "همین."})

    assert Message.objects.count() == 2
