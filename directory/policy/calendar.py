"""Pure rules of the working calendar."""

from datetime import date, timedelta

from portal.kernel import workdays
from portal.kernel.workdays import Calendar

#: A calendar must let 30 working days pass within a year, or no promise could be kept.
WORK_WITHIN = (30, timedelta(days=365))


def leaves_work(calendar: Calendar, on: date) -> bool:
    """Tell whether a calendar leaves enough days to work after a date."""
    days, span = WORK_WITHIN
    try:
        return workdays.due(on, days, calendar) <= on + span
    except workdays.NoWorkingDay:
        return False
