"""Cleaning and folding: the agreed examples, and what holds for every text."""

import time
from unicodedata import category, is_normalized

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.text import (
    MARKS_IN_A_ROW,
    ascii_digits,
    clean,
    fold,
    group_thousands,
    persian_digits,
    read_number,
)
from portal.tests.kernel.samples import ALPHABETS, c1, every_character, random_texts

# Format characters (Cf) that are seen, or that join letters: signs over numbers, hieroglyphs, the two joiners.
SEEN_FORMATS = {
    *"\u200c\u200d\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd",
    *map(chr, range(0x600, 0x606)),
}
HIEROGLYPHS = range(0x13430, 0x13460)

anything = st.text(st.characters() | st.characters(categories=["Cs", "Cf", "Cc", "Mn", "Zs"]), max_size=40)
mixtures = st.text(st.sampled_from("".join(ALPHABETS)), max_size=40)
texts = anything | mixtures
thorough = settings(max_examples=400, deadline=None)


def is_hidden(character: str) -> bool:
    if category(character) in {"Cc", "Cs"}:
        return character != "\n"
    return category(character) == "Cf" and character not in SEEN_FORMATS and ord(character) not in HIEROGLYPHS


@pytest.mark.parametrize(("typed", "cleaned", "folded"), c1())
def test_clean_and_fold_of_an_agreed_example(typed, cleaned, folded):
    assert (clean(typed), fold(typed), fold(cleaned)) == (cleaned, folded, folded)


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("یک\r\nدو\rسه\x0bچهار\u2028پنج\x85شش", "یک\nدو\nسه\nچهار\nپنج\nشش"),
        ("یک\n\n \n\n\nدو", "یک\n\nدو"),
        ("  یک \t\u00a0 دو\u3000سه  \n چهار ", "یک دو سه\nچهار"),
        ("\u200cمی\u200c\u200dشود\u200c", "می\u200cشود"),
        ("خانه\u200c\nما", "خانه\nما"),
        ("ه\u200d.ش", "ه\u200d.ش"),
        ("ئ كٔ", "ئ کٔ"),
        ("ۂ", "ۀ"),
        ("ـًا", "ًا"),
        ("ﷺ", "صلی الله علیه وسلم"),
        ("a\x00b\ud800c\udfffd\ue000", "abcd\ue000"),
        ("\u200b\ufeff\u2060\u3164\u200d\ufe0f \u2800", ""),
        ("❤️ 👩‍💻 🏴󠁧󠁢", "❤️ 👩‍💻 🏴"),
        ("cafe\u0301", "café"),
        ("e\u200b\u0301", "é"),
        ("②³ ﬁ", "②³ ﬁ"),
        ("", ""),
    ],
)
def test_clean_of_an_odd_text(typed, cleaned):
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("جزء، جزءِ", "جز, جز"),
        ("یک\n\nدو", "یک دو"),
        ("۱۲٫۵٪ ۱٬۰۰۰؟", "12.5% 1,000?"),
        ("SAJAT ＳＡＪＡＴ Café ÆON ΑΣ ας ЁЖ İ K", "sajat sajat cafe æon ασ ασ еж i k"),
        ("هـ‍.ش", "ه.ش"),
        ("ٵ ٱلله", "ا الله"),
        ("t\u0336e\u0336x\u0336t\u0336", "text"),
        ("👍🏽 ❤️", "👍🏽 ❤"),
        ("", ""),
    ],
)
def test_fold_of_an_odd_text(typed, folded):
    assert fold(typed) == folded


def test_clean_when_marks_pile_up_then_a_few_stay():
    tower, hidden_tower = "ا" + "\u0651" * 50 + "ب", "ا" + "\u0651\u200c" * 50 + "ب"

    assert clean(tower) == "ا" + "\u0651" * MARKS_IN_A_ROW + "ب"
    assert clean(hidden_tower).count("\u0651") == MARKS_IN_A_ROW
    assert fold(tower) == "اب"


def test_clean_keeps_the_marks_of_ordinary_vocalised_text():
    assert clean("مُحَمَّدٌ رَسُولُ ٱللّٰهِ") == "مُحَمَّدٌ رَسُولُ ٱللّٰهِ"


@thorough
@given(texts)
def test_clean_again_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@thorough
@given(texts)
def test_fold_is_the_same_for_a_text_its_clean_and_its_folded_form(text):
    assert fold(clean(text)) == fold(text) == fold(fold(text))


@thorough
@given(texts)
def test_clean_leaves_nothing_hidden_and_nothing_unstorable(text):
    cleaned = clean(text)

    assert [character for character in cleaned if is_hidden(character)] == []
    assert cleaned.encode() == cleaned.encode("utf-8", "surrogatepass")
    assert "\x00" not in cleaned
    assert cleaned == cleaned.strip()
    assert is_normalized("NFC", cleaned)


def test_clean_and_fold_take_every_code_point():
    for text in [*every_character(5000), "ا\x00ب".join(map(chr, range(0xD800, 0xE000)))]:
        cleaned = clean(text)

        assert [hex(ord(character)) for character in cleaned if is_hidden(character)] == []
        assert clean(cleaned) == cleaned
        assert fold(cleaned) == fold(text) == fold(fold(text))


def test_clean_and_fold_agree_on_random_mixtures():
    for text in random_texts(5000, seed=1405):
        assert clean(clean(text)) == clean(text), ascii(text)
        assert fold(clean(text)) == fold(text) == fold(fold(text)), ascii(text)


@pytest.mark.parametrize(
    "piece",
    ["\u200c", "\u200cء", " \u200c", "ا\u0651", "\u0651\u200c", "\u200b\u200d", "\ufdfa", "\u200c\u00a0\n"],
)
def test_clean_and_fold_of_a_hostile_text_take_time_in_proportion(piece):
    text = (piece * 100_000)[:100_000]

    began = time.process_time()
    clean(text)
    fold(text)

    assert time.process_time() - began < 3  # a quadratic step would take minutes


def test_digits_of_every_script_when_asked_then_in_the_one_wanted():
    assert persian_digits("1405/٠۳/2") == "۱۴۰۵/۰۳/۲"
    assert persian_digits(1405) == "۱۴۰۵"
    assert ascii_digits("۱۴٠۵ و ０９ و 7") == "1405 و 09 و 7"


@pytest.mark.parametrize(
    ("number", "grouped"), [(0, "0"), (999, "999"), (1234567, "1٬234٬567"), (-1234, "-1٬234")]
)
def test_group_thousands(number, grouped):
    assert group_thousands(number) == grouped


def test_group_thousands_when_in_persian_digits():
    assert persian_digits(group_thousands(1234567)) == "۱٬۲۳۴٬۵۶۷"


@pytest.mark.parametrize(
    ("text", "number"),
    [("17", 17), ("", 0), ("-1", 0), ("۱۷", 0), ("²", 0), (" 1", 0), ("9" * 18, 10**18 - 1), ("1" * 19, 0)],
)
def test_read_number_when_a_page_sends_anything_then_plain_digits_count(text: str, number: int) -> None:
    assert read_number(text) == number


def test_read_number_when_longer_than_asked_for_then_zero() -> None:
    assert [read_number("123456789", 9), read_number("1234567890", 9)] == [123_456_789, 0]
