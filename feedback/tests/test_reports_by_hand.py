"""A report counted by the database, against one counted in Python: cases, readers and calendars at random."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from directory.enums import DayWork, Role
from directory.models import ClosedDay, County, Membership, Service, Unit, User, WeekdayRule
from directory.selectors import Calendars
from feedback.enums import OPEN, Kind, Status
from feedback.models import Case, CaseExclusion, Recusal, RoutingDecision
from feedback.reports import Line, case_report
from feedback.services import tell_times
from feedback.tests.factories import AT, make_user
from portal.kernel import jalali, workdays

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

SINCE, TODAY = date(2026, 5, 1), date(2026, 7, 25)
CASES = 400
#: Times of a day at which another day is near, in Iran or in Greenwich.
NEAR = (0, 1, 12_599_999_999, 12_600_000_000, 43_200_000_000, 86_399_999_999)


@pytest.mark.parametrize("seed", range(4))
def test_report_when_counted_by_hand_then_it_is_the_same_for_every_reader(seed: int) -> None:
    dice = Random(seed)
    make_days_of_their_own(dice)
    readers = make_readers()
    make_cases(dice, [user for user, _sees in readers])
    named = Case.objects.select_related("unit", "county", "service")
    cases = list(named.prefetch_related("exclusions", "recusals", "decisions"))
    calendars = Calendars()

    for user, sees in readers:
        his = [case for case in cases if sees(case) and not is_barred(user, case)]
        for by in ("unit", "kind", "county", "service"):
            report = case_report(user, by=by, since=SINCE, today=TODAY)

            expected = by_hand(his, by, calendars)
            assert {line.name: told(line) for line in report.lines} == expected
            assert told(report.whole) == tuple(map(sum, zip(*expected.values(), strict=True)))


def told(line: Line) -> tuple[int, ...]:
    """Return the figures of a line; of the days, how many cases took how many of them, up to 80."""
    days = [line.days[took] for took in range(80)]
    return line.received, line.due, line.late, line.overdue, line.redirected, line.days.total(), *days


# --- By hand ------------------------------------------------------------------------------------------------------


def is_barred(user: User, case: Case) -> bool:
    member = {held.unit_id for held in user.memberships.all()}
    is_excluded = any(wall.unit_id in member for wall in case.exclusions.all())
    return is_excluded or any(wall.user_id == user.pk for wall in case.recusals.all())


def by_hand(cases: list[Case], by: str, calendars: Calendars) -> dict[str, tuple[int, ...]]:
    lines: defaultdict[str, Line] = defaultdict(lambda: Line(""))
    for case in cases:
        if day_of(case.received_at) >= SINCE:
            count(lines[name_of(case, by)], case, calendars.of(case.unit_id))
    return {name: told(line) for name, line in lines.items()}


def count(line: Line, case: Case, calendar: workdays.Calendar) -> None:
    answered = day_of(case.answered_at) if case.answered_at else None
    is_overdue = case.status in OPEN and case.status != Status.WAITING_CITIZEN and case.due_on < TODAY
    line.received += 1
    line.due += answered is not None or is_overdue
    line.late += is_overdue or (answered is not None and answered > case.due_on)
    line.overdue += is_overdue
    line.redirected += sum(one.overridden_by_id is not None for one in case.decisions.all())
    if answered:
        line.days[workdays.count(day_of(case.received_at), answered, calendar)] += 1


def name_of(case: Case, by: str) -> str:
    group = getattr(case, by)
    return str(Kind(group).label) if by == "kind" else str(group or "")


def day_of(moment: datetime) -> date:
    return jalali.local(moment).date()


# --- At random ----------------------------------------------------------------------------------------------------


def make_readers() -> list[tuple[User, Callable[[Case], bool]]]:
    """Make everybody who reads reports, each with the cases that he may count if nothing keeps him out."""
    own = {unit.code: unit.pk for unit in Unit.objects.all()}
    below = set(Unit.objects.filter(parent=own["TECH"]).values_list("pk", flat=True))
    inspector = make_user("inspector", "HEAD", Role.MANAGER)
    Membership.objects.create(user=inspector, unit_id=own["INSP"], role=Role.INSPECTOR)
    root = User.objects.create_superuser("root", password="password", is_staff=True)

    def head(unit: int, below: set[int]) -> Callable[[Case], bool]:
        return lambda case: case.unit_id in below and (not case.is_confidential or case.unit_id == unit)

    return [
        (make_user("head", "CONT", Role.HEAD), head(own["CONT"], {own["CONT"]})),
        (make_user("deputy", "TECH", Role.HEAD), head(own["TECH"], {own["TECH"], *below})),
        (make_user("chief", "HEAD", Role.HEAD), head(own["HEAD"], set(own.values()))),
        (make_user("manager", "BUD", Role.MANAGER), lambda case: not case.is_confidential),
        (inspector, lambda case: not case.is_confidential or case.unit_id == own["INSP"]),
        (root, lambda case: not case.is_confidential),
    ]


def make_days_of_their_own(dice: Random) -> None:
    """Close days and halves of days for all and for single units; one unit has a week of its own."""
    units = [None, *Unit.objects.filter(code__in=["CONT", "INSP", "BUD"])]
    for _day in range(20):
        day, work = SINCE + timedelta(days=dice.randrange(86)), dice.choice(DayWork.values)
        ClosedDay.objects.get_or_create(
            day=day, unit=dice.choice(units), defaults={"work": work, "title_fa": "ش"}
        )
    for weekday, work in ((3, DayWork.HALF), (5, DayWork.NONE)):
        WeekdayRule.objects.create(unit=units[-1], weekday=weekday, work=work, valid_from=date(2026, 6, 10))


def make_cases(dice: Random, readers: list[User]) -> None:
    units, counties = list(Unit.objects.all()), [None, *County.objects.all()[:3]]
    services = [None, *Service.objects.all()[:3]]
    cases = Case.objects.bulk_create(
        make_one(
            dice, number, unit=dice.choice(units), county=dice.choice(counties), service=dice.choice(services)
        )
        for number in range(CASES)
    )
    walls = [CaseExclusion(case=dice.choice(cases), unit=unit) for unit in units for _one in range(5)]
    CaseExclusion.objects.bulk_create(walls, ignore_conflicts=True)
    recused = [Recusal(case=dice.choice(cases), user=user, at=AT) for user in readers for _one in range(20)]
    Recusal.objects.bulk_create(recused, ignore_conflicts=True)
    RoutingDecision.objects.bulk_create(
        RoutingDecision(
            case=case,
            unit=case.unit,
            stage="override",
            overridden_by=by,
            override_reason="آنجا" if by else "",
            decided_at=case.received_at,
        )
        for case in cases
        for by in dice.choices([None, *readers], k=dice.randrange(4))
    )
    moves = RoutingDecision.objects.filter(case=OuterRef("pk"), overridden_by__isnull=False)
    many = moves.order_by().values("case").annotate(many=Count("pk")).values("many")
    Case.objects.update(redirects=Coalesce(Subquery(many), 0))
    tell_times(size=CASES)


def make_one(dice: Random, number: int, **where: object) -> Case:
    came = moment(dice, SINCE - timedelta(days=5), TODAY)
    answered = moment(dice, day_of(came), TODAY)
    status = dice.choice(Status.values)
    is_answered = status in (Status.ANSWERED, Status.CLOSED) or dice.random() < 0.3
    kind = dice.choice(Kind.values)
    return Case(
        number=f"1405-{number:06}-0",
        code_hash=b"%032d" % number,
        code_key=1,
        token_digest=b"%032d" % number,
        kind=kind,
        status=status,
        subject="رتبه‌بندی",
        received_at=came,
        answered_at=max(came, answered) if is_answered else None,
        due_on=day_of(came) + timedelta(days=dice.randrange(40)),
        is_confidential=kind == Kind.MISCONDUCT or dice.random() < 0.1,
        **where,
    )


def moment(dice: Random, first: date, last: date) -> datetime:
    day = first + timedelta(days=dice.randrange((last - first).days + 1))
    start = datetime.combine(day, datetime.min.time(), jalali.TEHRAN)
    return start + timedelta(microseconds=dice.choice(NEAR))
