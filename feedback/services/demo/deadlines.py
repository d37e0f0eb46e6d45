"""What the demonstration shows of deadlines: an absence, an extension, a step of the ladder."""

from datetime import datetime, timedelta

from directory.models import Absence, User
from directory.selectors import working_calendar
from feedback.enums import Status
from feedback.models import Case, EscalationStep
from feedback.policy import ExtensionRefused
from feedback.services.escalation import escalate
from feedback.services.extension import extend
from portal.kernel import jalali, workdays

REASON = "برای پاسخ درست به استعلام از اداره‌ای دیگر نیاز است و جواب آن هنوز نرسیده است."
#: How many extensions, and how many working days each.
EXTENSIONS, DAYS = 2, 5


def seed_demo_deadlines(now: datetime) -> None:
    """Let an officer be away, extend some deadlines and climb the ladder once; nothing where that was done before."""
    if EscalationStep.objects.exists():
        return
    today = jalali.local(now).date()
    officer = User.objects.filter(username="bud.officer").first()
    deputy = User.objects.filter(username="bud.head").first()
    if officer and not officer.absences.exists():
        Absence.objects.create(user=officer, deputy=deputy, from_on=today, until_on=today + timedelta(days=7))
    cases = Case.objects.filter(status=Status.IN_PROGRESS, due_on__gte=today).exclude(assigned_to=None)
    for case in cases.order_by("due_on", "pk")[:EXTENSIONS]:
        _extend(case, now)
    escalate(at=_office_hour(now))


def _extend(case: Case, now: datetime) -> None:
    actor: User | None = case.assigned_to
    if actor is None:
        return
    try:
        extend(case_id=case.pk, actor=actor, days=DAYS, reason=REASON, at=now)
    except ExtensionRefused:
        return


def _office_hour(now: datetime) -> datetime:
    """Return ten in the morning of the last working day that has begun."""
    calendar, day = working_calendar(), jalali.local(now)
    while calendar.halves(day.date()) != workdays.FULL or day.hour < 10:
        day = (day - timedelta(days=1)).replace(hour=10)
    return day.replace(hour=10, minute=0)
