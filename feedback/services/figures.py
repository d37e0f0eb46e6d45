"""Counting what the home page says of our work."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from directory.selectors import working_calendar
from feedback.enums import OPEN, Status
from feedback.models import Case, Figures
from portal.kernel import jalali, workdays

#: Days that the figures look back.
LOOK_BACK = 90


def count_figures(*, at: datetime) -> Figures:
    """Count the last ninety days, open cases included, and keep the result as the figures of today."""
    today = jalali.local(at).date()
    since = today - timedelta(days=LOOK_BACK)
    cases = Case.objects.filter(received_at__date__gte=since)
    late = Q(due_on__lt=today, status__in=OPEN) | Q(answered_at__date__gt=F("due_on"))
    due = Q(answered_at__isnull=False) | Q(due_on__lt=today)
    counts = cases.aggregate(
        received=Count("pk"),
        due=Count("pk", filter=due),
        late=Count("pk", filter=due & late & ~Q(status=Status.WAITING_CITIZEN)),
    )
    known = {
        **counts,
        "since": since,
        "median_days": _median_days(cases),
        "overdue_open": Case.objects.overdue(today).count(),
        "counted_at": at,
    }
    return Figures.objects.update_or_create(until=today, defaults=known)[0]


def _median_days(cases: QuerySet[Case]) -> int:
    """Return the median of working days to an answer; PostgreSQL counts the pairs of days, which are few."""
    answered = cases.filter(answered_at__isnull=False).annotate(
        began=TruncDate("received_at"), ended=TruncDate("answered_at")
    )
    calendar = working_calendar()
    pairs = answered.order_by().values_list("began", "ended").annotate(cases=Count("pk"))
    spread = sorted((workdays.count(began, ended, calendar), cases) for began, ended, cases in pairs)
    left = sum(cases for _days, cases in spread) // 2
    for days, cases_of_days in spread:
        left -= cases_of_days
        if left < 0:
            return days
    return 0
