"""Is everybody asked, as the law wants it: visits, offers and answers of every unit in a quarter."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from directory.models import Unit
from surveys import policy, selectors
from surveys.models import Closing, Offer, Questionnaire, VisitCount, VisitSheet


@dataclass(frozen=True)
class Coverage:
    """One unit: whom it received or answered, to how many it offered the survey, and how many answered that."""

    name: str
    visits: int
    offered: int
    answered: int

    @property
    def offered_percent(self) -> int | None:
        return policy.percent(min(1.0, self.offered / self.visits)) if self.visits else None

    @property
    def answered_percent(self) -> int | None:
        return policy.percent(min(1.0, self.answered / self.offered)) if self.offered else None


def coverage(closing: Closing, questionnaire: Questionnaire, units: Iterable[Unit]) -> list[Coverage]:
    """Return the coverage of these units, sorted by name; units without visit, offer and answer are left out.

    Visits are those counted at the counters and the cases that were answered; offers are the codes handed to the
    counters and the link after each answer to a case.
    """
    days = (closing.period.first, closing.period.last)
    cases = _by_unit(Offer.objects.filter(day__range=days).values_list("unit").annotate(Count("pk")))
    counted = _by_unit(VisitCount.objects.filter(day__range=days).values_list("unit").annotate(Sum("count")))
    sheets = VisitSheet.objects.filter(issued_on__range=days, is_void=False).order_by()
    codes = _by_unit(sheets.values_list("unit").annotate(Sum("count")))
    answers = _by_unit(selectors.sums([closing], questionnaire, ["unit"], code="", value="counted"))
    rows = [
        Coverage(
            unit.name,
            visits=counted[unit.pk] + cases[unit.pk],
            offered=codes[unit.pk] + cases[unit.pk],
            answered=answers[unit.pk],
        )
        for unit in units
    ]
    busy = [row for row in rows if row.visits or row.offered or row.answered]
    return sorted(busy, key=lambda row: row.name)


def _by_unit(
    rows: "QuerySet[VisitCount, tuple[int, int]] | Iterable[tuple[int | None, int]]",
) -> Counter[int | None]:
    return Counter(dict(rows))
