"""The working calendar of all, and of each unit that has days of its own; and who is away."""

from collections.abc import Iterable
from datetime import date

from django.utils.functional import cached_property

from directory.enums import DayWork
from directory.models import Absence, ClosedDay, User, WeekdayRule
from portal.kernel.workdays import DAYS_OF_WEEK, Calendar, Week

#: A special day as read: its unit (None for all), the day, how it is worked.
Special = tuple[int | None, date, str]
#: A rule of the week as read: its unit, the weekday, how it is worked, from when.
Rule = tuple[int | None, int, str, date]


class Calendars:
    """Every calendar of the organization, read at once: two queries however many units are asked for."""

    def __init__(self) -> None:
        self._known: dict[int | None, Calendar] = {}

    @cached_property
    def _days(self) -> list[ClosedDay]:
        return list(ClosedDay.objects.filter(is_active=True))

    @cached_property
    def _special(self) -> list[Special]:
        return [(day.unit_id, day.day, day.work) for day in self._days]

    @cached_property
    def _rules(self) -> list[Rule]:
        return list(WeekdayRule.objects.values_list("unit_id", "weekday", "work", "valid_from"))

    @cached_property
    def _with_own(self) -> frozenset[int | None]:
        special, rules = {row[0] for row in self._special}, {row[0] for row in self._rules}
        return frozenset(special | rules)

    def of(self, unit: int | None = None) -> Calendar:
        """Return the calendar of a unit, by primary key; units without days of their own share the general one."""
        key = unit if unit in self._with_own else None
        if key not in self._known:
            self._known[key] = calendar_of(self._special, self._rules, unit=key)
        return self._known[key]

    def special_days(self, unit: int, after: date, until: date) -> list[ClosedDay]:
        """Return the special days in force of a unit after one day up to another, its own before those of all."""
        rows = [day for day in self._days if day.unit_id in (None, unit) and after < day.day <= until]
        named = {row.day: row for row in sorted(rows, key=lambda row: row.unit_id is not None)}
        return [named[day] for day in sorted(named)]


def calendar_of(special: Iterable[Special], rules: Iterable[Rule], *, unit: int | None) -> Calendar:
    """Build a calendar of rows: those of the unit come before those of all."""
    worked = _days_of(special, None) | _days_of(special, unit)
    return Calendar(
        closed=_with(worked, DayWork.NONE),
        short=_with(worked, DayWork.HALF),
        opened=_with(worked, DayWork.FULL),
        weeks=_weeks(list(rules), unit),
    )


def _days_of(special: Iterable[Special], unit: int | None) -> dict[date, str]:
    return {day: work for owner, day, work in special if owner == unit}


def _with(worked: dict[date, str], work: DayWork) -> frozenset[date]:
    return frozenset(day for day, how in worked.items() if how == work)


def _weeks(rules: list[Rule], unit: int | None) -> tuple[Week, ...]:
    """Return what the week looks like from each day on which something about it changes."""
    rules = [rule for rule in rules if rule[0] in (None, unit)]
    return tuple(_week(rules, unit, since) for since in sorted({since for *_rest, since in rules}))


def _week(rules: list[Rule], unit: int | None, on: date) -> Week:
    worked = {weekday: _worked(rules, unit, weekday, on) for weekday in range(DAYS_OF_WEEK)}
    return Week(
        since=on,
        weekend=frozenset(day for day, work in worked.items() if work == DayWork.NONE),
        short_weekdays=frozenset(day for day, work in worked.items() if work == DayWork.HALF),
    )


def _worked(rules: list[Rule], unit: int | None, weekday: int, on: date) -> str:
    """Return how a weekday is worked on a date: by the unit's newest rule in force, else by that of all."""
    valid = [(since, owner == unit and owner is not None, work) for owner, day, work, since in rules
             if day == weekday and since <= on]  # fmt: skip
    own = [rule for rule in valid if rule[1]] or valid
    return max(own)[2] if own else DayWork.FULL


def working_calendar(unit: int | None = None) -> Calendar:
    """Return which days are worked, by a unit (its primary key) or by all."""
    return Calendars().of(unit)


def absent(on: date) -> dict[int, int | None]:
    """Return who is away on a day, each with the deputy who is there, if any (primary keys)."""
    rows = dict(
        Absence.objects.filter(from_on__lte=on, until_on__gte=on)
        .order_by("pk")
        .values_list("user_id", "deputy_id")
    )
    active = set(User.objects.filter(is_active=True, pk__in=rows.values()).values_list("pk", flat=True))
    return {
        user: deputy if deputy in active and deputy not in rows else None for user, deputy in rows.items()
    }
