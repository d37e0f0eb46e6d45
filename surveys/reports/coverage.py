"""Is everybody asked, as the law wants it: visits, offers and answers of every unit in a quarter."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Sum, Value
from django.utils.translation import gettext as _

from directory.models import Unit
from portal.templatetags.persian import fa_digits
from surveys import policy, selectors
from surveys.models import Closing, Offer, Questionnaire, VisitCount, VisitSheet
from surveys.reports.places import Figure


@dataclass(frozen=True)
class Coverage:
    """One unit: whom it received or answered, to how many it offered the survey, and how many answered that.

    `answered` is None where the rule hides it.
    """

    name: str
    visits: int
    offered: int
    answered: int | None

    @property
    def offer_rate(self) -> Figure | None:
        """The share of visits with an offer; codes that lie at the counter make it no larger than the whole."""
        return Figure(min(self.offered, self.visits), self.visits) if self.visits else None

    @property
    def answer_rate(self) -> Figure | None:
        """The share of offers with an answer."""
        if self.answered is None or not self.offered:
            return None
        return Figure(min(self.answered, self.offered), self.offered)

    @property
    def words(self) -> str:
        """The row in words, for a file."""
        nothing = "–"
        return _("%(visits)s visits; offered %(offered)s: %(offers)s; answered %(answered)s: %(answers)s") % {
            "visits": fa_digits(self.visits),
            "offered": fa_digits(self.offered),
            "offers": self.offer_rate.words if self.offer_rate else nothing,
            "answered": nothing if self.answered is None else fa_digits(self.answered),
            "answers": self.answer_rate.words if self.answer_rate else nothing,
        }


def coverage(closing: Closing, questionnaire: Questionnaire, units: Iterable[Unit]) -> list[Coverage]:
    """Return the coverage of these units, sorted by name; units without visit, offer and answer are left out.

    Visits are those counted at the counters and the cases that were answered; offers are the codes handed to the
    counters and the code or link beside each answer to a case.
    """
    cases, counted, codes = _counted(closing)
    answers = _by_unit(selectors.sums([closing], questionnaire, ["unit"], code="", value="counted"))
    visible = policy.parted(sum(answers.values()), answers)
    rows = [
        Coverage(
            unit.name,
            visits=counted[unit.pk] + cases[unit.pk],
            offered=codes[unit.pk] + cases[unit.pk],
            answered=answers[unit.pk] if unit.pk in visible else None,
        )
        for unit in units
    ]
    busy = [row for row in rows if row.visits or row.offered or row.answered is not None]
    return sorted(busy, key=lambda row: row.name)


def _counted(closing: Closing) -> tuple[Counter[int | None], ...]:
    """Return by unit the answered cases, the visits counted and the codes handed out; in one query."""
    days = (closing.period.first, closing.period.last)
    parts: tuple[QuerySet[Any, Any], ...] = (
        _part(0, Offer.objects.filter(day__range=days), Count("pk")),
        _part(1, VisitCount.objects.filter(day__range=days), Sum("count")),
        _part(
            2, VisitSheet.objects.filter(issued_on__range=days, is_void=False, of_cases=False), Sum("count")
        ),
    )
    found: tuple[Counter[int | None], ...] = (Counter(), Counter(), Counter())
    for place, unit, count in parts[0].union(*parts[1:], all=True):
        found[place][unit] += count
    return found


def _part(place: int, rows: QuerySet[Any], count: Count | Sum) -> QuerySet[Any, Any]:
    named = rows.order_by().annotate(part=Value(place, output_field=IntegerField()))
    return named.values_list("part", "unit").annotate(total=count)


def _by_unit(rows: Iterable[tuple[int | None, int]]) -> Counter[int | None]:
    return Counter(dict(rows))
