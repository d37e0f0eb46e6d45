"""The clock of a case: it stands still while we wait for the citizen."""

from datetime import datetime

from directory.selectors import working_calendar
from feedback import policy
from feedback.models import Case, Deadline, Pause
from feedback.selectors import three_months_from
from portal.kernel import jalali, workdays


def pause(*, case: Case, at: datetime) -> None:
    """Stop the clock of a locked case; nothing changes where it stands already."""
    if not case.pauses.filter(ended_at__isnull=True).exists():
        Pause.objects.create(case=case, began_at=at)


def resume(*, case: Case, at: datetime) -> None:
    """Start the clock of a locked case again; the working days it stood still are added to its deadline."""
    standing = case.pauses.filter(ended_at__isnull=True).first()
    if standing is None:
        return
    standing.ended_at = at
    standing.save(update_fields=["ended_at"])
    calendar = working_calendar(case.unit_id)
    waited = workdays.count(jalali.local(standing.began_at).date(), jalali.local(at).date(), calendar)
    deadlines = list(case.deadlines.all())
    if not waited or not deadlines:
        return
    last = deadlines[-1]
    case.due_on = policy.due_after_pause(case.due_on, three_months_from(deadlines), waited, calendar)
    case.save(update_fields=["due_on"])
    Deadline.objects.create(
        case=case,
        policy=last.policy,
        days=last.days + waited,
        registered_on=last.registered_on,
        due_on=case.due_on,
        reason="pause",
        calendar=calendar.fingerprint,
        set_at=at,
    )
