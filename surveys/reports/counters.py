"""The counters of one unit, for its direct head: the main figure, and what visitors say of the staff's conduct."""

from dataclasses import dataclass

from directory.models import Unit
from surveys import selectors
from surveys.models import Counter, Item
from surveys.reports.places import Figure
from surveys.reports.quarter import QuarterReport

#: What is shown of a counter besides the main figure.
CONDUCT = "S_RESPECT"


@dataclass(frozen=True)
class CounterTable:
    """One question at every counter of a unit, by name; no figure where the rule hides it."""

    item: Item
    rows: list[tuple[Counter, Figure | None]]


def counter_tables(report: QuarterReport, unit: Unit) -> list[CounterTable]:
    """Return a table for each of the two questions that some counter of the unit has answers to."""
    items = [item for item in report.version.asked if item.code in (report.headline, CONDUCT)]
    tables = [CounterTable(item, _rows(report, unit, item.code)) for item in items]
    return [table for table in tables if table.rows]


def _rows(report: QuarterReport, unit: Unit, code: str) -> list[tuple[Counter, Figure | None]]:
    shown = selectors.counters_shown(report.closing, report.questionnaire, code, report.series)
    return [
        (counter, Figure(*share) if share else None)
        for counter, share in shown.items()
        if counter.unit_id == unit.pk
    ]
