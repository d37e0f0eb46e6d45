"""The only writer of the directory from files: the organization's units, services, counties and closed days."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from django.db import transaction

from directory.models import ClosedDay, County, Position, Service, Unit

DATA = Path(__file__).parent.parent / "data"

Row = dict[str, str]


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


def _closed_day(row: Row) -> bool:
    return ClosedDay.objects.get_or_create(
        day=date.fromisoformat(row["date"]),
        defaults={"title_fa": row["title_fa"], "is_estimated": row["estimated"] == "1"},
    )[1]


#: File → what one of its rows makes; units come before the services that name them.
LOADERS: dict[str, Callable[[Row], bool]] = {
    "units.csv": _unit,
    "services.csv": _service,
    "counties.csv": _county,
    "holidays.csv": _closed_day,
}
