"""How far a case is on its way to the deadline, and how its due date was counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from directory.enums import DayWork
from directory.models import ClosedDay
from directory.selectors import Calendars, working_calendar
from feedback import policy
from feedback.enums import Status
from feedback.models import Case, CaseEvent, Deadline
from feedback.selectors.reference import reference_lately
from portal.kernel import jalali, workdays
from portal.rows import Given, Prepared

DEADLINES = Prepared(lambda: Deadline.objects.filter(case=Given("case")))


@dataclass(frozen=True)
class Clock:
    """How far a case is on its way to the deadline, in working days."""

    days: int
    passed: int
    due_on: date
    is_late: bool
    is_standing: bool

    @property
    def left(self) -> int:
        return max(self.days - self.passed, 0)


def clock(case: Case, today: date, calendars: Calendars, since: datetime | None = None) -> Clock:
    """Return how many working days were promised and how many have passed, until the answer or today.

    `since` is when the clock began, if not when the message arrived: when a review was asked for.
    """
    calendar = calendars.of(case.unit_id)
    registered = jalali.local(since or case.received_at).date()
    until = jalali.local(case.answered_at).date() if case.answered_at and not case.is_open else today
    return Clock(
        days=workdays.count(registered, case.due_on, calendar),
        passed=workdays.count(registered, until, calendar),
        due_on=case.due_on,
        is_late=until > case.due_on and case.status != Status.WAITING_CITIZEN,
        is_standing=case.status == Status.WAITING_CITIZEN,
    )


def weekend(on: date, unit: int | None = None) -> list[int]:
    """Return the days of the week that are off, in the order of the Iranian week (Monday = 0)."""
    return _in_order(reference_lately().calendars.of(unit).week_of(on).weekend)


def _in_order(weekdays: Iterable[int]) -> list[int]:
    return sorted(weekdays, key=lambda day: (day + 2) % workdays.DAYS_OF_WEEK)


def deadline_of(case: Case, event: CaseEvent) -> Deadline | None:
    """Return the deadline that was set together with an event."""
    return case.deadlines.filter(set_at=event.at).last()


@dataclass(frozen=True)
class Counting:
    """How a due date came about: working days promised, perhaps in a case joined with this one, days added while the
    clock stood still or with a reason, the days of the week and the special days that do not count or count half."""

    days: int
    waited: int
    extended: int
    registered_on: date
    due_on: date
    weekend: list[int]
    short_weekdays: list[int]
    closed: list[ClosedDay]
    short: list[ClosedDay]
    is_joined: bool
    is_at_ceiling: bool


def promise_in_force(deadlines: Sequence[Deadline]) -> Deadline:
    """Return the last of a case's deadlines that began a promise: a review has one of its own, even on the same day."""
    return next(one for one in reversed(deadlines) if one.begins_promise)


def three_months_from(deadlines: Sequence[Deadline]) -> date:
    """Return the day from which the ceiling of a case's deadlines counts: where cases were joined, the earlier one."""
    own = [place for place, one in enumerate(deadlines) if one.begins_promise and one.reason != "merge"]
    return min(one.registered_on for one in deadlines[own[-1] :])


def counting(case: Case, calendars: Calendars | None = None) -> Counting | None:
    """Return how the due date in force was counted; special days that change nothing are not named.

    `calendars` are those the page has read already.
    """
    deadlines = DEADLINES.rows(case=case.pk)
    if not deadlines:
        return None
    first, last = promise_in_force(deadlines), deadlines[-1]
    moved = case.extensions.all() if any(one.reason == "extension" for one in deadlines) else ()
    extended = sum(one.days for one in moved if one.decided_at >= first.set_at)
    calendars = calendars or reference_lately().calendars
    week = calendars.of(case.unit_id).week_of(last.due_on)
    special = calendars.special_days(case.unit_id, last.registered_on, last.due_on)
    worked = [day for day in special if day.day.weekday() not in week.weekend]
    return Counting(
        days=first.days,
        waited=max(last.days - first.days - extended, 0),
        extended=extended,
        registered_on=last.registered_on,
        due_on=last.due_on,
        weekend=_in_order(week.weekend),
        short_weekdays=sorted(week.short_weekdays),
        closed=[day for day in worked if day.work == DayWork.NONE],
        short=[day for day in worked if day.work == DayWork.HALF],
        is_joined=first.reason == "merge",
        is_at_ceiling=last.due_on == policy.ceiling(three_months_from(deadlines)),
    )


@dataclass(frozen=True)
class CountedDay:
    """One day on the way to a due date: whether and why it counts, its name if it is special, and the sum so far."""

    day: date
    halves: int
    reason: workdays.DayReason
    title: str
    passed: float
    is_paused: bool


def day_by_day(case: Case) -> list[CountedDay]:
    """Return every day from the registration to the due date in force, by the calendar of today."""
    last = case.deadlines.last()
    if last is None:
        return []
    calendars = Calendars()
    calendar = calendars.of(case.unit_id)
    special = calendars.special_days(case.unit_id, last.registered_on, last.due_on)
    titles = {day.day: day.title_fa for day in special}
    pauses = [
        (jalali.local(one.began_at).date(), _until(one.ended_at, case.due_on)) for one in case.pauses.all()
    ]
    days, halves = [CountedDay(last.registered_on, 0, workdays.DayReason.REGISTERED, "", 0, False)], 0
    for passed in range(1, (case.due_on - last.registered_on).days + 1):
        day = last.registered_on + timedelta(days=passed)
        halves += calendar.halves(day)
        is_paused = any(began < day <= ended for began, ended in pauses)
        reason = calendar.reason(day)
        days.append(
            CountedDay(
                day, calendar.halves(day), reason, titles.get(day, ""), halves / workdays.FULL, is_paused
            )
        )
    return days


def is_calendar_older(case: Case) -> bool:
    """Tell whether the calendar changed since the deadline in force was set."""
    last = case.deadlines.last()
    return last is not None and last.calendar not in ("", working_calendar(case.unit_id).fingerprint)


def _until(ended_at: datetime | None, due_on: date) -> date:
    return jalali.local(ended_at).date() if ended_at else due_on
