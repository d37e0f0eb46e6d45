"""Bring the holidays of Jalali years into the calendar, from a CSV file or from the `holidays` package."""

import csv
import importlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from directory.models import ClosedDay
from directory.services import Holiday, import_holidays
from portal.kernel import jalali
from portal.kernel.jalali import Jalali
from portal.kernel.text import clean

#: How the package marks a lunar date that is not yet announced.
ESTIMATED = "(تخمینی)"


class Command(BaseCommand):
    help = "Add the holidays of Jalali years (1405 1406 …) to the calendar and confirm estimated ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("years", nargs="+", type=int, help="Jalali years")
        parser.add_argument("--csv", type=Path, help="a file with date, title_fa and estimated (0 or 1)")

    def handle(self, *, years: list[int], csv: Path | None, **_options: object) -> None:
        try:
            first = jalali.to_date(Jalali(min(years), 1, 1))
            last = jalali.to_date(Jalali(max(years) + 1, 1, 1)) - timedelta(days=1)
        except jalali.JalaliError as error:
            raise CommandError("Write Jalali years, like 1405") from error
        source = _of_file(csv) if csv else _of_package(range(first.year, last.year + 1))
        done = import_holidays(holidays=source, first=first, last=last)
        self._tell("added", done.added)
        self._tell("confirmed", done.confirmed)
        self._tell("estimated here, unknown to the source: look at them in the admin", done.unknown)
        self.stdout.write("Open deadlines stay as they are until: manage.py recount_deadlines --apply")

    def _tell(self, words: str, rows: list[ClosedDay]) -> None:
        self.stdout.write(f"{len(rows)} {words}")
        for row in rows:
            mark = " (estimated)" if row.is_estimated else ""
            self.stdout.write(f"  {row.day}  {jalali.short(row.day)}  {row.title_fa}{mark}")


def _of_file(path: Path) -> list[Holiday]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [
                Holiday(date.fromisoformat(row["date"]), clean(row["title_fa"]), row["estimated"] == "1")
                for row in csv.DictReader(file)
            ]
    except (OSError, KeyError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error!r}") from error


def _of_package(years: range) -> Iterator[Holiday]:
    """Ask the package, which no part of the portal needs."""
    try:
        package = importlib.import_module("holidays")
    except ImportError as error:
        raise CommandError(
            "Give a file with --csv, or install the package first: pip install holidays"
        ) from error
    found = package.country_holidays("IR", years=years, language="fa_IR")
    for day, title in found.items():
        plain = " ".join(title.replace(ESTIMATED, "").split())
        yield Holiday(day, clean(plain).replace(";", "؛"), ESTIMATED in title)
