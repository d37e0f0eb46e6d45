"""Cases like a given one, of those one may see: by the same sender, or about the same thing. Cheap at any size."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from math import log
from operator import or_

from django.db.models import Q, QuerySet

from directory.selectors import UNIT
from feedback.models.case import Case
from feedback.models.words import CaseWords, Word

#: Cases that each list shows.
MOST = 5
#: What is shown of each.
SHOWN = ("number", "kind", "status", "subject", "received_at", *(f"unit__{name}" for name in UNIT))
#: A word that stands in more cases than these says little of what a case is about.
COMMON = 500
#: Rare words of a case by which others are looked for, and how many of them another case must share.
ASKED, SHARED = 8, 2
#: The newest cases that are compared.
COMPARED = 300


@dataclass(frozen=True)
class Similar:
    """Other cases of the same sender, and cases that share rare words; none stands in both."""

    by_sender: list[Case]
    by_words: list[Case]

    @property
    def has_any(self) -> bool:
        return bool(self.by_sender or self.by_words)


def similar_to(case: Case, cases: QuerySet[Case]) -> Similar:
    """Return those of `cases` (the ones one may see) that are like `case`; five queries whatever their number."""
    others = cases.exclude(pk=case.pk)
    by_sender = _by_sender(case, others)
    by_words = _by_words(case, others.exclude(pk__in=by_sender))
    shown = Case.objects.filter(pk__in=[*by_sender, *by_words]).select_related("unit").only(*SHOWN)
    found = {one.pk: one for one in shown}
    return Similar([found[pk] for pk in by_sender], [found[pk] for pk in by_words])


def _by_sender(case: Case, others: QuerySet[Case]) -> list[int]:
    signs = [Q(**{name: value}) for name in ("phone", "email") if (value := getattr(case, name))]
    if not signs:
        return []
    newest = others.filter(reduce(or_, signs)).order_by("-received_at", "-pk")
    return list(newest.values_list("pk", flat=True)[:MOST])


def _by_words(case: Case, others: QuerySet[Case]) -> list[int]:
    own = CaseWords.objects.filter(case=case).values_list("words", flat=True).first() or []
    rare = Word.objects.filter(word__in=own, cases__range=(2, COMMON)).order_by("cases", "word")
    weights = {word: log(2 * COMMON / count) for word, count in rare.values_list("word", "cases")[:ASKED]}
    if len(weights) < SHARED:
        return []
    holding = CaseWords.objects.filter(words__overlap=list(weights)).values("case")
    newest = others.filter(pk__in=holding).order_by("-pk").values_list("pk", "word_row__words")[:COMPARED]
    return _nearest(newest, weights)


def _nearest(cases: Iterable[tuple[int, list[str]]], weights: dict[str, float]) -> list[int]:
    """Return the cases that share most, a rare word counting more than a common one; the newest first where equal."""
    scored = [(pk, [word for word in words if word in weights]) for pk, words in cases]
    near = [(sum(weights[word] for word in shared), pk) for pk, shared in scored if len(shared) >= SHARED]
    return [pk for _score, pk in sorted(near, key=lambda pair: -pair[0])[:MOST]]
