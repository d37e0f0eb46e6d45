"""The only writer of the directory from files: the organization's units, services, counties, week and closed days."""

import csv
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

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
    return {name: load(_rows(folder / name)) for name, load in LOADERS.items()}


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for order, row in enumerate(csv.DictReader(file)):
            yield {**row, "order": str(order)}


def _fresh(rows: Iterator[Row], known: Collection[str]) -> list[Row]:
    """Return the rows whose code is not among the `known` ones."""
    return [row for row in rows if row["code"] not in known]


def _units(rows: Iterator[Row]) -> int:
    """Load units, each after the one it belongs to, and a position for each new one."""
    fields = ("name_fa", "name_en", "purpose_fa", "purpose_en", "order")
    units = {unit.code: unit for unit in Unit.objects.all()}
    fresh = _fresh(rows, units)
    for row in fresh:
        parent = units[row["parent"]] if row["parent"] else None
        units[row["code"]] = Unit.objects.create(
            code=row["code"], parent=parent, **{name: row[name] for name in fields}
        )
    Position.objects.bulk_create(
        Position(
            unit=units[row["code"]],
            title_fa=row["position_fa"],
            title_en=row["position_en"],
            holder_fa=row["holder_fa"],
            holder_en=row["holder_en"],
            phone=row["phone"],
            email=row["email"],
        )
        for row in fresh
    )
    return len(fresh)


def _services(rows: Iterator[Row]) -> int:
    fields = ("title_fa", "title_en", "category_fa", "category_en", "summary_fa", "summary_en", "order")
    units = {unit.code: unit for unit in Unit.objects.all()}
    fresh = [
        Service(code=row["code"], unit=units[row["unit"]], **{name: row[name] for name in fields})
        for row in _fresh(rows, set(Service.objects.values_list("code", flat=True)))
    ]
    return len(Service.objects.bulk_create(fresh))


def _counties(rows: Iterator[Row]) -> int:
    fields = ("code", "name_fa", "name_en", "order")
    fresh = [
        County(
            aliases=[alias for alias in row["aliases"].split("|") if alias],
            **{name: row[name] for name in fields},
        )
        for row in _fresh(rows, set(County.objects.values_list("code", flat=True)))
    ]
    return len(County.objects.bulk_create(fresh))


def _week(rows: Iterator[Row]) -> int:
    """Load how each weekday is worked, unless somebody has said so before."""
    known = set(WeekdayRule.objects.filter(unit=None).values_list("weekday", flat=True))
    fresh = [
        WeekdayRule(
            weekday=row["weekday"], work=row["work"], valid_from=date.fromisoformat(row["valid_from"])
        )
        for row in rows
        if int(row["weekday"]) not in known
    ]
    return len(WeekdayRule.objects.bulk_create(fresh))


def _closed_days(rows: Iterator[Row]) -> int:
    """Load holidays, but none whose date is taken, and no estimate that somebody has moved by a few days since."""
    known = dict(ClosedDay.objects.filter(unit=None).values_list("day", "title_fa"))
    fresh = []
    for row in rows:
        day, title, is_estimated = date.fromisoformat(row["date"]), row["title_fa"], row["estimated"] == "1"
        moved = is_estimated and any(
            abs(day - other) <= MOVED for other, named in known.items() if named == title
        )
        if day not in known and not moved:
            known[day] = title
            fresh.append(ClosedDay(day=day, title_fa=title, is_estimated=is_estimated))
    return len(ClosedDay.objects.bulk_create(fresh))


#: File → what loads its rows and says how many were new; units come before the services that name them.
LOADERS: dict[str, Callable[[Iterator[Row]], int]] = {
    "units.csv": _units,
    "services.csv": _services,
    "counties.csv": _counties,
    "week.csv": _week,
    "holidays.csv": _closed_days,
}
