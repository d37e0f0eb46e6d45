"""The queue of cases in the admin: order, words of the deadline, filters, search, the box for codes read out."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.enums import Role
from directory.models import Membership, Unit, User
from feedback import services
from feedback.admin import CaseAdmin
from feedback.enums import EventKind, Kind, Status
from feedback.models import Case, CaseWords, Word, WrongCodes
from feedback.tests.admin_pages import without_tokens
from feedback.tests.factories import AT, make_case, make_receipt, make_user
from feedback.tests.pages import text_of
from portal.kernel import codes

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

QUEUE = "/admin/feedback/case/"
BY_CODE = f"{QUEUE}by-code/"
SEARCH = f"{QUEUE}search/"


@pytest.fixture
def officer() -> User:
    return make_user("cont.officer", "CONT")


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def subjects(page: str) -> list[str]:
    """Return the subjects of the rows, from top to bottom."""
    return re.findall(r'field-subject_shown"><bdi[^>]*>(.*?)</bdi>', page)


def deadlines(page: str) -> list[tuple[str, str, str]]:
    """Return tone, words and the line below of every row."""
    cell = r'<span class="sla (\w+)">(.*?)</span><br><span class="quiet">(.*?)</span>'
    return re.findall(cell, page)


def at_of(page: str, row: int = 0) -> tuple[str, str, str]:
    return deadlines(page)[row]


# --- Order and words ---------------------------------------------------------------------------------------------


def test_queue_when_empty_then_says_so_calmly(client: Client) -> None:
    page = text_of(client.get(QUEUE))

    assert "فعلاً کاری منتظر شما نیست" in page
    assert "result_list" not in page


@time_machine.travel(AT + timedelta(days=5), tick=False)
def test_queue_when_several_cases_then_the_nearest_deadline_comes_first(client: Client) -> None:
    make_case(subject="دیرتر: رتبه‌بندی", at=AT + timedelta(days=4))
    make_case(subject="زودتر: رتبه‌بندی", at=AT)
    make_case(subject="درخواست: رتبه‌بندی", at=AT, kind=Kind.REQUEST)

    page = text_of(client.get(QUEUE))

    assert subjects(page) == ["درخواست: رتبه‌بندی", "زودتر: رتبه‌بندی", "دیرتر: رتبه‌بندی"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, ("ok", "۱۵ روز مانده", "شنبه ۲۳ خرداد")),
        (20, ("soon", "۲ روز مانده", "شنبه ۲۳ خرداد")),
        (22, ("soon", "۱ روز مانده", "شنبه ۲۳ خرداد")),
        (24, ("soon", "امروز", "شنبه ۲۳ خرداد")),
        (25, ("late", "۱ روز گذشته", "شنبه ۲۳ خرداد")),
        (28, ("late", "۴ روز گذشته", "شنبه ۲۳ خرداد")),
        # Thursday and Friday are no working days.
        (30, ("late", "۴ روز گذشته", "شنبه ۲۳ خرداد")),
    ],
)
def test_deadline_when_days_pass_then_words_count_working_days(
    client: Client, days: int, expected: tuple[str, str, str]
) -> None:
    make_case()

    with time_machine.travel(AT + timedelta(days=days), tick=False):
        page = text_of(client.get(QUEUE))

    assert at_of(page) == expected


def test_deadline_when_citizen_was_asked_then_the_clock_stands(client: Client, officer: User) -> None:
    case = make_case()
    services.ask(case_id=case.pk, actor=officer, body="کدام مدرک؟", at=AT)

    page = text_of(client.get(QUEUE))

    assert at_of(page) == ("hold", "منتظر شهروند", "مهلت ایستاده است")


def test_deadline_when_answered_in_time_then_says_in_how_many_days(client: Client, officer: User) -> None:
    case = make_case()
    services.answer(case_id=case.pk, actor=officer, body="درست شد.", at=AT + timedelta(days=7))

    page = text_of(client.get(f"{QUEUE}?state=settled"))

    assert at_of(page) == ("done", "به‌موقع", "در ۴ روز کاری")


def test_deadline_when_answered_too_late_then_says_by_how_much(client: Client, officer: User) -> None:
    case = make_case()
    services.answer(case_id=case.pk, actor=officer, body="درست شد.", at=AT + timedelta(days=27))

    page = text_of(client.get(f"{QUEUE}?state=settled"))

    assert at_of(page)[:2] == ("ok", "با ۳ روز دیرکرد")


def test_queue_when_citizen_writes_after_the_answer_then_the_case_is_to_do_again(
    client: Client, officer: User
) -> None:
    case = make_case()
    services.answer(case_id=case.pk, actor=officer, body="درست شد.", at=AT)
    assert subjects(text_of(client.get(QUEUE))) == []

    services.reply(case_id=case.pk, body="درست نشد.", at=AT)
    page = text_of(client.get(QUEUE))

    assert at_of(page) == ("soon", "شهروند نوشت", "پس از پاسخ")


@time_machine.travel(AT + timedelta(days=26), tick=False)
def test_tally_when_cases_differ_then_one_sentence_tells(client: Client, officer: User) -> None:
    make_case()
    make_case(at=AT + timedelta(days=4))
    make_case(at=AT + timedelta(days=20))
    asked = make_case()
    services.ask(case_id=asked.pk, actor=officer, body="کدام مدرک؟", at=AT)

    page = text_of(client.get(QUEUE))

    assert '<p class="paginator tally">۴ پرونده: ۱ دیرکرد، ۱ نزدیک مهلت، ۱ منتظر شهروند</p>' in page


def test_tally_when_settled_cases_are_shown_too_then_they_are_counted_and_the_clocks_are_of_the_others(
    client: Client, officer: User
) -> None:
    waiting, settled, _new = make_case(), make_case(), make_case()
    services.ask(case_id=waiting.pk, actor=officer, body="کدام نامه؟", at=AT)
    services.answer(case_id=settled.pk, actor=officer, body="درست شد.", at=AT)

    page = text_of(client.get(f"{QUEUE}?state=all"))

    assert "۳ پرونده: ۱ دیرکرد، ۱ منتظر شهروند" in page
    assert "واحد من <b>۲</b>" in page


def test_queue_when_an_officer_left_then_his_cases_are_with_nobody(client: Client, officer: User) -> None:
    gone = make_user("cont.gone", "CONT")
    case = make_case(subject="پروندهٔ همکار رفته، رتبه‌بندی")
    services.take(case_id=case.pk, actor=gone, at=AT)
    make_case(subject="پروندهٔ خودم، رتبه‌بندی")
    services.take(case_id=Case.objects.latest("pk").pk, actor=officer, at=AT)
    User.objects.filter(pk=gone.pk).update(is_active=False)

    page = text_of(client.get(f"{QUEUE}?officer=nobody"))

    assert subjects(page) == ["پروندهٔ همکار رفته، رتبه‌بندی"]
    assert "دیگر این‌جا نیست" in page


def test_queue_when_user_wrote_markup_then_it_is_text(client: Client) -> None:
    make_case(subject="<script>alert(1)</script> رتبه‌بندی")

    page = text_of(client.get(QUEUE))

    assert subjects(page) == ["&lt;script&gt;alert(1)&lt;/script&gt; رتبه‌بندی"]


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(QUEUE)
    return len(captured)


def test_queue_when_longer_then_no_more_queries(client: Client) -> None:
    make_case()
    client.get(QUEUE)
    one = queries(client)
    for _number in range(3):
        make_case()

    several = queries(client)

    assert several == one <= 15


def test_queue_when_opened_by_a_head_then_queries_are_few_and_as_many_for_one_row_as_for_three() -> None:
    client = Client()
    client.force_login(make_user("tech.head", "TECH", Role.HEAD))
    make_case()
    one = queries(client)
    for _number in range(2):
        make_case()

    assert queries(client) == one <= 6


# --- Filters ------------------------------------------------------------------------------------------------------


@pytest.fixture
def four(officer: User) -> None:
    """A late, a near, a waiting and an answered case, as seen 25 days later."""
    make_case(subject="دیر، رتبه‌بندی")
    make_case(subject="نزدیک، رتبه‌بندی", at=AT + timedelta(days=4))
    asked = make_case(subject="پرسیده، رتبه‌بندی", kind=Kind.REQUEST)
    services.ask(case_id=asked.pk, actor=officer, body="کدام مدرک؟", at=AT)
    answered = make_case(subject="پاسخ‌دار، رتبه‌بندی", kind=Kind.SUGGESTION)
    services.answer(case_id=answered.pk, actor=officer, body="درست شد.", at=AT)


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"دیر", "نزدیک", "پرسیده"}),
        ("?state=all", {"دیر", "نزدیک", "پرسیده", "پاسخ‌دار"}),
        ("?state=settled", {"پاسخ‌دار"}),
        ("?due=late", {"دیر"}),
        ("?due=soon", {"نزدیک"}),
        ("?due=hold", {"پرسیده"}),
        ("?kind=request", {"پرسیده"}),
        ("?officer=me", {"پرسیده"}),
        ("?officer=nobody", {"دیر", "نزدیک"}),
        # What is not offered counts as nothing.
        ("?due=x&kind=misconduct&officer=1&unit=BUD&state=x", {"دیر", "نزدیک", "پرسیده"}),
    ],
)
def test_filter_when_chosen_then_only_its_cases_are_shown(
    client: Client, query: str, expected: set[str]
) -> None:
    with time_machine.travel(AT + timedelta(days=25), tick=False):
        page = text_of(client.get(QUEUE + query))

    assert {subject.partition("،")[0] for subject in subjects(page)} == expected


def test_filter_when_one_unit_only_then_units_are_not_offered(client: Client) -> None:
    make_case()

    page = text_of(client.get(QUEUE))

    assert "?unit=" not in page


def test_filter_when_head_of_several_units_then_only_those_are_offered() -> None:
    head = make_user("tech.head", "TECH", Role.HEAD)
    client = Client()
    client.force_login(head)
    make_case()

    page = text_of(client.get(QUEUE))

    assert set(re.findall(r"unit=(\w+)", page)) == {"TECH", "CONT", "PROJ"}
    assert subjects(text_of(client.get(f"{QUEUE}?unit=CONT"))) != []
    assert subjects(text_of(client.get(f"{QUEUE}?unit=PROJ"))) == []


def test_filter_when_nothing_fits_then_leads_back_to_the_queue(client: Client) -> None:
    make_case()

    page = text_of(client.get(f"{QUEUE}?kind=praise"))

    assert "با این فیلترها پرونده‌ای نیست" in page


# --- Search -------------------------------------------------------------------------------------------------------


def searched(client: Client, typed: str, more: str = "") -> str:
    """Type words into the box and return the page of results."""
    response = client.post(SEARCH, {"q": typed})
    return text_of(client.get(response["Location"] + more))


@pytest.mark.usefixtures("four")
def test_search_when_words_are_typed_then_looks_everywhere_unless_told_otherwise(client: Client) -> None:
    everywhere, to_do = searched(client, "رتبه‌بندی"), searched(client, "رتبه‌بندی", "&state=open")

    assert {subject.partition("،")[0] for subject in subjects(everywhere)} == {
        "دیر",
        "نزدیک",
        "پرسیده",
        "پاسخ‌دار",
    }
    assert "پاسخ‌دار، رتبه‌بندی" not in subjects(to_do)


@pytest.mark.parametrize("typed", ["{}", "{fa}", " {} ", "{spaced}", "{running}"])
def test_search_when_case_number_is_typed_in_any_digits_then_finds_it(client: Client, typed: str) -> None:
    case = make_case(subject="همین، رتبه‌بندی")
    make_case(subject="نه این، رتبه‌بندی")
    number = case.number
    forms = {
        "fa": number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
        "spaced": number.replace("-", " "),
        "running": number.split("-")[1],
    }

    page = searched(client, typed.format(number, **forms))

    assert subjects(page) == ["همین، رتبه‌بندی"]


@pytest.mark.parametrize(
    "typed",
    [
        "گزارشها",
        "گزارش‌ها",
        "گزارش ها",
        "گزارش",
        "گزارش‌هايشان",
        "مدارك",
        "گواهي صلاحيت",
        "زهرا نمونه",
        "٠٩١٦ ٠٠٠ ٠٠٠١",
        "+98 916 0000001",
        "Zahra@Example.ir",
        "شرکت بارگذاری",
    ],
)
def test_search_when_spelled_in_any_way_then_subject_sender_and_messages_are_found(
    client: Client, officer: User, typed: str
) -> None:
    case = make_case(
        subject="گزارش‌های گواهی صلاحیت، رتبه‌بندی",
        full_name="زهرا نمونه",
        phone="+989160000001",
        email="zahra@example.ir",
    )
    make_case(subject="نه این، رتبه‌بندی", body="متن دیگری دربارهٔ رتبه‌بندی")
    services.reply(case_id=case.pk, body="مدارک را به شرکت دادم.", at=AT)

    assert subjects(searched(client, typed)) == ["گزارش‌های گواهی صلاحیت، رتبه‌بندی"]


@pytest.mark.parametrize("typed", ["صلاحبت", "صلحیت", "صلااحیت", "صلاحتی", "رتبهبندی صلاحیت", "صلا حیت"])
def test_search_when_mistyped_then_the_nearest_come_and_it_says_so(client: Client, typed: str) -> None:
    case = make_case(subject="گواهی صلاحیت، رتبه‌بندی")
    services.learn_words(case_ids=[case.pk])

    page = searched(client, typed)

    assert subjects(page) == ["گواهی صلاحیت، رتبه‌بندی"]
    assert "نزدیک‌ترین‌ها" in page


def test_search_when_the_case_is_foreign_then_nothing_is_found_however_it_is_asked_for(
    client: Client,
) -> None:
    foreign = make_case(subject="تخصیص اعتبار بودجه", body="تخصیص اعتبار", full_name="آرش پنهان")
    services.learn_words(case_ids=[foreign.pk])

    pages = [searched(client, typed) for typed in (foreign.number, "آرش پنهان", "آرش پنهن", "تخصیص")]

    assert [subjects(page) for page in pages] == [[], [], [], []]
    assert not any("تخصیص اعتبار بودجه" in page for page in pages)


def test_search_when_confidential_then_its_words_never_reach_the_vocabulary() -> None:
    case = make_case(kind=Kind.MISCONDUCT, subject="رشوه از بهروز پنهانکار")

    services.learn_words(case_ids=[case.pk])

    assert not Word.objects.filter(word="پنهانکار").exists()


def test_search_when_no_case_holds_a_word_any_more_then_it_is_forgotten() -> None:
    case = make_case(subject="رتبه‌بندی ویژه‌واژه")
    services.learn_words(case_ids=[case.pk])
    CaseWords.objects.filter(pk=case.pk).update(words=["رتبه"])

    services.forget_words()

    assert set(Word.objects.values_list("word", flat=True)) == {"رتبه"}


def test_search_when_sent_then_the_words_are_in_no_address(client: Client) -> None:
    response = client.post(SEARCH, {"q": "زهرا نمونه"})

    assert re.fullmatch(rf"{QUEUE}\?found=[0-9a-f]{{8}}", response["Location"])
    page = text_of(client.get(response["Location"]))
    assert 'value="زهرا نمونه"' in page
    assert not re.search(r'href="[^"]*(زهرا|%D8%B2%D9%87)', page)


def test_search_when_words_come_in_an_address_then_they_are_taken_out_of_it(client: Client) -> None:
    make_case()

    response = client.get(QUEUE, {"q": "رتبه‌بندی"})

    assert re.fullmatch(rf"{QUEUE}\?found=[0-9a-f]{{8}}", response["Location"])


@pytest.mark.parametrize(
    "typed",
    ["\x00", "²", "1_000", "%' OR 1=1 --", "ي" * 5000, "\u202e", "__", "a" * 300, "و", "{}", "@", "،"],
)
def test_search_when_odd_text_is_typed_then_a_page_comes(client: Client, typed: str) -> None:
    make_case()

    response = client.post(SEARCH, {"q": typed}, follow=True)

    assert response.status_code == 200


def test_search_when_a_tracking_code_is_typed_then_it_is_sent_away_from_the_address(client: Client) -> None:
    receipt = make_receipt()

    response = client.get(QUEUE, {"q": receipt.code}, follow=True)

    assert response.redirect_chain == [(QUEUE, 302)]
    page = text_of(response)
    assert "این شبیه کد رهگیری است" in page
    assert receipt.code not in page


# --- Saved filters and pages --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("four")
def test_saved_filters_when_cases_differ_then_each_says_how_many_it_shows(client: Client) -> None:
    with time_machine.travel(AT + timedelta(days=25), tick=False):
        page = text_of(client.get(f"{QUEUE}?due=late"))

    saved = re.findall(r'<li><a href="(\?[^"]*)"( aria-current="page")?>([^<]*) <b>(.*?)</b>', page)
    assert [(query, bool(chosen), count) for query, chosen, _words, count in saved] == [
        ("?", False, "۳"),
        ("?officer=me", False, "۱"),
        ("?due=late", True, "۱"),
        ("?due=hold", False, "۱"),
        ("?state=reopened", False, "۰"),
        ("?officer=nobody", False, "۲"),
    ]


def test_pages_when_many_cases_then_forth_and_back_show_each_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CaseAdmin, "list_per_page", 2)
    for number in range(5):
        make_case(subject=f"رتبه‌بندی {number}", at=AT + timedelta(days=number // 2))
    pages = [text_of(client.get(QUEUE))]

    while (link := re.search(r'<a href="([^"]+)" rel="next"', pages[-1])) and len(pages) < 9:
        pages.append(text_of(client.get(QUEUE + link[1].replace("&amp;", "&"))))
    back = re.search(r'<a href="([^"]+)" rel="prev"', pages[-1])
    assert back
    before = text_of(client.get(QUEUE + back[1].replace("&amp;", "&")))

    assert [subject for page in pages for subject in subjects(page)] == [f"رتبه‌بندی {n}" for n in range(5)]
    assert subjects(before) == subjects(pages[1])


@pytest.mark.parametrize(
    "place", ["x", "2026-05-20", "2026-05-20.0", "2026-13-40.1", "2026-05-20.²", "." * 90]
)
def test_pages_when_the_place_is_nonsense_then_the_first_page_comes(client: Client, place: str) -> None:
    make_case(subject="رتبه‌بندی")

    assert subjects(text_of(client.get(QUEUE, {"after": place, "before": place}))) == ["رتبه‌بندی"]


# --- A code that a caller reads out -------------------------------------------------------------------------------


def test_by_code_when_the_case_is_ones_own_then_opens_it_and_is_recorded(
    client: Client, officer: User
) -> None:
    receipt = make_receipt()

    response = client.post(BY_CODE, {"code": f" {receipt.code[:4]} {receipt.code[4:]}"})

    assert response["Location"] == f"{QUEUE}{receipt.case.pk}/change/"
    event = receipt.case.events.last()
    assert (event.kind, event.actor) == (EventKind.DICTATED, officer)


def test_by_code_when_foreign_or_unknown_then_says_the_same_and_counts(client: Client) -> None:
    foreign = make_receipt(subject="تخصیص اعتبار بودجه", body="تخصیص اعتبار")
    assert foreign.case.unit.code != "CONT"
    unknown = codes.draw()

    pages = [
        without_tokens(client.post(BY_CODE, {"code": code})).replace(code, "#")
        for code in (foreign.code, unknown)
    ]

    assert pages[0] == pages[1]
    assert "با این کد پرونده‌ای در واحدهای شما نیست" in pages[0]
    assert WrongCodes.objects.get(neighbourhood=-1).count == 2
    assert not foreign.case.events.filter(kind=EventKind.DICTATED).exists()


def test_by_code_when_a_digit_is_wrong_then_says_so_without_looking_anything_up(client: Client) -> None:
    receipt = make_receipt()
    wrong = f"{receipt.code[:-1]}{(int(receipt.code[-1]) + 1) % 10}"

    page = text_of(client.post(BY_CODE, {"code": wrong}))

    assert "یکی از رقم‌ها" in page
    assert wrong in page
    assert not WrongCodes.objects.exists()


# --- Taking several cases -----------------------------------------------------------------------------------------


def test_take_when_foreign_cases_are_forged_into_the_choice_then_only_ones_own_are_taken(
    client: Client, officer: User
) -> None:
    own, foreign = make_case(), make_case(subject="تخصیص اعتبار بودجه", body="تخصیص اعتبار")

    client.post(QUEUE, {"action": "take_cases", "_selected_action": [own.pk, foreign.pk], "index": "0"})
    client.post(
        QUEUE, {"action": "take_cases", "_selected_action": [own.pk], "select_across": "1", "index": "0"}
    )

    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.assigned_to, own.status) == (officer, Status.IN_PROGRESS)
    assert (foreign.assigned_to, foreign.status) == (None, Status.RECEIVED)


def test_take_when_nothing_is_chosen_then_says_so_and_one_button_is_all_it_takes(client: Client) -> None:
    make_case()

    page = text_of(client.get(QUEUE))
    response = client.post(QUEUE, {"action": "take_cases", "index": "0"}, follow=True)

    assert '<input type="hidden" name="action" value="take_cases">' in page
    assert 'name="index" value="0">به دست گرفتن پرونده‌های انتخاب‌شده</button>' in page
    assert "نخست یک یا چند ردیف را انتخاب کنید. چیزی عوض نشد." in text_of(response)


def test_take_when_a_case_is_settled_then_says_that_it_could_not_be_taken(
    client: Client, officer: User
) -> None:
    case = make_case()
    services.answer(case_id=case.pk, actor=officer, body="درست شد.", at=AT)

    response = client.post(
        f"{QUEUE}?state=all",
        {"action": "take_cases", "_selected_action": [case.pk], "index": "0"},
        follow=True,
    )

    assert "۱ پرونده را نمی‌شد به دست گرفت" in text_of(response)


def test_delete_when_forged_then_nothing_is_deleted(client: Client) -> None:
    case = make_case()

    client.post(
        QUEUE, {"action": "delete_selected", "_selected_action": [case.pk], "index": "0", "post": "yes"}
    )

    assert Case.objects.filter(pk=case.pk).exists()


def test_queue_when_membership_ends_then_its_cases_are_gone(client: Client, officer: User) -> None:
    make_case()
    Membership.objects.filter(user=officer).update(is_active=False)

    response = client.get(QUEUE)

    assert response.status_code == 403


def test_queue_when_unit_of_nobody_then_no_case(client: Client) -> None:
    Unit.objects.filter(code="PROJ").update(is_active=False)

    assert client.get(QUEUE).status_code == 200
