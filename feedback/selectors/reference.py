"""What every message needs of tables that seldom change, kept in memory for as long as nobody changes them.

Each use asks the database for one mark, which a change of any of these tables replaces in its own transaction
(migration 0130): what is kept is never older than that. Objects from here are shared by threads: nobody changes them.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from directory.models import County, Service, Unit
from directory.selectors import Calendars
from feedback.models import PromisedTime, ReferenceMark

_lock = Lock()
_kept: dict[UUID, "Reference"] = {}


@dataclass(frozen=True)
class Reference:
    """Units, services, counties, promised times and calendars as they were under one mark."""

    units: dict[str, Unit]
    services: dict[str, Service]
    counties: dict[str, County]
    promised: tuple[PromisedTime, ...]
    calendars: Calendars

    def choices(self, model: type[Unit] | type[Service] | type[County]) -> list[Any]:
        """Return what citizens choose from, in its order."""
        if model is County:
            return list(self.counties.values())
        rows = self.units if model is Unit else self.services
        return [row for row in rows.values() if row.is_active]


def reference() -> Reference:
    """Return what is kept, read anew when its mark is not the database's; one query when it is."""
    mark = ReferenceMark.objects.values_list("mark", flat=True).first()
    with _lock:
        kept = _kept.get(mark) if mark else None
        if kept is None:
            kept = _read()
            _kept.clear()
            if mark:
                _kept[mark] = kept
    return kept


def _read() -> Reference:
    calendars = Calendars()
    calendars.of()  # reads its rows now, so that they cannot be younger than the rest
    return Reference(
        units={unit.code: unit for unit in Unit.objects.all()},
        services={service.code: service for service in Service.objects.select_related("unit")},
        counties={county.code: county for county in County.objects.all()},
        promised=tuple(PromisedTime.objects.select_related("service").order_by("kind", "pk")),
        calendars=calendars,
    )
