"""Numbers, dates and people's words, as each language shows them."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from portal.templatetags import persian

NOON = datetime(2026, 5, 20, 6, 54, tzinfo=UTC)
LATE = datetime(2026, 6, 12, 21, 0, tzinfo=UTC)  # already the 13th in Tehran


@pytest.mark.parametrize(
    ("shown", "value", "persian_text", "english_text"),
    [
        (persian.fa_digits, "۱۲ و 34", "۱۲ و ۳۴", "12 و 34"),
        (persian.fa_digits, 15, "۱۵", "15"),
        (persian.thousands, 1234567, "۱٬۲۳۴٬۵۶۷", "1,234,567"),
        (persian.percent, 90.6, "۹۱٪", "91%"),
        (persian.in_words, 3, "سه", "three"),
        (persian.in_words, 11, "۱۱", "11"),
        (persian.filesize_fa, 120 * 1024, "۱۲۰ کیلوبایت", "120 KB"),
        (persian.filesize_fa, 1_258_291, "۱٫۲ مگابایت", "1.2 MB"),
        (persian.filesize_fa, 12, "۱ کیلوبایت", "1 KB"),
        (persian.jalali_day, date(2026, 6, 13), "۲۳ خرداد ۱۴۰۵", "13 June 2026"),
        (persian.jalali_day, LATE, "۲۳ خرداد ۱۴۰۵", "13 June 2026"),
        (persian.jalali_long, date(2026, 6, 13), "شنبه ۲۳ خرداد ۱۴۰۵", "Saturday 13 June 2026"),
        (
            persian.jalali_both,
            date(2026, 6, 13),
            "شنبه ۲۳ خرداد ۱۴۰۵",
            "Saturday 13 June 2026 (23 Khordad 1405)",
        ),
        (persian.jalali_short, LATE, "۱۴۰۵/۰۳/۲۳", "2026-06-13"),
        (persian.jalali_clock, NOON, "۱۰:۲۴", "10:24"),
        (
            persian.jalali_datetime,
            NOON,
            "چهارشنبه ۳۰ اردیبهشت ۱۴۰۵، ساعت ۱۰:۲۴",
            "Wednesday 20 May 2026, 10:24",
        ),
        (persian.jalali_moment, NOON, "۳۰ اردیبهشت ۱۴۰۵، ۱۰:۲۴", "20 May 2026, 10:24"),
    ],
)
def test_value_when_shown_then_each_language_has_its_own_way(
    shown: object, value: object, persian_text: str, english_text: str
) -> None:
    with override("fa"):
        assert shown(value) == persian_text
    with override("en"):
        assert shown(value) == english_text


@pytest.mark.parametrize(
    "shown",
    [
        persian.fa_digits, persian.thousands, persian.percent, persian.filesize_fa, persian.jalali_day,
        persian.jalali_long, persian.jalali_both, persian.jalali_short, persian.jalali_clock, persian.jalali_datetime,
        persian.jalali_moment,
    ],
)  # fmt: skip
def test_nothing_when_shown_then_nothing(shown: object) -> None:
    assert shown(None) == ""


@pytest.mark.parametrize(
    ("language", "value", "shown"), [("fa", 11, "\u200e+۱۱"), ("fa", -3, "\u200e-۳"), ("en", 11, "+11")]
)
def test_change_when_shown_then_its_sign_stands_to_the_left(language: str, value: int, shown: str) -> None:
    with override(language):
        assert persian.signed(value) == shown


def test_code_when_shown_then_it_stands_in_fours_with_latin_digits_and_is_read_digit_by_digit() -> None:
    with override("fa"):
        shown = persian.code_groups("1234567890123456")

    assert shown == (
        '<bdi class="code" dir="ltr" aria-hidden="true">1234 5678 9012 3456</bdi>'
        '<span class="vh" dir="ltr">۱ ۲ ۳ ۴، ۵ ۶ ۷ ۸، ۹ ۰ ۱ ۲، ۳ ۴ ۵ ۶</span>'
    )


@pytest.mark.parametrize(
    ("number", "dialled", "shown"),
    [
        ("+989161234567", "+989161234567", "0916 123 4567"),
        ("066-00000102", "06600000102", "066 0000 0102"),
        ("۱۳۶", "136", "136"),
    ],
)
def test_phone_when_shown_then_it_can_be_called(number: str, dialled: str, shown: str) -> None:
    assert persian.phone(number) == f'<a href="tel:{dialled}"><bdi class="code" dir="ltr">{shown}</bdi></a>'


def test_phone_when_it_is_none_then_it_is_plain_text() -> None:
    assert persian.phone("<b>") == '<bdi class="code" dir="ltr">&lt;b&gt;</bdi>'
    assert persian.phone("") == ""


@pytest.mark.parametrize(
    ("written", "direction"),
    [
        ("SAJAT سامانه باز نمی‌شود", "rtl"),
        ("salam man modarek ro upload kardam (شکایت)", "ltr"),
        ("12345", "rtl"),
        ("", "rtl"),
    ],
)
def test_direction_when_letters_are_mixed_then_the_majority_decides(written: str, direction: str) -> None:
    with override("fa"):
        assert persian.dir_of(written) == direction


def test_said_when_text_is_hostile_then_it_is_escaped_and_isolated() -> None:
    with override("fa"):
        shown = persian.said("<script>alert(1)</script>\nسلام")

    assert shown == '<bdi class="said" dir="ltr">&lt;script&gt;alert(1)&lt;/script&gt;<br>سلام</bdi>'


def test_said_when_persian_on_an_english_page_then_its_language_is_named() -> None:
    with override("en"):
        assert persian.said("سلام") == '<bdi class="said" dir="rtl" lang="fa">سلام</bdi>'


def test_said_text_when_there_are_empty_lines_then_there_are_paragraphs() -> None:
    with override("fa"):
        shown = persian.said_text("یک\nدو\n\nسه <b>")

    assert shown == '<div class="said" dir="rtl"><p>یک<br>دو</p>\n\n<p>سه &lt;b&gt;</p></div>'


def test_isolated_when_a_sentence_quotes_a_text_then_it_stands_apart_and_nothing_of_it_is_markup() -> None:
    with override("en"):
        shown = persian.isolated("It mentions “\u2068رتبه <b>\u2069”.")

    assert shown == 'It mentions “<bdi class="said" dir="rtl" lang="fa">رتبه &lt;b&gt;</bdi>”.'
