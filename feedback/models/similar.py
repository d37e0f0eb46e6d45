"""Cases like a given one, of those one may see: by the same sender, or about the same thing. Cheap at any size."""

from dataclasses import dataclass
from functools import reduce
from math import log
from operator import or_

from django.db.models import Q, QuerySet

from feedback.models.case import Case
from feedback.models.words import CaseWords, Word

#: Cases that each list shows.
MOST = 5
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
    """Return those of `cases` (the ones one may see) that are like `case`; four queries whatever their number."""
    others = cases.exclude(pk=case.pk)
    by_sender = _by_sender(case, others)
    return Similar(by_sender, _by_words(case, others.exclude(pk__in=[one.pk for one in by_sender])))


def _by_sender(case: Case, others: QuerySet[Case]) -> list[Case]:
    signs = [Q(**{name: value}) for name in ("phone", "email") if (value := getattr(case, name))]
    if not signs:
        return []
    return list(others.filter(reduce(or_, signs)).order_by("-received_at", "-pk")[:MOST])


def _by_words(case: Case, others: QuerySet[Case]) -> list[Case]:
    own = CaseWords.objects.filter(case=case).values_list("words", flat=True).first() or []
    rare = Word.objects.filter(word__in=own, cases__range=(2, COMMON)).order_by("cases", "word")
    weights = {word: log(2 * COMMON / count) for word, count in rare.values_list("word", "cases")[:ASKED]}
    if len(weights) < SHARED:
        return []
    holding = CaseWords.objects.filter(words__overlap=list(weights)).values("case")
    newest = others.filter(pk__in=holding).select_related("word_row").order_by("-pk")[:COMPARED]
    return _nearest(newest, weights)


def _nearest(cases: QuerySet[Case], weights: dict[str, float]) -> list[Case]:
    """Return the cases that share most, a rare word counting more than a common one; the newest first where equal."""
    scored = [(case, [word for word in case.word_row.words if word in weights]) for case in cases]
    near = [(sum(weights[word] for word in shared), case) for case, shared in scored if len(shared) >= SHARED]
    return [case for _score, case in sorted(near, key=lambda pair: -pair[0])[:MOST]]
