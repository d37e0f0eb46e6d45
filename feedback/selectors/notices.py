"""Figures of notices."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from feedback.enums import OPEN, NoticeState
from feedback.models import Case, Notice


@dataclass(frozen=True)
class NoticeFigures:
    """How notices went: how many in each state, and how many open cases have an address that does not work."""

    counts: list[tuple[str, int]]
    unreachable: int


def notice_figures(notices: QuerySet[Notice], *, since: datetime) -> NoticeFigures:
    """Return the figures of these notices (the ones one may see) since a moment, and of their cases."""
    lately = notices.order_by().filter(created_at__gt=since)
    counts = dict(lately.values_list("state").annotate(Count("pk")))
    broken = Q(phone_failed_at__isnull=False) | Q(email_failed_at__isnull=False)
    unreachable = Case.objects.filter(broken, status__in=OPEN, pk__in=notices.order_by().values("case"))
    return NoticeFigures(
        [(state, counts[state]) for state in NoticeState.values if state in counts], unreachable.count()
    )
