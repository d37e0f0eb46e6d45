"""What every message needs of tables that seldom change, kept in memory for as long as nobody changes them.

`reference()` asks the database for one mark, which a change of any of these tables replaces in its own transaction
(migrations 0130, 0160, 0180): what it returns is never older than that, and what is stored goes by it. Pages that
offer and tell take `reference_lately()`, which asks once in REFERENCE_SECONDS only. Objects from here are shared by
threads: nobody changes them.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.functional import cached_property

from directory.models import County, Service, Unit
from directory.selectors import Calendars
from feedback.models import Case, CaseEvent, Message, PromisedTime, RoutingDecision
from routing import selectors as routing
from routing.policy import CompiledRules

#: Asked for with every message and page, by itself or within another query.
MARK = "SELECT mark FROM feedback_referencemark"
#: Letters of drawn parts of pages that are kept at most, of two bytes each: enough for thirteen services and fifteen
#: units in both languages, and the forms.
MOST_DRAWN = 600_000
#: Rows that name a unit.
Row = TypeVar("Row", Case, Message, CaseEvent, RoutingDecision)
_lock = Lock()
_kept: dict[UUID, "Reference"] = {}
#: What was returned last, and when (`time.monotonic`).
_lately: list[tuple[float, "Reference"]] = []


@dataclass(frozen=True)
class Reference:
    """Units, services, counties, promised times, calendars and the rules in force as they were under one mark."""

    units: dict[str, Unit]
    services: dict[str, Service]
    counties: dict[str, County]
    promised: tuple[PromisedTime, ...]
    calendars: Calendars
    rules: CompiledRules
    #: What pages have drawn under this mark, by what it is.
    drawn: dict[Hashable, str] = field(default_factory=dict)

    @cached_property
    def units_by_number(self) -> dict[int, Unit]:
        return {unit.pk: unit for unit in self.units.values()}

    @cached_property
    def services_by_number(self) -> dict[int, Service]:
        return {service.pk: service for service in self.services.values()}

    def active_unit(self, code: str) -> Unit | None:
        """Return the unit of a code; None for one that is unknown, or active no more."""
        unit = self.units.get(code)
        return unit if unit and unit.is_active else None

    def with_units(self, rows: list[Row]) -> list[Row]:
        """Give rows the units they name; one that is not kept yet is read when it is asked for."""
        for row in rows:
            if row.unit_id in self.units_by_number:
                row.unit = self.units_by_number[row.unit_id]
        return rows

    def with_places(self, case: Case) -> Case:
        """Give a case the units and the service it names, in the same way."""
        if case.addressed_unit_id in self.units_by_number:
            case.addressed_unit = self.units_by_number[case.addressed_unit_id]
        if case.service_id in self.services_by_number:
            case.service = self.services_by_number[case.service_id]
        return self.with_units([case])[0]

    def draw(self, what: Hashable, draw: Callable[[], str]) -> str:
        """Return what pages draw of tables with this mark and of nothing else; drawn when it is first asked for."""
        drawn = self.drawn.get(what)
        if drawn is None:
            drawn = draw()
            if sum(map(len, self.drawn.values())) + len(drawn) > MOST_DRAWN:
                self.drawn.clear()
            self.drawn[what] = drawn
        return drawn

    def choices(self, model: type[Unit] | type[Service] | type[County]) -> list[Any]:
        """Return what citizens choose from, in its order."""
        if model is County:
            return list(self.counties.values())
        rows = self.units if model is Unit else self.services
        return [row for row in rows.values() if row.is_active]


def reference() -> Reference:
    """Return what is kept, read anew when its mark is not the database's; one query when it is."""
    with connection.cursor() as cursor:
        cursor.execute(MARK)
        return reference_under((cursor.fetchone() or (None,))[0])


def reference_under(mark: UUID | None) -> Reference:
    """Return what is kept under the mark that the database has just told; read anew where it is another."""
    with _lock:
        kept = _kept.get(mark) if mark else None
        if kept is None:
            kept = _read()
            _kept.clear()
            if mark:
                _kept[mark] = kept
    _lately[:] = [(monotonic(), kept)]
    return kept


def reference_lately() -> Reference:
    """Return what was asked for within the last REFERENCE_SECONDS without asking again; else `reference()`."""
    for at, kept in _lately:
        if monotonic() - at < settings.REFERENCE_SECONDS:
            return kept
    return reference()


def _read() -> Reference:
    calendars = Calendars()
    calendars.of()  # reads its rows now, so that they cannot be younger than the rest
    return Reference(
        units={unit.code: unit for unit in Unit.objects.all()},
        services={service.code: service for service in Service.objects.select_related("unit")},
        counties={county.code: county for county in County.objects.all()},
        promised=tuple(PromisedTime.objects.select_related("service").order_by("kind", "pk")),
        calendars=calendars,
        rules=routing.rules_now(),
    )
