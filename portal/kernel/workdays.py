"""Counting working days in any calendar: weekend, closed days and half days are values given in.

A half day counts half: two of them make one working day (decision 11). All sums are therefore kept in halves.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

DAYS_OF_WEEK = 7
#: What a day is worth, in half working days.
FULL, HALF = 2, 1
#: Days in which no working day need be looked for any longer: ten years, and two weeks for each day counted.
HORIZON, HORIZON_PER_DAY = 3660, 14
_ONE_DAY = timedelta(days=1)


class NoWorkingDay(ValueError):
    """The calendar has no working day left to count: a weekend of seven days, or the end of all dates."""


class DayReason(StrEnum):
    """Why a day counts or does not."""

    REGISTERED = "registered"  # the day of registration itself
    WORKING = "working"
    HALF = "half"  # worked until noon
    WEEKEND = "weekend"
    CLOSED = "closed"  # a holiday or another closure


WORTH = {DayReason.WORKING: FULL, DayReason.HALF: HALF}


class Week(NamedTuple):
    """What a week looks like from a day on: its days off and its half days, as numbers of `date.weekday()`."""

    since: date
    weekend: frozenset[int]
    short_weekdays: frozenset[int]


class ExplainedDay(NamedTuple):
    """One day on the way to a due date, and how many half working days it counts (0, 1 or 2)."""

    day: date
    halves: int
    reason: DayReason


@dataclass(frozen=True)
class Calendar:
    """Which days are worked.

    `weekend` and `short_weekdays` hold numbers of `date.weekday()` (Monday 0 … Thursday 3, Friday 4 … Sunday 6):
    days off and half days of every week. `closed` are the holidays and other closed days, `short` single half days,
    `opened` days worked in full whatever else is said of them. `weeks`, in the order of their days, say from when
    the week looks otherwise. Raises ValueError for a weekday outside 0–6.
    """

    weekend: frozenset[int] = frozenset()
    closed: frozenset[date] = frozenset()
    short_weekdays: frozenset[int] = frozenset()
    short: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()
    weeks: tuple[Week, ...] = ()

    def __post_init__(self) -> None:
        named = self.weekend.union(
            self.short_weekdays, *(week.weekend | week.short_weekdays for week in self.weeks)
        )
        if not named <= frozenset(range(DAYS_OF_WEEK)):
            raise ValueError(f"no days of a week: {sorted(named)}")

    def reason(self, day: date) -> DayReason:
        """Return whether the day is worked, and if not why; a holiday on a weekend is weekend."""
        if day in self.opened:
            return DayReason.WORKING
        weekday, (_since, weekend, short_weekdays) = day.weekday(), self.week_of(day)
        if weekday in weekend:
            return DayReason.WEEKEND
        if day in self.closed:
            return DayReason.CLOSED
        return DayReason.HALF if day in self.short or weekday in short_weekdays else DayReason.WORKING

    def week_of(self, day: date) -> Week:
        """Return what a week looks like on that day."""
        for week in reversed(self.weeks):
            if week.since <= day:
                return week
        return Week(date.min, self.weekend, self.short_weekdays)

    def halves(self, day: date) -> int:
        """Return how many half working days the day counts: 0, 1 or 2."""
        return WORTH.get(self.reason(day), 0)

    def is_working(self, day: date) -> bool:
        """Tell whether the day is worked, if only until noon."""
        return self.halves(day) > 0

    @cached_property
    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits that differ when anything in the calendar does."""
        parts = [_listed(self.weekend), _listed(self.short_weekdays)]
        parts += [_listed(days) for days in (self.closed, self.short, self.opened)]
        for since, weekend, short_weekdays in self.weeks:
            parts += [str(since), _listed(weekend), _listed(short_weekdays)]
        told = "|".join(parts)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def _listed(days: Iterable[int] | Iterable[date]) -> str:
    return ",".join(sorted(str(day) for day in days))


@lru_cache(maxsize=1024)
def due(registered: date, days: int, calendar: Calendar) -> date:
    """Return the last of `days` working days after `registered`, a day that is not counted; for 0, that day.

    More closed days never make it earlier. Raises NoWorkingDay when the calendar has too few working days,
    ValueError when `days` is negative.
    """
    return explain(registered, days, calendar)[-1].day


def count(after: date, until: date, calendar: Calendar) -> int:
    """Return the number of whole working days after `after` up to and with `until`; 0 when `until` is not later.

    So `count(registered, due(registered, days, calendar), calendar)` is `days`.
    """
    if until <= after:
        return 0
    years = sum(_worked(calendar, year)[-1] for year in range(after.year, until.year))
    return (years + _worked_until(calendar, until) - _worked_until(calendar, after)) // FULL


@lru_cache(maxsize=128)
def _worked(calendar: Calendar, year: int) -> tuple[int, ...]:
    """Return the half days worked from the first day of a year (of the Western calendar) up to and with each of it."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return tuple(accumulate(calendar.halves(date.fromordinal(day)) for day in range(first, last + 1)))


def _worked_until(calendar: Calendar, day: date) -> int:
    return _worked(calendar, day.year)[day.timetuple().tm_yday - 1]


class Tally:
    """Counts many spans between two days of one calendar: every day is looked at once, each count is a subtraction.

    `count` gives what the function of that name gives. A day outside `first` … `last` counts as the nearest inside.
    """

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        days = range(first.toordinal(), max(first, last).toordinal() + 1)
        self._first = first.toordinal()
        self._sums = list(accumulate(calendar.halves(date.fromordinal(day)) for day in days))

    def count(self, after: date, until: date) -> int:
        """Return the number of whole working days after `after` up to and with `until`."""
        return max(self._sum(until) - self._sum(after), 0) // FULL

    def _sum(self, day: date) -> int:
        place = day.toordinal() - self._first
        return self._sums[min(max(place, 0), len(self._sums) - 1)]


def explain(registered: date, days: int, calendar: Calendar) -> list[ExplainedDay]:
    """Return every day from `registered` to the due date with whether and why it counts. Raises as `due`."""
    if days < 0:
        raise ValueError(f"{days} working days cannot be counted")
    return [ExplainedDay(registered, 0, DayReason.REGISTERED), *_walk(registered, days, calendar)]


def _walk(start: date, days: int, calendar: Calendar) -> Iterator[ExplainedDay]:
    """Yield the days after `start` until `days` of them were worked."""
    day, left = start, days * FULL
    last = HORIZON + HORIZON_PER_DAY * days
    while left > 0:
        day = _next(day)
        if (day - start).days > last:
            raise NoWorkingDay("the calendar has too few working days")
        reason = calendar.reason(day)
        halves = WORTH.get(reason, 0)
        left -= halves
        yield ExplainedDay(day, halves, reason)


def _next(day: date) -> date:
    if day == date.max:
        raise NoWorkingDay("the calendar ends before enough days are worked")
    return day + _ONE_DAY
