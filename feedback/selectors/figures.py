"""Figures of cases: ratings, times to an answer, what the public is shown."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from directory.models import Service
from feedback.enums import OPEN, Score
from feedback.models import Case, Figures, Rating
from portal.kernel import jalali
from portal.rows import Given, Prepared


@dataclass(frozen=True)
class RatingFigures:
    """How answers were rated: how many said what, the best first, and the share of the satisfied."""

    total: int
    counts: list[tuple[str, int]]
    satisfied_percent: int


def rating_figures(ratings: QuerySet[Rating]) -> RatingFigures:
    """Count ratings by what they say; the caller has narrowed them to what may be seen."""
    found = dict(ratings.order_by().values_list("score").annotate(count=Count("pk")))
    total = sum(found.values())
    satisfied = found.get(Score.SATISFIED, 0) + found.get(Score.VERY_SATISFIED, 0)
    return RatingFigures(
        total=total,
        counts=[(str(score.label), found.get(score, 0)) for score in Score],
        satisfied_percent=round(100 * satisfied / total) if total else 0,
    )


def median_days(cases: QuerySet[Case]) -> int:
    """Return the median of working days to an answer."""
    return _median(list(_days(cases)))


def _days(cases: QuerySet[Case]) -> QuerySet[Case, tuple[int, int]]:
    """Return the query for working days to an answer, each with the number of cases that took so many."""
    answered = cases.filter(answered_in__isnull=False).order_by("answered_in")
    return answered.values_list("answered_in").annotate(cases=Count("pk"))


def _median(spread: Collection[tuple[int, int]]) -> int:
    left = sum(cases for _days, cases in spread) // 2
    for days, cases in spread:
        left -= cases
        if left < 0:
            return days
    return 0


#: The newest figures.
FIGURES = Prepared(lambda: Figures.objects.all()[:1])
#: Fewer messages than this say nothing; figures older than some days are not shown.
FEWEST, STALE_DAYS = 10, 3


def public_figures() -> Figures | None:
    """Return the figures of the last ninety days, or None where fewer than ten messages came (too few to tell)."""
    figures = FIGURES.first()
    if figures is None or figures.received < FEWEST or not figures.due:
        return None
    today = jalali.local(timezone.now()).date()
    return figures if today - figures.until <= timedelta(days=STALE_DAYS) else None


#: Answered cases from which on a measured time is shown, and those it is taken from at most, the latest.
ENOUGH_MEASURED, MOST_MEASURED = 10, 1000


def _answered_lately() -> QuerySet[Case, Any]:
    """Return the query for the latest answered cases of a service since a day, without reports of misconduct."""
    latest = (
        Case.objects.filter(service=Given("service"), is_confidential=False, answered_at__gte=Given("since"))
        .exclude(status__in=OPEN)
        .order_by("-answered_at")
        .values("pk")[:MOST_MEASURED]
    )
    return _days(Case.objects.filter(pk__in=latest))


ANSWERED_LATELY = Prepared(_answered_lately)


@dataclass(frozen=True)
class Measured:
    """How long the answers about a service really took: the median of working days, of how many cases."""

    cases: int
    median_days: int


def measured_time(service: Service) -> Measured | None:
    """Return what was measured over the last twelve months, or None where fewer than ten cases were answered.

    Every answered case counts but reports of misconduct, of which nobody is to learn that they exist; the days on
    which we waited for the citizen count too, as the citizen felt them.
    """
    since = jalali.local(timezone.now()) - timedelta(days=365)
    spread = ANSWERED_LATELY.values(service=service.pk, since=since)
    cases = sum(count for _days, count in spread)
    return Measured(cases, _median(spread)) if cases >= ENOUGH_MEASURED else None
