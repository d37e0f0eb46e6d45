"""The form fields tidy what people type, and say exactly what is missing."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.translation import override

from portal.kernel import codes
from portal.ui.fields import CodeField, DigitsField, EmailField, JalaliDateField, PhoneField, TextField

CODE = codes.draw()


def refusal(field: Field, typed: Any) -> str:
    """Return what the field says about a refused value."""
    with pytest.raises(ValidationError) as caught:
        field.clean(typed)
    return " ".join(caught.value.messages)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("شكايت علي", "شکایت علی"),
        ("  دو \t فاصله  ", "دو فاصله"),
        ("یک\r\nدو", "یک دو"),
        ("بی\x00نقطه", "بینقطه"),
        ("نیم\ud800حرف", "نیمحرف"),
        ("\u202eوارونه\u202c", "وارونه"),
    ],
)
def test_text_when_typed_oddly_then_it_is_tidied_not_refused(typed: str, kept: str) -> None:
    assert TextField().clean(typed) == kept


def test_text_when_several_lines_then_they_stay() -> None:
    assert TextField(multiline=True).clean("یک\r\n\r\n\r\nدو") == "یک\n\nدو"


def test_text_when_too_long_then_the_message_counts_after_cleaning() -> None:
    typed = "\u200e" * 50 + "الف" * 41

    with override("fa"):
        said = refusal(TextField(max_length=120), typed)

    assert said == "این متن ۱۲۳ نویسه دارد؛ تا ۱۲۰ نویسه جا می‌شود."


def test_text_when_only_invisible_marks_then_it_is_empty() -> None:
    with override("en"):
        assert refusal(TextField(), "\u200b\u200e \x00") == "This is still empty."


def test_text_when_rendered_then_the_browser_sets_no_hard_limit() -> None:
    attrs = TextField(max_length=120).widget.attrs

    assert "maxlength" not in attrs
    assert attrs["data-most"] == 120


@pytest.mark.parametrize(
    "typed",
    [
        "0916 123 4567",
        "۰۹۱۶۱۲۳۴۵۶۷",
        "+98 916 123 4567",
        "٠٠٩٨٩١٦١٢٣٤٥٦٧",
        "916-123-4567",
        "\u200e0916 1234567",
    ],
)
def test_phone_when_typed_in_any_usual_way_then_one_form_is_kept(typed: str) -> None:
    assert PhoneField().clean(typed) == "+989161234567"


def test_phone_when_a_digit_is_missing_then_the_message_counts() -> None:
    with override("fa"):
        assert refusal(PhoneField(), "۰۹۱۶ ۱۲۳ ۴۵۶") == "شمارهٔ همراه ۱۱ رقم است؛ این یکی ۱۰ رقم دارد."


def test_phone_when_empty_and_optional_then_nothing_is_asked() -> None:
    assert PhoneField(required=False).clean(" \u200f ") == ""


def test_phone_when_stored_then_it_is_shown_as_people_write_it() -> None:
    assert PhoneField().prepare_value("+989161234567") == "0916 123 4567"
    assert PhoneField().prepare_value("۰۹۱۶ ۱۲۳") == "۰۹۱۶ ۱۲۳"


def test_code_when_typed_with_persian_digits_and_dashes_then_sixteen_latin_digits_are_kept() -> None:
    grouped = codes.grouped(CODE).replace(" ", " \u2013 ")
    typed = grouped.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))

    assert CodeField().clean(typed) == CODE


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write the 16 digits of your code."),
        (" - ", "Write the 16 digits of your code."),
        ("12a4", "The code has digits only; letters and signs do not belong to it."),
        ("1234", "The code has 16 digits; you wrote 4."),
        pytest.param(
            CODE[:-1] + str((int(CODE[-1]) + 1) % 10),
            "One of the digits is wrong. Please compare all 16 digits once more.",
            id="one digit wrong",
        ),
    ],
)
def test_code_when_mistyped_then_the_message_is_precise(typed: str, said: str) -> None:
    with override("en"):
        assert refusal(CodeField(), typed) == said


@pytest.mark.parametrize("typed", ["۱۴۰۵/۲/۳", "1405-02-03", "1405/2/3", "۳ اردیبهشت ۱۴۰۵"])
def test_date_when_typed_in_the_jalali_calendar_then_it_is_a_date(typed: str) -> None:
    assert JalaliDateField().clean(typed) == date(2026, 4, 23)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("tomorrow", "Write the date as year, month and day, like 1405/02/28."),
        ("2026/04/23", "Write the year of the Jalali calendar, in four digits, like 1405."),
        ("1405/13/01", "The month is a number from 1 to 12."),
        ("1404/12/30", "That month has no such day."),
        ("", "Write the date."),
    ],
)
def test_date_when_there_is_no_such_day_then_the_message_says_why(typed: str, said: str) -> None:
    with override("en"):
        assert refusal(JalaliDateField(), typed) == said


def test_date_when_shown_again_then_it_is_jalali() -> None:
    with override("fa"):
        assert JalaliDateField().prepare_value(date(2026, 4, 23)) == "۱۴۰۵/۰۲/۰۳"


def test_digits_when_typed_with_spaces_then_latin_digits_are_kept() -> None:
    assert DigitsField(length=10).clean("۰۰۱۲ ۳۴۵-۶۷۹") == "0012345679"


def test_digits_when_letters_or_too_few_then_the_message_says_which() -> None:
    with override("en"):
        assert refusal(DigitsField(), "12x") == "Only digits belong here."
        assert refusal(DigitsField(length=10), "123") == "It has 10 digits; this one has 3."


def test_email_when_typed_with_persian_digits_and_marks_then_it_is_mended() -> None:
    assert EmailField().clean("\u200fali۱۲@example.ir ") == "ali12@example.ir"


def test_email_when_broken_then_the_message_shows_an_example() -> None:
    with override("en"):
        said = "This does not look like an e-mail address; it should read like name@example.ir"
        assert refusal(EmailField(), "a@@b") == said


def test_date_when_only_blanks_are_typed_then_there_is_none() -> None:
    assert JalaliDateField(required=False).clean(" \n ") is None
