"""Counting what the home page says of our work."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from directory.selectors import working_calendar
from feedback.enums import OPEN, Status
from feedback.models import Case, Figures
from feedback.selectors import median_days
from portal.kernel import jalali

#: Days that the figures look back.
LOOK_BACK = 90


def count_figures(*, at: datetime) -> Figures:
    """Count the last ninety days, open cases included, and keep the result as the figures of today."""
    today = jalali.local(at).date()
    since = today - timedelta(days=LOOK_BACK)
    # Compared as moments: a case's day would have to be told of every case there ever was.
    cases = Case.objects.filter(received_at__gte=jalali.beginning(since))
    late = Q(due_on__lt=today, status__in=OPEN) | Q(answered_at__date__gt=F("due_on"))
    due = Q(answered_at__isnull=False) | Q(due_on__lt=today)
    counts = cases.aggregate(
        received=Count("pk"),
        due=Count("pk", filter=due),
        late=Count("pk", filter=due & late & ~Q(status=Status.WAITING_CITIZEN)),
    )
    # Read by itself: what pages keep in memory brings the rules along, which a worker does without.
    calendar = working_calendar()
    known = {
        **counts,
        "since": since,
        "median_days": median_days(cases, calendar),
        "overdue_open": Case.objects.overdue(today).count(),
        "counted_at": at,
    }
    return Figures.objects.update_or_create(until=today, defaults=known)[0]
