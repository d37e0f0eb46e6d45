"""Figures of cases: ratings, times to an answer, what the public is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from directory.models import Service
from feedback.enums import OPEN, Score
from feedback.models import Case, Figures, Rating
from feedback.selectors.reference import reference_lately
from portal.kernel import jalali, workdays
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


#: On which day cases were received, on which they were answered, and how many.
Span: TypeAlias = tuple[date, date, int]


def median_days(cases: QuerySet[Case], calendar: workdays.Calendar) -> int:
    """Return the median of working days to an answer."""
    return _median(_spans(cases), calendar)


def _spans(cases: QuerySet[Case]) -> QuerySet[Case, Span]:
    """Return the query for the spans of answered cases; PostgreSQL counts the pairs of days, which are few."""
    answered = cases.filter(answered_at__isnull=False).annotate(
        began=TruncDate("received_at"), ended=TruncDate("answered_at")
    )
    return answered.order_by().values_list("began", "ended").annotate(cases=Count("pk"))


def _median(spans: Iterable[Span], calendar: workdays.Calendar) -> int:
    spread = sorted((workdays.count(began, ended, calendar), cases) for began, ended, cases in spans)
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
    return _spans(Case.objects.filter(pk__in=latest))


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
    spans = ANSWERED_LATELY.values(service=service.pk, since=since)
    cases = sum(count for _began, _ended, count in spans)
    if cases < ENOUGH_MEASURED:
        return None
    return Measured(cases, _median(spans, reference_lately().calendars.of()))
