"""The clock of a case: it stands still while we wait for the citizen, and ends with the answer."""

from datetime import datetime
from typing import TypedDict

from django.db import transaction

from directory.selectors import Calendars, working_calendar
from feedback import policy
from feedback.models import Case, Deadline, Pause
from feedback.models.case import UNTOLD
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


class TimeTaken(TypedDict):
    """Working days from the day a case came in to that of its answer, and whether that was after the last day."""

    answered_in: int
    answered_late: bool


def time_taken(case: Case, at: datetime, calendar: workdays.Calendar) -> TimeTaken:
    """Return what an answer at that moment took; the days on which we waited for the citizen count, as he felt them."""
    received, answered = jalali.local(case.received_at).date(), jalali.local(at).date()
    return {
        "answered_in": workdays.count(received, answered, calendar),
        "answered_late": answered > case.due_on,
    }


@transaction.atomic
def tell_times(*, size: int) -> int:
    """Keep what so many answers took that a release gave which did not keep it yet; return how many these were.

    Cases that somebody is just changing are left for the next time.
    """
    untold = Case.objects.filter(UNTOLD).order_by("pk").select_for_update(skip_locked=True)
    cases, calendars = list(untold[:size]), Calendars()
    for case in cases:
        if at := case.answered_at:
            took = time_taken(case, at, calendars.of(case.unit_id))
            case.answered_in, case.answered_late = took["answered_in"], took["answered_late"]
    Case.objects.bulk_update(cases, ["answered_in", "answered_late"])
    return len(cases)
