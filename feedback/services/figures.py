"""Counting what the home page says of our work."""

from datetime import datetime, timedelta

from django.db.models import Count, Q

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
    late = Q(due_on__lt=today, status__in=OPEN) | Q(answered_late=True)
    due = Q(answered_at__isnull=False) | Q(due_on__lt=today)
    counts = cases.aggregate(
        received=Count("pk"),
        due=Count("pk", filter=due),
        late=Count("pk", filter=due & late & ~Q(status=Status.WAITING_CITIZEN)),
    )
    known = {
        **counts,
        "since": since,
        "median_days": median_days(cases),
        "overdue_open": Case.objects.overdue(today).count(),
        "counted_at": at,
    }
    return Figures.objects.update_or_create(until=today, defaults=known)[0]
