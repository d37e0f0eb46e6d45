"""Recognising Persian that is written in Latin letters: "rotbe bandi" is «رتبه بندی».

Such writing has no fixed spelling, so a word is looked up by its consonants and then held against all the ways in
which the Persian word may be spelled.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from routing.policy.words import SOUNDS_ALIKE

#: The Latin spellings of each Persian letter, as patterns; of letters with one sound only one stands here.
_SPELLINGS = {
    "ا": "[aou]",
    "ی": "[iey]+(?:(?<!e)|(?!a))",  # not the "ea" of English
    "و": "[ouvw]+",
    "ع": "",
    "ه": "h?",
    "ب": "b",
    "پ": "p",
    "ت": "t",
    "س": "[sc]",
    "ج": "j",
    "چ": "ch",
    "خ": "(?:kh|x)",
    "د": "d",
    "ز": "(?:zh?|j)",
    "ر": "r",
    "ش": "sh",
    "ق": "(?:gh|q|g)",
    "ف": "(?:f|ph)",
    "ک": "[kc]",
    "گ": "g",
    "ل": "l",
    "م": "m",
    "ن": "n",
}
_SHORT_VOWEL = "[aeo]?"  # Persian does not write it
_VOWEL = "[aeiou]"
_HEADS = {"ا": _VOWEL, "ع": _VOWEL, "ه": "h"}  # how these begin a word
_ENDING = "(h?[aeiy]*(?:m|t|sh|n|[mt][aou]n|sh[aou]n)?[oe]?)"

_DIGRAPHS = {"kh": "X", "gh": "Q", "ch": "C", "sh": "S", "zh": "z", "ph": "f"}
_LATIN_CONSONANTS = str.maketrans("qxcgj", "QXkQz", "aeiouyhvw")
_PERSIAN_CONSONANTS = str.maketrans("بپتسجچخدزرشقفکگلمن", "bptszCXdzrSQfkQlmn", "اهعوی")
_LATIN_ENDINGS = ("", "m", "t", "S", "n", "mn", "tn", "Sn")
_DOUBLED = re.compile(r"(.)\1+")

#: Persian words of two letters need two consonants, or they have too many look-alikes; longer Latin ones are no words.
_SHORT = 2
_MOST_LETTERS = 24


def is_latin(word: str) -> bool:
    """Say whether a word is written in Latin letters only."""
    return word.isascii() and word.isalpha()


def persian_consonants(word: str) -> str:
    """Return the consonants of a Persian word; empty if it is too short to be told from others by them."""
    heard = word.translate(SOUNDS_ALIKE).translate(_PERSIAN_CONSONANTS)
    return heard if len(heard) >= _SHORT or len(word) > _SHORT else ""


def latin_consonants(word: str) -> Iterator[str]:
    """Yield the consonants of a Latin word in the letters of `persian_consonants`, whole and without an ending."""
    heard = _single(word)
    if len(heard) > _MOST_LETTERS:
        return
    for letters, one in _DIGRAPHS.items():
        heard = heard.replace(letters, one)
    heard = heard.translate(_LATIN_CONSONANTS)
    for ending in _LATIN_ENDINGS:
        if heard.endswith(ending):
            yield heard.removesuffix(ending)


def ending_after(latin: str, persian: str) -> str | None:
    """Return what follows the Persian word in the Latin one, None if that is no spelling of it.

    "rotbeye" is «رتبه» and "ye".
    """
    match = _spellings_of(persian).fullmatch(_single(latin))
    return match[1] if match else None


@lru_cache(maxsize=4096)
def _spellings_of(persian: str) -> re.Pattern[str]:
    persian = persian.translate(SOUNDS_ALIKE)
    head, rest = _HEADS.get(persian[0], _SPELLINGS.get(persian[0], persian[0])), persian[1:]
    if head == _VOWEL and rest[0] in "یو":  # «ایثار», «اولویت»: one vowel
        head, rest = head + "[yv]?", rest[1:]
    rest = rest.replace("خوا", "خا")  # the و is silent
    return re.compile(
        head + "".join(_SHORT_VOWEL + _SPELLINGS.get(letter, letter) for letter in rest) + _ENDING
    )


def _single(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)
