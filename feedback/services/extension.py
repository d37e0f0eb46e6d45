"""More time for an answer, with a reason that the citizen reads."""

from datetime import datetime

from django.db import transaction

from directory.models import User
from directory.selectors import working_calendar
from feedback import policy
from feedback.enums import EventKind
from feedback.models import Deadline, Extension
from feedback.selectors import three_months_from
from feedback.services.after import lock_for_work
from feedback.services.change import move, record
from portal.kernel import jalali
from portal.outbox.publish import publish


@transaction.atomic
def extend(
    *, case_id: int, actor: User, days: int, reason: str, at: datetime, version: int | None = None
) -> Deadline:
    """Add working days to the deadline of a case; publish `case.extended`: the citizen is told the day and the reason.

    At most twice a case, only while it is not late, never past three months. Raises `ExtensionRefused`, or what
    `lock_for_work` and the table of ways raise; nothing is changed then.
    """
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    policy.after(case.status, "extend")
    deadlines = list(case.deadlines.all())
    last = deadlines[-1]
    given, calendar = case.extensions.count(), working_calendar(case.unit_id)
    due_on = policy.extended(
        case.due_on,
        three_months_from(deadlines),
        days,
        given=given,
        today=jalali.local(at).date(),
        calendar=calendar,
    )
    extension = Extension.objects.create(
        case=case, number=given + 1, days=days, reason=reason, decided_by=actor, decided_at=at
    )
    move(case, "extend", due_on=due_on)
    deadline = Deadline.objects.create(
        case=case,
        policy=last.policy,
        days=last.days + days,
        registered_on=last.registered_on,
        due_on=due_on,
        reason="extension",
        calendar=calendar.fingerprint,
        set_at=at,
    )
    record(case, EventKind.EXTENDED, at=at, actor=actor, unit=case.unit, reason=reason)
    publish("case.extended", case_id=case.pk, extension_id=extension.pk)
    return deadline
