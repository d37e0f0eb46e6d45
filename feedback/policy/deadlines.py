"""When a case is due: counted, paused and extended, never past the ceiling."""

from datetime import date, timedelta

from portal.kernel import workdays

#: Calendar days that no deadline may pass, whatever was paused or extended: three months
#: (Court of Administrative Justice Act, article 16, note 4).
CEILING_DAYS = 90

#: Extensions of a case, each with a reason that its citizen reads.
MOST_EXTENSIONS = 2

#: Working days that may be promised or added at once; the ceiling would cut more.
MOST_DAYS = 60


def ceiling(registered: date) -> date:
    """Return the day that no deadline of a message registered then may pass."""
    return registered + timedelta(days=CEILING_DAYS)


def due_on(registered: date, days: int, calendar: workdays.Calendar) -> date:
    """Return the last day for an answer: `days` working days after registration, never past the ceiling.

    A calendar without working days gives the ceiling: whoever wrote is never turned away for our calendar's sake.
    """
    return min(_later(registered, days, calendar), ceiling(registered))


def due_after_pause(due: date, registered: date, paused: int, calendar: workdays.Calendar) -> date:
    """Return the due date after a pause of `paused` working days, never past the ceiling."""
    later = _later(due, paused, calendar) if paused else due
    return min(later, max(due, ceiling(registered)))


def _later(day: date, days: int, calendar: workdays.Calendar) -> date:
    try:
        return workdays.due(day, days, calendar)
    except workdays.NoWorkingDay:
        return date.max


class ExtensionRefused(Exception):
    """The deadline cannot be extended so; the argument says why: extended twice before ("twice"), past already
    ("late"), or the ceiling of three months in the way ("ceiling")."""


def extended(
    due: date, registered: date, days: int, *, given: int, today: date, calendar: workdays.Calendar
) -> date:
    """Return the due date with `days` working days more, where `given` extensions went before.

    What is late cannot be made on time afterwards. Raises `ExtensionRefused`.
    """
    if given >= MOST_EXTENSIONS:
        raise ExtensionRefused("twice")
    if today > due:
        raise ExtensionRefused("late")
    later = _later(due, days, calendar)
    if later > ceiling(registered):
        raise ExtensionRefused("ceiling")
    return later
