"""Keeping and erasing: which cases, how long ago, and what stands in the place of their texts."""

from datetime import date, timedelta

from feedback.enums import Status

#: Statuses of cases in which nothing is owed any more; only these are ever erased.
SETTLED = (Status.ANSWERED, Status.CLOSED, Status.REFERRED_OUT)

#: What stands in the place of a text that was erased.
ERASED = "—"


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier; the last day of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
