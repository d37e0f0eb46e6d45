"""Counting open deadlines again after the calendar changed: only when somebody says so, and never in silence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from directory.models import User
from directory.selectors import Calendars
from feedback import policy
from feedback.enums import EventKind, Side
from feedback.models import Case, Deadline
from feedback.selectors import promise_in_force, three_months_from
from feedback.services.change import lock, record
from portal.kernel import jalali, workdays
from portal.kernel.workdays import Calendar
from portal.outbox.publish import publish

#: Cases read at once.
BATCH = 1_000
#: Cases of one part: their locks are held to its end, and whoever opens one of them waits so long.
PART = 100


@dataclass(frozen=True)
class Move:
    """An open case whose last day is another one by the calendar of today."""

    case_id: int
    unit: str
    is_confidential: bool
    before: date
    after: date


def preview_recount() -> list[Move]:
    """Return what counting again would change; nothing is written."""
    return list(_moves(Calendars(), Case.objects.open()))


def ask_recount(*, actor: User) -> None:
    """Let the worker count again, in the name of `actor`; publish `deadlines.recount_asked`."""
    with transaction.atomic():
        publish("deadlines.recount_asked", actor_id=actor.pk, after=0)


@transaction.atomic
def recount_part(*, after: int, actor: User, at: datetime, size: int = PART) -> None:
    """Count the next open deadlines again, those of cases behind number `after`, and publish the part that follows.

    What came between the parts, a case or another calendar, is counted by the calendar of its part.
    """
    cases = Case.objects.open()
    ids = list(cases.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])
    calendars = Calendars()
    for move in list(_moves(calendars, cases.filter(pk__in=ids))):
        _recount(move.case_id, calendars, at, actor)
    if len(ids) == size:
        publish("deadlines.recount_asked", actor_id=actor.pk, after=ids[-1])


def recount_deadlines(*, at: datetime, actor: User | None = None) -> int:
    """Count every open deadline again with the calendar of today, while somebody waits; return how many moved.

    Each moved case gets a new deadline row and an event in its record; its citizen sees the new day. Each is a
    transaction of its own, so that a run that was cut short goes on where it ended.
    """
    calendars = Calendars()
    moves = _moves(calendars, Case.objects.open())
    return sum(_recount(move.case_id, calendars, at, actor) for move in list(moves))


def _moves(calendars: Calendars, cases: QuerySet[Case]) -> Iterator[Move]:
    cases = cases.select_related("unit").order_by("pk")
    for case in cases.prefetch_related("deadlines", "pauses", "extensions").iterator(chunk_size=BATCH):
        counted = _counted(case, calendars.of(case.unit_id))
        if counted is not None and counted[1] != case.due_on:
            yield Move(case.pk, case.unit.name, case.is_confidential, case.due_on, counted[1])


def _counted(case: Case, calendar: Calendar) -> tuple[int, date] | None:
    """Return the working days of a case, waited and added ones included, and the last of them; None without a promise.

    Days are added to the promise in force.
    """
    deadlines = list(case.deadlines.all())
    if not deadlines:
        return None
    first = promise_in_force(deadlines)
    days = first.days
    for pause in case.pauses.all():
        if pause.ended_at and pause.ended_at > first.set_at:
            days += workdays.count(
                jalali.local(pause.began_at).date(), jalali.local(pause.ended_at).date(), calendar
            )
    days += sum(one.days for one in case.extensions.all() if one.decided_at >= first.set_at)
    ceiling = policy.ceiling(three_months_from(deadlines))
    return days, min(policy.due_on(first.registered_on, days, calendar), ceiling)


@transaction.atomic
def _recount(case_id: int, calendars: Calendars, at: datetime, actor: User | None) -> bool:
    case = lock(case_id=case_id)
    calendar = calendars.of(case.unit_id)
    counted = _counted(case, calendar)
    if counted is None or not case.is_open or counted[1] == case.due_on:
        return False
    last = case.deadlines.latest("set_at", "id")
    case.due_on = counted[1]
    case.save(update_fields=["due_on"])
    Deadline.objects.create(
        case=case,
        policy=last.policy,
        days=counted[0],
        registered_on=last.registered_on,
        due_on=case.due_on,
        reason="calendar",
        calendar=calendar.fingerprint,
        set_at=at,
    )
    side = None if actor else Side.SYSTEM
    record(case, EventKind.RECOUNTED, at=at, actor=actor, side=side, unit=case.unit)
    return True
