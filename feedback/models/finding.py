"""Finding cases by what staff types: a number, a phone, an address or words, spelled in any way."""

from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Q, QuerySet

from feedback.models.case import Case
from feedback.models.words import CaseWords, Word, words_in
from portal.kernel import codes, phones
from portal.kernel.text import ascii_digits, clean
from routing.policy.words import one_slip

#: Words of one search; the others are ignored.
MOST_WORDS = 8
#: Cases up to which those that hold some words are looked up before anything else is asked of them.
FEW = 1000
#: Letters from which on a word may have been mistyped; shorter ones have too many neighbours.
LONG_ENOUGH = 4
#: Words of the vocabulary that may stand for one mistyped word.
MOST_READINGS = 12
#: Digits up to which a number may be the running number of a case.
LONGEST_RUNNING = 8


@dataclass(frozen=True)
class Finding:
    """The cases found, and whether the words had to be read as mistyped."""

    cases: QuerySet[Case]
    is_near: bool = False


def find(cases: QuerySet[Case], typed: str) -> Finding:
    """Return those of `cases` (the ones one may see) that what was typed finds.

    Every word must stand somewhere in the case. Only when no case holds them all, words are read with one letter left
    out, doubled, exchanged or swapped, as two words or as one.
    """
    typed = clean(typed)
    try:
        return Finding(cases.filter(number=codes.read_case_number(typed)))
    except codes.CodeTypo:
        pass
    if sign := _sign(typed):
        return Finding(_holding(cases, Q(words__overlap=sign)))
    words = words_in(typed)[:MOST_WORDS]
    if not words:
        return Finding(cases.none())
    exact = _holding(cases, Q(words__contains=words))
    if exact.exists():
        return Finding(exact)
    return Finding(_holding(cases, _near(words)), is_near=True)


def _holding(cases: QuerySet[Case], wanted: Q) -> QuerySet[Case]:
    """Return the cases whose words are wanted.

    Up to `FEW` are looked up first and then read by their keys. Left to itself, the planner takes a word that nobody
    ever counted for one of thousands and reads cases one after the other until the first fifty of them have come.
    """
    holding = CaseWords.objects.filter(wanted).values("case")
    few = list(holding.values_list("case", flat=True)[: FEW + 1])
    return cases.filter(pk__in=few) if len(few) <= FEW else cases.filter(pk__in=holding)


def _sign(typed: str) -> list[str]:
    """Return the words that an e-mail address, a phone number or a running number is kept as; none for other text."""
    if "@" in typed and " " not in typed:
        return [typed.lower()]
    digits = ascii_digits(typed)
    if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_RUNNING:
        return [digits, str(int(digits))]
    try:
        return [phones.normalise(typed)]
    except phones.PhoneError:
        return []


def _near(words: list[str]) -> Q:
    """Return what a case must hold for each word: one like it, its two halves, or it and the next as one word."""
    joined = {one + other for one, other in pairwise(words)}
    halves = [(word[:cut], word[cut:]) for word in words for cut in range(2, len(word) - 1)]
    asked = {*joined, *(half for pair in halves for half in pair)}
    known = set(Word.objects.filter(word__in=asked).values_list("word", flat=True))
    likely = _likely(words)
    wanted = Q()
    for place, word in enumerate(words):
        one = Q(words__overlap=[word, *likely[word], *_joints(words, place, known)])
        for half, other in halves:
            if half + other == word and {half, other} <= known:
                one |= Q(words__contains=[half, other])
        wanted &= one
    return wanted


def _joints(words: list[str], place: int, known: set[str]) -> list[str]:
    pairs = [words[place - 1] + words[place]] if place else []
    pairs += [words[place] + words[place + 1]] if place + 1 < len(words) else []
    return [pair for pair in pairs if pair in known]


def _likely(words: list[str]) -> dict[str, list[str]]:
    """Return for each word the words of the vocabulary that one slip makes it, the commonest first."""
    long = [word for word in words if len(word) >= LONG_ENOUGH and not word.isdigit()]
    near = list(Word.objects.near(long).order_by("-cases").values_list("word", flat=True)) if long else []
    return {
        word: [other for other in near if word in long and other != word and one_slip(other, word)][
            :MOST_READINGS
        ]
        for word in words
    }
