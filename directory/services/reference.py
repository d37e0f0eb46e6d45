"""The only writer of the directory from files: the organization's units, services, counties, week and closed days."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from directory.models import ClosedDay, County, Position, Service, Unit, WeekdayRule

DATA = Path(__file__).parent.parent / "data"

Row = dict[str, str]
#: An estimated holiday of the same name within so many days is the same one, moved.
MOVED = timedelta(days=5)


@transaction.atomic
def load_reference(*, folder: Path = DATA) -> dict[str, int]:
    """Add the units, services, counties and closed days of the CSV files in `folder` that are not there yet.

    What was edited since is left alone, so that loading again is harmless. Returns how many rows were added per file.
    """
    return {name: sum(map(load, _rows(folder / name))) for name, load in LOADERS.items()}


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for order, row in enumerate(csv.DictReader(file)):
            yield {**row, "order": str(order)}


def _unit(row: Row) -> bool:
    fields = ("name_fa", "name_en", "purpose_fa", "purpose_en", "order")
    parent = Unit.objects.get(code=row["parent"]) if row["parent"] else None
    unit, fresh = Unit.objects.get_or_create(
        code=row["code"], defaults={"parent": parent, **{name: row[name] for name in fields}}
    )
    if fresh:
        Position.objects.create(
            unit=unit,
            title_fa=row["position_fa"],
            title_en=row["position_en"],
            holder_fa=row["holder_fa"],
            holder_en=row["holder_en"],
            phone=row["phone"],
            email=row["email"],
        )
    return fresh


def _service(row: Row) -> bool:
    fields = ("title_fa", "title_en", "category_fa", "category_en", "summary_fa", "summary_en", "order")
    unit = Unit.objects.get(code=row["unit"])
    return Service.objects.get_or_create(
        code=row["code"], defaults={"unit": unit, **{name: row[name] for name in fields}}
    )[1]


def _county(row: Row) -> bool:
    aliases = [alias for alias in row["aliases"].split("|") if alias]
    return County.objects.get_or_create(
        code=row["code"],
        defaults={
            "name_fa": row["name_fa"],
            "name_en": row["name_en"],
            "aliases": aliases,
            "order": row["order"],
        },
    )[1]


def _weekday(row: Row) -> bool:
    """Load how a weekday is worked, unless somebody has said so before."""
    if WeekdayRule.objects.filter(unit=None, weekday=row["weekday"]).exists():
        return False
    since = date.fromisoformat(row["valid_from"])
    WeekdayRule.objects.create(weekday=row["weekday"], work=row["work"], valid_from=since)
    return True


def _closed_day(row: Row) -> bool:
    """Load a holiday, unless its date is taken, or is an estimate that somebody has moved by a few days since."""
    day, title, is_estimated = date.fromisoformat(row["date"]), row["title_fa"], row["estimated"] == "1"
    moved = Q(title_fa=title, day__range=(day - MOVED, day + MOVED)) if is_estimated else Q(pk=None)
    if ClosedDay.objects.filter(Q(day=day) | moved, unit=None).exists():
        return False
    ClosedDay.objects.create(day=day, title_fa=title, is_estimated=is_estimated)
    return True


#: File → what one of its rows makes; units come before the services that name them.
LOADERS: dict[str, Callable[[Row], bool]] = {
    "units.csv": _unit,
    "services.csv": _service,
    "counties.csv": _county,
    "week.csv": _weekday,
    "holidays.csv": _closed_day,
}
