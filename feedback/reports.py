"""Figures for heads and managers: how much came in, how much of it was answered in time, and how long it took.

An open case past its last day counts as late, so that no figure gets better by not answering.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import TruncDate

from directory.enums import ALL_FIGURES
from directory.models import County, Service, Unit, User
from directory.selectors import Calendars, Reach, reach
from feedback.enums import OPEN, Kind, Status
from feedback.models import Case, RoutingDecision
from feedback.models.walls import NotBarred, rows_behind
from portal.kernel import jalali
from portal.kernel.workdays import Tally

#: A group of fewer cases is not told apart to somebody who may not open them: he could guess whose they are.
LEAST = 10
#: What cases can be told apart by, with the column that says so.
GROUPS = {"unit": "unit_id", "kind": "kind", "county": "county_id", "service": "service_id"}


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
    #: Working days until the answer → how many cases took so many.
    days: Counter[int] = field(default_factory=Counter)
    is_hidden: bool = False

    def add(self, days: int | None, received: int, due: int, late: int, overdue: int) -> None:
        """Count cases that took so many days until their answer, or have none."""
        self.received += received
        self.due += due
        self.late += late
        self.overdue += overdue
        if days is not None:
            self.days[days] += received

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


def rank(values: Mapping[int, int], percent: int) -> int | None:
    """Return the smallest value that `percent` of all values do not exceed (nearest rank); None of none.

    `values` says of each value how often it came.
    """
    left = max(-(-sum(values.values()) * percent // 100), 1)
    for value in sorted(values):
        left -= values[value]
        if left <= 0:
            return value
    return None


def reportable(user: User, units: Reach | None = None) -> QuerySet[Case]:
    """Return the cases whose figures somebody may read; `units` is his reach where it is known.

    Heads: the cases they may see. Managers, administrators and superusers: all but the confidential ones they may
    not see. Nobody counts a case he is kept out of.
    """
    units = units or reach(user)
    if not is_manager(user):
        return Case.objects.visible_to(user, units)
    # What he may see besides the open ones are those that his own unit handles.
    own = units.works if user.is_staff else frozenset()
    counted = Case.objects.filter(Q(is_confidential=False) | Q(unit__in=own))
    return counted.not_barred_from(user, units.member)


def is_manager(user: User) -> bool:
    """Tell whether somebody reads the figures of the whole organization."""
    return user.is_active and (user.is_superuser or user.acts_as(*ALL_FIGURES))


def case_report(user: User, *, by: str, since: date, today: date) -> Report:
    """Return the figures of the cases that came in since a day, told apart by one of `GROUPS`."""
    began = datetime.combine(since, time.min, jalali.TEHRAN)
    units = reach(user)
    cases = reportable(user, units).filter(received_at__gte=began)
    lines: defaultdict[object, Line] = defaultdict(lambda: Line(""))
    whole = Line("")
    for key, *counted in _counted(cases, NotBarred(user.pk, units.member), GROUPS[by], since, today):
        for line in (lines[key], whole):
            line.add(*counted)
    for key, moves in _redirects(cases, GROUPS[by]):
        lines[key].redirected += moves
        whole.redirected += moves
    names = _names(by)
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


def _counted(
    cases: QuerySet[Case], walls: NotBarred, column: str, since: date, today: date
) -> Iterator[tuple[Any, ...]]:
    """Yield groups of cases alike: what tells them apart, days until the answer, how many, due, late, overdue.

    The database counts those that came and were answered on the same days: a year of a large province is more rows
    than a page can wait for.
    """
    overdue = Q(status__in=OPEN, due_on__lt=today) & ~Q(status=Status.WAITING_CITIZEN)
    alike = (
        cases.order_by()
        .annotate(
            came=TruncDate("received_at", tzinfo=jalali.TEHRAN),
            answered=TruncDate("answered_at", tzinfo=jalali.TEHRAN),
            is_overdue=ExpressionWrapper(overdue, BooleanField()),
            is_late=ExpressionWrapper(Q(answered__gt=F("due_on")), BooleanField()),
        )
        .values_list(column, "unit_id", "came", "answered", "is_overdue", "is_late")
        .annotate(count=Count("pk"))
    )
    tallies = _Tallies(since, today)
    for key, unit, came, answered, is_overdue, is_late, count in rows_behind(walls, alike):
        days = tallies.count(unit, came, answered) if answered else None
        due, late = bool(answered) or is_overdue, bool(is_late) or is_overdue
        yield key, days, count, count * due, count * late, count * is_overdue


class _Tallies:
    """Counts working days by the calendar of each unit, every calendar laid out once."""

    def __init__(self, since: date, today: date) -> None:
        self._calendars, self._span = Calendars(), (since, today + timedelta(days=1))
        self._known: dict[int, Tally] = {}

    def count(self, unit_id: int, after: date, until: date) -> int:
        if unit_id not in self._known:
            self._known[unit_id] = Tally(self._calendars.of(unit_id), *self._span)
        return self._known[unit_id].count(after, until)


def _redirects(cases: QuerySet[Case], column: str) -> "QuerySet[RoutingDecision, Any]":
    """Return how often staff sent cases of each group to another unit."""
    moved = RoutingDecision.objects.filter(overridden_by__isnull=False, case__in=cases.values("pk"))
    return moved.order_by().values_list(f"case__{column}").annotate(Count("pk"))


def _names(by: str) -> dict[object, str]:
    if by == "kind":
        return {kind.value: str(kind.label) for kind in Kind}
    tables = {"unit": Unit, "county": County, "service": Service}
    return {row.pk: str(row) for row in tables[by].objects.all()}  # type: ignore[attr-defined]
