"""Figures for heads and managers: how much came in, how much of it was answered in time, and how long it took.

An open case past its last day counts as late, so that no figure gets better by not answering.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from directory.enums import ALL_FIGURES
from directory.models import County, Service, Unit, User
from directory.selectors import Calendars, reach
from feedback.enums import OPEN, Kind, Status
from feedback.models import Case
from portal.kernel import jalali
from portal.kernel.workdays import Tally

#: A group of fewer cases is not told apart to somebody who may not open them: he could guess whose they are.
LEAST = 10
#: What cases can be told apart by, with the column that says so.
GROUPS = {"unit": "unit_id", "kind": "kind", "county": "county_id", "service": "service_id"}
COLUMNS = (
    "pk",
    "unit_id",
    "kind",
    "county_id",
    "service_id",
    "status",
    "received_at",
    "answered_at",
    "due_on",
)


@dataclass
class Line:
    """The figures of a group of cases; days are working days, by the calendar of the unit that has the case.

    A share or a number of days is None where there is nothing to tell it from. `is_hidden`: too few to be told.
    """

    name: str
    received: int = 0
    due: int = 0
    late: int = 0
    overdue: int = 0
    redirected: int = 0
    days: list[int] = field(default_factory=list)
    is_hidden: bool = False

    @property
    def on_time_percent(self) -> int | None:
        return round(100 * (self.due - self.late) / self.due) if self.due else None

    @property
    def median(self) -> int | None:
        return rank(self.days, 50)

    @property
    def p90(self) -> int | None:
        return rank(self.days, 90)


@dataclass(frozen=True)
class Report:
    """One line a group, the busiest first, and one for all of them."""

    lines: list[Line]
    whole: Line


def rank(values: Sequence[int], percent: int) -> int | None:
    """Return the smallest value that `percent` of all values do not exceed (nearest rank); None of none."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)] if ordered else None


def reportable(user: User) -> QuerySet[Case]:
    """Return the cases whose figures somebody may read.

    Heads: the cases they may see. Managers, administrators and superusers: all but the confidential ones they may
    not see. Nobody counts a case he is kept out of.
    """
    visible = Case.objects.visible_to(user)
    if not is_manager(user):
        return visible
    open_to_all = Case.objects.filter(is_confidential=False).not_barred_from(user, reach(user).member)
    return Case.objects.filter(Q(pk__in=visible.values("pk")) | Q(pk__in=open_to_all.values("pk")))


def is_manager(user: User) -> bool:
    """Tell whether somebody reads the figures of the whole organization."""
    return user.is_active and (user.is_superuser or user.acts_as(*ALL_FIGURES))


def case_report(user: User, *, by: str, since: date, today: date) -> Report:
    """Return the figures of the cases that came in since a day, told apart by one of `GROUPS`."""
    began = datetime.combine(since, time.min, jalali.TEHRAN)
    cases = reportable(user).filter(received_at__gte=began)
    place = COLUMNS.index(GROUPS[by])
    names, moved = _names(by), _redirects(cases)
    lines: defaultdict[object, Line] = defaultdict(lambda: Line(""))
    whole, tallies = Line(""), _Tallies(since, today)
    for row in cases.values_list(*COLUMNS):
        for line in (lines[row[place]], whole):
            _count(line, row, moved[row[0]], today, tallies)
    for key, line in lines.items():
        line.name = names.get(key, "")
    if is_manager(user):
        _hide_small([*lines.values()], whole)
    return Report(sorted(lines.values(), key=_order), whole)


def _hide_small(lines: list[Line], whole: Line) -> None:
    """Hide small groups; where that is a single one, the next small one too, or it could be told from the sum."""
    for line in [*lines, whole]:
        line.is_hidden = line.received < LEAST
    shown = sorted((line for line in lines if not line.is_hidden), key=lambda line: line.received)
    if len(lines) - len(shown) == 1 and shown:
        shown[0].is_hidden = True


def _order(line: Line) -> tuple[bool, int, str]:
    """The busiest first; hidden ones by name, so that their order tells nothing."""
    return line.is_hidden, 0 if line.is_hidden else -line.received, line.name


def _count(line: Line, row: tuple[Any, ...], moved: int, today: date, tallies: "_Tallies") -> None:
    _pk, unit_id, _kind, _county, _service, status, received_at, answered_at, due_on = row
    line.received += 1
    line.redirected += moved
    is_overdue = status in OPEN and status != Status.WAITING_CITIZEN and due_on < today
    line.overdue += is_overdue
    answered = jalali.local(answered_at).date() if answered_at else None
    if answered or is_overdue:
        line.due += 1
        line.late += bool(is_overdue or (answered and answered > due_on))
    if answered:
        line.days.append(tallies.count(unit_id, jalali.local(received_at).date(), answered))


class _Tallies:
    """Counts working days by the calendar of each unit, every calendar laid out once."""

    def __init__(self, since: date, today: date) -> None:
        self._calendars, self._span = Calendars(), (since, today + timedelta(days=1))
        self._known: dict[int, Tally] = {}

    def count(self, unit_id: int, after: date, until: date) -> int:
        if unit_id not in self._known:
            self._known[unit_id] = Tally(self._calendars.of(unit_id), *self._span)
        return self._known[unit_id].count(after, until)


def _redirects(cases: QuerySet[Case]) -> Counter[int]:
    """Return how often staff sent each case to another unit."""
    moved = cases.annotate(moves=Count("decisions", filter=Q(decisions__overridden_by__isnull=False)))
    return Counter(dict(moved.filter(moves__gt=0).values_list("pk", "moves")))


def _names(by: str) -> dict[object, str]:
    if by == "kind":
        return {kind.value: str(kind.label) for kind in Kind}
    tables = {"unit": Unit, "county": County, "service": Service}
    return {row.pk: str(row) for row in tables[by].objects.all()}  # type: ignore[attr-defined]
