"""Make what people type storable (`clean`) and comparable (`fold`), and write digits in a script."""

import re
from unicodedata import combining, normalize

from portal.kernel.characters import (
    ARABIC_DIGITS,
    ASCII_DIGITS,
    BREAKS,
    FULL_WIDTH_DIGITS,
    HIGH_HAMZA,
    INVISIBLE,
    LATER,
    LATER_ASTRAL,
    MARKS,
    MARKS_ON_TATWEEL,
    ODD_BLANKS,
    PERSIAN_DIGITS,
    PRESENTATION,
    SILENT,
    SOFT_HYPHEN,
    TATWEEL,
    TO_FOLDED,
    TO_PERSIAN,
    UNSTORABLE,
    ZWJ,
    ZWNJ,
)
from portal.kernel.memory import Memory

MARKS_IN_A_ROW = 4  # real text needs three at most; a taller pile ("zalgo") runs over the lines around it

_JOINERS = ZWNJ + ZWJ
_EMOJI_SELECTORS = "\ufe0e\ufe0f"

_PRESENTATION = re.compile(f"[{PRESENTATION}]+")
_BREAK = re.compile(f"\r\n|[{BREAKS}]")
_DROPPED = re.compile(f"[{UNSTORABLE}{INVISIBLE}{TATWEEL}]+")
_JOINT = re.compile(f"[{_JOINERS}{SOFT_HYPHEN}]{{2,}}|{SOFT_HYPHEN}")
# Joiners between the marks do not keep them from piling up on one letter.
_NEXT_MARK = f"(?:[{_JOINERS}]?[{MARKS}])"
_PILE = re.compile(f"([{MARKS}]{_NEXT_MARK}{{{MARKS_IN_A_ROW - 1}}})({_NEXT_MARK}+[{_JOINERS}]?)")
# Not the plain gap of one space or one line end, which is most of them and stays.
_GAP = re.compile(f"[ \n{ODD_BLANKS}{ZWNJ}][ \n{ODD_BLANKS}{_JOINERS}{_EMOJI_SELECTORS}]+|[{ODD_BLANKS}]")

_FOLDED_AWAY = re.compile(f"[{UNSTORABLE}{INVISIBLE}{TATWEEL}{ZWJ}{SILENT}{MARKS}{MARKS_ON_TATWEEL}{LATER}]+")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_FOLDED_AWAY_ASTRAL = re.compile(f"[{LATER_ASTRAL}]+")


def clean(text: str) -> str:
    """Return `text` as it is stored and shown: one code for each letter, nothing hidden, no word changed.

    Line ends become LF with at most one empty line between paragraphs; runs of blanks become one space.
    Persian letters replace their Arabic and Urdu look-alikes, Persian digits the Arabic ones; Latin digits
    stay. Control, bidi and zero-width characters, tatweel and lone surrogates go, a half-space stays only
    between two characters, and of a pile of marks MARKS_IN_A_ROW remain. The result is never changed by
    cleaning it again.
    """
    text = _PRESENTATION.sub(_ordinary_letters, text)
    text = _DROPPED.sub("", _BREAK.sub("\n", text))
    text = _JOINT.sub(_one_joiner, text)
    # Composed before the letters change: an Arabic ye and a hamza make ئ, a Persian ye and a hamza do not.
    text = normalize("NFC", text).translate(_CLEAN_TABLE)
    text = _GAP.sub(_one_gap, _PILE.sub(_low_pile, text))
    return text.lstrip(" \n" + ZWNJ + ZWJ + _EMOJI_SELECTORS).rstrip(" \n" + ZWNJ)


def fold(text: str) -> str:
    """Return the form of `text` by which it is searched, matched and held unique; never shown to anybody.

    Equal for all spellings of a word that readers take for the same: without marks, hamza and case, with one
    letter for look-alikes, ASCII digits and punctuation, and one space for any gap, half-space included.
    Folding a text, its cleaned form or its folded form gives the same; `foldsql` holds the same function for
    the database.
    """
    # Word by word, because words come again: nothing that folding does reaches over a space or a line end.
    return " ".join([folded for part in text.replace("\n", " ").split(" ") if (folded := _folded[part])])


def _fold(text: str) -> str:
    text = _FOLDED_AWAY.sub("", text)
    if _ASTRAL.search(text):
        text = _FOLDED_AWAY_ASTRAL.sub("", text)
    return " ".join(normalize("NFKD", text).translate(_FOLD_TABLE).split())


def persian_digits(value: str | int) -> str:
    """Return `value` with its digits, of whichever script, as ۰–۹."""
    return str(value).translate(_TO_PERSIAN_DIGITS)


def ascii_digits(text: str) -> str:
    """Return `text` with its Persian, Arabic-Indic and full-width digits as 0–9."""
    return text.translate(_TO_ASCII_DIGITS)


def read_number(text: str, longest: int = 18) -> int:
    """Return the number that a page sends back to us, of at most `longest` plain digits; 0 for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= longest else 0


def group_thousands(number: int) -> str:
    """Return `number` in groups of three, parted by the Persian thousands sign: 1٬234٬567."""
    return f"{number:,}".replace(",", "٬")


def _ordinary_letters(match: re.Match[str]) -> str:
    return normalize("NFKC", match[0])


def _one_joiner(match: re.Match[str]) -> str:
    return ZWNJ if match[0].strip(ZWJ) else ZWJ


def _low_pile(match: re.Match[str]) -> str:
    """Return the first marks of a pile, and what in the rest parts it from the text after it, if anything."""
    kept, rest = match.groups()
    return kept + (ZWNJ if ZWNJ in rest else next((mark for mark in rest if not combining(mark)), ""))


def _one_gap(match: re.Match[str]) -> str:
    return "\n" * min(2, match[0].count("\n")) or " "


def _fold_changes() -> dict[int, int | str | None]:
    marks = re.findall(f"[{MARKS}{HIGH_HAMZA}]", "".join(map(chr, range(0x10000))))
    lower = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
    gaps = dict.fromkeys(map(ord, (ZWNJ, SOFT_HYPHEN, "\u2800")), " ")
    return {**lower, **TO_FOLDED, **gaps, **dict.fromkeys(map(ord, marks))}


# `str.translate` is several times faster on a character it finds in the table, so the common ones stand there
# too.
_COMMON: dict[int, int | str | None] = {code: code for code in (*range(0x700), *range(0x2000, 0x2070))}
_CLEAN_TABLE = {**_COMMON, **TO_PERSIAN}
_FOLD_TABLE = {**_COMMON, **_fold_changes()}
_folded = Memory(_fold)
_TO_PERSIAN_DIGITS = str.maketrans(ASCII_DIGITS + ARABIC_DIGITS + FULL_WIDTH_DIGITS, PERSIAN_DIGITS * 3)
_TO_ASCII_DIGITS = str.maketrans(PERSIAN_DIGITS + ARABIC_DIGITS + FULL_WIDTH_DIGITS, ASCII_DIGITS * 3)
