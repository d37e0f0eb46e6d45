"""Figures of notices, and who is still to be offered the survey."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from feedback.enums import OPEN, NoticeState, NoticeTopic
from feedback.models import Case, Notice
from feedback.policy import SETTLED
from portal.kernel.phones import is_mobile


@dataclass(frozen=True)
class NoticeFigures:
    """How notices went: how many in each state, and how many open cases have an address that does not work."""

    counts: list[tuple[str, int]]
    unreachable: int


def sends_sms() -> bool:
    """Tell whether any SMS is sent here."""
    return bool(settings.SMS_BACKEND != "none")


def is_survey_due(case: Case) -> bool:
    """Tell whether an SMS may offer the survey: the case is answered, no e-mail offers it, and none did so before."""
    has_email = bool(case.email) and case.email_failed_at is None
    has_mobile = case.phone_failed_at is None and is_mobile(case.phone)
    if has_email or not has_mobile or case.status not in SETTLED:
        return False
    return not Notice.objects.filter(case=case, topic=NoticeTopic.SURVEY).exists()


def notice_figures(notices: QuerySet[Notice], *, since: datetime) -> NoticeFigures:
    """Return the figures of these notices (the ones one may see) since a moment, and of their cases."""
    lately = notices.order_by().filter(created_at__gt=since)
    counts = dict(lately.values_list("state").annotate(Count("pk")))
    broken = Q(phone_failed_at__isnull=False) | Q(email_failed_at__isnull=False)
    unreachable = Case.objects.filter(broken, status__in=OPEN, pk__in=notices.order_by().values("case"))
    return NoticeFigures(
        [(state, counts[state]) for state in NoticeState.values if state in counts], unreachable.count()
    )
