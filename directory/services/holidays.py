"""Bringing a year's holidays into the calendar, from whatever source they were read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from directory.models import ClosedDay


@dataclass(frozen=True)
class Holiday:
    """A holiday as a source tells it; `is_estimated` marks a lunar date that is not yet announced."""

    day: date
    title_fa: str
    is_estimated: bool = False


@dataclass(frozen=True)
class Imported:
    """What an import did, and what it found in the calendar that the source does not know (any more)."""

    added: list[ClosedDay]
    confirmed: list[ClosedDay]
    unknown: list[ClosedDay]


@transaction.atomic
def import_holidays(*, holidays: Iterable[Holiday], first: date, last: date) -> Imported:
    """Add the holidays from `first` to `last` that are not in the calendar, and confirm estimated ones.

    Nothing is taken away and nothing that was edited is touched: a lunar date that turned out otherwise is returned
    in `unknown`, for a person to take out of force. Open deadlines are counted again by a command of their own.
    """
    there = {row.day: row for row in ClosedDay.objects.filter(unit=None, day__range=(first, last))}
    told = {holiday.day: holiday for holiday in holidays if first <= holiday.day <= last}
    added = [
        ClosedDay(day=holiday.day, title_fa=holiday.title_fa, is_estimated=holiday.is_estimated)
        for day, holiday in sorted(told.items())
        if day not in there
    ]
    confirmed = [
        row for day, row in there.items() if row.is_estimated and day in told and not told[day].is_estimated
    ]
    ClosedDay.objects.bulk_create(added)
    ClosedDay.objects.filter(pk__in=[row.pk for row in confirmed]).update(is_estimated=False)
    unknown = [row for day, row in there.items() if row.is_estimated and row.is_active and day not in told]
    return Imported(added, confirmed, unknown)
