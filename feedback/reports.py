"""Figures for heads and managers: how much came in, how much of it was answered in time, and how long it took.

An open case past its last day counts as late, so that no figure gets better by not answering.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Case as Choice
from django.db.models import Count, IntegerField, Q, QuerySet, Sum, When

from directory.enums import ALL_FIGURES
from directory.models import County, Service, Unit, User
from directory.selectors import Reach, reach
from feedback.enums import Kind, Status
from feedback.models import Case
from feedback.models.walls import NotBarred, rows_behind
from portal.kernel import jalali

#: A group of fewer cases is not told apart to somebody who may not open them: he could guess whose they are.
LEAST = 10
#: Cases under which a figure is marked as resting on few.
FEW = 30
#: What cases can be told apart by, with the column that says so.
GROUPS = {"unit": "unit_id", "kind": "kind", "county": "county_id", "service": "service_id"}
#: How a case stands to its last day: well, answered after it, open past it.
WELL, LATE, OVERDUE = range(3)


@dataclass
class Line:
    """The figures of a group of cases; days are working days, by the calendar of the unit that has the case.

    A share or a number of days is None where there is nothing to tell it from. `is_hidden`: too few to be told;
    the share in time and the days can each rest on too few of many.
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
    is_on_time_hidden: bool = False
    are_days_hidden: bool = False

    def add(
        self, days: int | None, received: int, redirected: int, due: int, late: int, overdue: int
    ) -> None:
        """Count cases that took so many days until their answer, or have none."""
        self.received += received
        self.redirected += redirected
        self.due += due
        self.late += late
        self.overdue += overdue
        if days is not None:
            self.days[days] += received

    @property
    def on_time(self) -> int:
        return self.due - self.late

    @property
    def on_time_percent(self) -> int | None:
        return round(100 * self.on_time / self.due) if self.due else None

    @property
    def answered(self) -> int:
        """How many cases the days are told from."""
        return self.days.total()

    @property
    def is_on_time_of_few(self) -> bool:
        return self.due < FEW

    @property
    def are_days_of_few(self) -> bool:
        return self.answered < FEW

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
    # All there are: with the units named, the index by unit and day serves every version of PostgreSQL.
    everywhere = list(Unit.objects.order_by().values_list("pk", flat=True))
    counted = Case.objects.filter(Q(is_confidential=False) | Q(unit__in=own), unit__in=everywhere)
    return counted.not_barred_from(user, units.member)


def is_manager(user: User) -> bool:
    """Tell whether somebody reads the figures of the whole organization."""
    return user.is_active and (user.is_superuser or user.acts_as(*ALL_FIGURES))


def case_report(user: User, *, by: str, since: date, today: date) -> Report:
    """Return the figures of the cases that came in since a day, told apart by one of `GROUPS`."""
    units = reach(user)
    cases = reportable(user, units).filter(received_at__gte=jalali.beginning(since)).order_by()
    walls = NotBarred(user.pk, units.member)
    lines: defaultdict[object, Line] = defaultdict(lambda: Line(""))
    whole = Line("")
    for key, *counted in _counted(cases, walls, GROUPS[by], today):
        for line in (lines[key], whole):
            line.add(*counted)
    names = _names(by)
    for key, line in lines.items():
        line.name = names.get(key, "")
    if is_manager(user):
        hide_small([*lines.values()], whole)
    return Report(sorted(lines.values(), key=_order), whole)


def hide_small(lines: list[Line], whole: Line) -> None:
    """Hide small groups, and of the others what rests on few of their cases."""
    _hide("is_hidden", attrgetter("received"), lines, whole)
    _hide("is_on_time_hidden", attrgetter("due"), lines, whole)
    for line in [*lines, whole]:
        line.are_days_hidden = line.answered < LEAST


def _hide(mark: str, base: Callable[[Line], int], lines: list[Line], whole: Line) -> None:
    """Mark what rests on few; where that is a single one, the next small one too, or it could be told from the sum."""
    for line in [*lines, whole]:
        setattr(line, mark, line.is_hidden or base(line) < LEAST)
    hidden = [line for line in lines if getattr(line, mark) and base(line)]
    shown = sorted((line for line in lines if not getattr(line, mark)), key=base)
    if len(hidden) == 1 and shown:
        setattr(shown[0], mark, True)


def _order(line: Line) -> tuple[bool, int, str]:
    """The busiest first; hidden ones by name, so that their order tells nothing."""
    return line.is_hidden, 0 if line.is_hidden else -line.received, line.name


def _counted(cases: QuerySet[Case], walls: NotBarred, column: str, today: date) -> Iterator[tuple[Any, ...]]:
    """Yield groups of cases alike: what tells them apart, days to the answer, how many, sent on, due, late, overdue."""
    alike = (
        cases.annotate(stands=_stands(today))
        .values_list(column, "answered_in", "stands")
        .annotate(count=Count("*"), redirected=Sum("redirects"))
    )
    for key, days, stands, count, redirected in rows_behind(walls, alike):
        is_due, is_late, is_overdue = days is not None or stands == OVERDUE, stands != WELL, stands == OVERDUE
        yield key, days, count, redirected, count * is_due, count * is_late, count * is_overdue


def _stands(today: date) -> Choice:
    """Return how a case stands to its last day, as an expression; what is cheap to tell comes first."""
    # One after the other, what most are first: a list of texts is unpacked anew for each row.
    settled = Q(status=Status.ANSWERED) | Q(status=Status.CLOSED)
    settled |= Q(status=Status.REFERRED_OUT) | Q(status=Status.WAITING_CITIZEN)
    return Choice(
        When(due_on__gte=today, then=WELL),
        When(settled, then=Choice(When(answered_late=True, then=LATE), default=WELL)),
        default=OVERDUE,
        output_field=IntegerField(),
    )


def _names(by: str) -> dict[object, str]:
    if by == "kind":
        return {kind.value: str(kind.label) for kind in Kind}
    tables = {"unit": Unit, "county": County, "service": Service}
    return {row.pk: str(row) for row in tables[by].objects.all()}  # type: ignore[attr-defined]
