"""The workplace speaks one Persian, also where the words are the frameworks' own."""

import re
from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import gettext, ngettext, override

from directory.enums import Audience, Role
from directory.models import ServiceCardVersion, Unit, User
from directory.services import load_cards
from feedback.tests.factories import AT, make_reference, make_user
from feedback.tests.pages import text_of
from portal.management.catalogue.style import office_words, style_faults
from portal.templatetags.persian import own_digits
from portal.ui import borrowed
from surveys.models import VisitSheet

pytestmark = pytest.mark.django_db

PASSWORD = "four-plain-words-here"


@pytest.fixture
def administrator() -> Client:
    make_reference()
    client = Client()
    client.force_login(make_user("keeper", "IT", Role.ADMINISTRATOR))
    return client


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.mark.parametrize(
    ("shown", "persian", "english"),
    [
        ("at most 32767.", "at most ۳۲۷۶۷.", "at most 32767."),
        ('<li id="x_1">10 letters</li>', '<li id="x_1">۱۰ letters</li>', '<li id="x_1">10 letters</li>'),
        ("IMG_2031.jpg, portal2.example/9", "IMG_2031.jpg, portal2.example/9", "IMG_2031.jpg, portal2.example/9"),
    ],
)  # fmt: skip
def test_digits_when_words_are_the_frameworks_then_only_numbers_are_written_in_ours(
    shown: str, persian: str, english: str
) -> None:
    with override("fa"):
        assert own_digits(shown) == persian
    with override("en"):
        assert own_digits(shown) == english


@pytest.mark.parametrize("count", [1, 3])
def test_heading_when_a_form_is_refused_then_it_is_persian(count: int) -> None:
    with override("fa"):
        heading = ngettext("Please correct the error below.", "Please correct the errors below.", count)

    assert heading in ("خطای زیر را درست کنید.", "خطاهای زیر را درست کنید.")


def test_borrowed_words_when_shown_in_persian_then_they_are_in_our_style() -> None:
    plain = [
        *borrowed.ADMIN,
        *borrowed.AUTH,
        *borrowed.ACCOUNT,
        *borrowed.FIELDS,
        *borrowed.DAYS,
    ]
    with override("fa"):
        shown = [gettext(words) for words in plain if isinstance(words, str)]

    assert not [words for words in shown if style_faults(words) or office_words(words)]
    assert not [words for words in shown if re.search(r"رمز عبور|ات را|کن\.", words)]


def test_password_when_it_is_too_short_then_all_of_the_page_is_polite_persian() -> None:
    client = Client()
    client.force_login(User.objects.create_user("cont.officer", password=PASSWORD, is_staff=True))

    page = words_of(
        text_of(
            client.post(
                "/accounts/password/change/", {"oldpassword": "no", "password1": "qwerty", "password2": "x"}
            )
        )
    )

    assert "این گذرواژه کوتاه است؛ دست‌کم ۱۰ نویسه می‌خواهد." in page
    assert "این گذرواژه بسیار رایج است." in page
    assert "گذرواژهٔ کنونی خود را بنویسید." in page
    assert "گذرواژهٔ تازه (یک بار دیگر)" in page


def test_new_user_when_refused_then_the_stock_form_is_persian(administrator: Client) -> None:
    page = words_of(
        text_of(
            administrator.post(
                "/admin/directory/user/add/", {"username": "آقای نو!", "password1": "12", "password2": "13"}
            )
        )
    )

    assert "خطاهای زیر را درست کنید." in page
    assert "دست‌کم ۱۰ نویسه" in page
    assert "<ul" not in page
    assert not re.search(r"(?<![\w.])[0-9]{2,}(?![\w.])|Please|password|رمز عبور", page)


def test_history_when_a_field_was_changed_then_it_has_its_label_in_the_page_of_each_language(
    administrator: Client,
) -> None:
    user = make_user("somebody", "CONT")
    change = f"/admin/directory/user/{user.pk}/"
    administrator.post(f"{change}change/", {"username": "somebody", "name_fa": "کسی دیگر", "email": ""})

    persian = words_of(text_of(administrator.get(f"{change}history/")))
    administrator.post("/admin/language/", {"language": "en", "back": "/admin/"})
    english = words_of(text_of(administrator.get(f"{change}history/")))

    assert "عوض شد: نام به فارسی و فعال." in persian
    assert "Changed Name in Persian and Active." in english


def test_value_when_it_is_of_the_other_language_then_it_stands_apart_with_its_direction(
    administrator: Client,
) -> None:
    unit = Unit.objects.get(code="CONT")
    Unit.objects.filter(pk=unit.pk).update(name_en="Contractors (and consultants).")
    officer = Client()
    officer.force_login(make_user("writer", "PR", Role.EDITOR))

    page = text_of(officer.get(f"/admin/directory/unit/{unit.pk}/change/"))

    assert '<bdi class="said" dir="ltr">Contractors (and consultants).</bdi>' in page


def test_icons_when_shown_then_they_say_yes_and_no_in_the_language_of_the_page(administrator: Client) -> None:
    lists = [text_of(administrator.get("/admin/directory/unit/"))]
    administrator.post("/admin/language/", {"language": "en", "back": "/admin/"})
    lists.append(text_of(administrator.get("/admin/directory/unit/")))

    assert [set(re.findall(r'icon-\w+\.svg" alt="([^"]*)"', page)) for page in lists] == [{"بله"}, {"Yes"}]


def test_trail_when_read_aloud_then_it_is_called_persian(administrator: Client) -> None:
    assert '<nav aria-label="مسیر صفحه">' in text_of(administrator.get("/admin/directory/unit/"))


def test_weekday_when_chosen_then_it_is_written_as_everywhere(administrator: Client) -> None:
    page = words_of(text_of(administrator.get("/admin/directory/weekdayrule/add/")))

    assert "سه‌شنبه" in page
    assert "سه شنبه" not in page


def test_list_when_an_empty_file_is_sent_then_it_is_called_a_file() -> None:
    make_reference()
    editor = Client()
    editor.force_login(make_user("writer", "PR", Role.EDITOR))

    page = words_of(
        text_of(
            editor.post("/admin/directory/position/import/", {"file": SimpleUploadedFile("list.csv", b"")})
        )
    )

    assert "این فایل خالی است." in page


def test_sheet_when_named_then_its_day_is_in_the_language_of_the_page() -> None:
    sheet = VisitSheet(unit=Unit(name_fa="صدور", name_en="Permits"), issued_on=date(2026, 11, 30))

    names = []
    for language in ("fa", "en"):
        with override(language):
            names.append(str(sheet))

    assert names == ["صدور · ۱۴۰۵/۰۹/۰۹", "Permits · 2026-11-30"]


def test_entry_when_it_may_be_a_letter_then_nothing_a_letter_needs_is_called_optional() -> None:
    make_reference()
    clerk = Client()
    clerk.force_login(make_user("clerk", "DESK", Role.CLERK))

    page = words_of(text_of(clerk.get("/admin/feedback/case/entry/")))

    assert "شمارهٔ نامه برای نامهٔ سازمان‌ها لازم است." in page
    assert "سازمان یا شرکت برای نامهٔ سازمان‌ها لازم است." in page


def test_card_when_it_can_only_be_read_then_its_audiences_have_their_words(administrator: Client) -> None:
    load_cards(at=AT)
    card = ServiceCardVersion.objects.filter(audiences__contains=[Audience.BUSINESSES]).order_by("pk")[0]

    page = text_of(administrator.get(f"/admin/directory/servicecardversion/{card.pk}/change/"))

    assert "<div>شرکت‌ها و کسب‌وکارها (G2B)</div>" in page
    assert "businesses" not in page
