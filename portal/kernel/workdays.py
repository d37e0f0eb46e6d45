"""Counting working days in any calendar: the weekend and the closed days are values given in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

DAYS_OF_WEEK = 7
_ONE_DAY = timedelta(days=1)


class NoWorkingDay(ValueError):
    """The calendar has no working day left to count: a weekend of seven days, or the end of all dates."""


class DayReason(StrEnum):
    """Why a day counts or does not."""

    REGISTERED = "registered"  # the day of registration itself
    WORKING = "working"
    WEEKEND = "weekend"
    CLOSED = "closed"  # a holiday or another closure


class ExplainedDay(NamedTuple):
    """One day on the way to a due date."""

    day: date
    counted: bool
    reason: DayReason


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked.

    `weekend` holds numbers of `date.weekday()` (Monday 0 … Thursday 3, Friday 4 … Sunday 6), `closed` the
    holidays and other closed days. Raises ValueError for a weekday outside 0–6.
    """

    weekend: frozenset[int] = frozenset()
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekend <= frozenset(range(DAYS_OF_WEEK)):
            raise ValueError(f"no days of a week: {sorted(self.weekend)}")

    def reason(self, day: date) -> DayReason:
        """Return whether the day is worked, and if not why; a holiday on a weekend is weekend."""
        if day.weekday() in self.weekend:
            return DayReason.WEEKEND
        return DayReason.CLOSED if day in self.closed else DayReason.WORKING

    def is_working(self, day: date) -> bool:
        """Tell whether the day is worked."""
        return day.weekday() not in self.weekend and day not in self.closed


def due(registered: date, days: int, calendar: Calendar) -> date:
    """Return the last of `days` working days after `registered`, a day that is not counted; for 0, that day.

    More closed days never make it earlier. Raises NoWorkingDay when the calendar has too few working days,
    ValueError when `days` is negative.
    """
    return explain(registered, days, calendar)[-1].day


def count(after: date, until: date, calendar: Calendar) -> int:
    """Return the number of working days after `after` up to and with `until`; 0 when `until` is not later.

    So `count(registered, due(registered, days, calendar), calendar)` is `days`.
    """
    span = (until - after).days
    return sum(calendar.is_working(after + timedelta(days=passed)) for passed in range(1, span + 1))


def explain(registered: date, days: int, calendar: Calendar) -> list[ExplainedDay]:
    """Return every day from `registered` to the due date with whether and why it counts. Raises as `due`."""
    if days < 0:
        raise ValueError(f"{days} working days cannot be counted")
    return [ExplainedDay(registered, False, DayReason.REGISTERED), *_walk(registered, days, calendar)]


def _walk(start: date, days: int, calendar: Calendar) -> Iterator[ExplainedDay]:
    """Yield the days after `start` until `days` of them were worked."""
    if days and len(calendar.weekend) == DAYS_OF_WEEK:
        raise NoWorkingDay("every day of the week is weekend")
    day, left = start, days
    while left:
        day = _next(day)
        reason = calendar.reason(day)
        counted = reason is DayReason.WORKING
        left -= counted
        yield ExplainedDay(day, counted, reason)


def _next(day: date) -> date:
    if day == date.max:
        raise NoWorkingDay("the calendar ends before enough days are worked")
    return day + _ONE_DAY
