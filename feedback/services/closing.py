"""The end of a case: answered, and quiet for as long as its citizen may ask for a review."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from feedback.enums import EventKind, Side
from feedback.models import Case, CaseEvent
from feedback.models.case import SETTLING
from feedback.policy import REVIEW_DAYS
from feedback.services.change import move, record


@transaction.atomic
def close_settled(*, at: datetime, size: int) -> int:
    """Close so many answered cases in which nothing happened since a review could have been asked for.

    Returns how many these were. Nobody loses anything by it: the citizen may write on, and is answered. Cases that
    somebody is just changing are left for the next time.
    """
    limit = at - timedelta(days=REVIEW_DAYS)
    lately = CaseEvent.objects.filter(case=OuterRef("pk"), at__gt=limit)
    settled = Case.objects.filter(~Exists(lately), SETTLING, answered_at__lte=limit).order_by("answered_at")
    cases = list(settled.select_for_update(skip_locked=True, no_key=True)[:size])
    for case in cases:
        move(case, "close")
        record(case, EventKind.CLOSED, at=at, side=Side.SYSTEM)
    return len(cases)
