"""Reads of cases that several rooms share. Staff reads start from `Case.objects.visible_to(user)`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from directory.enums import DayWork
from directory.models import ClosedDay, Service
from directory.selectors import special_days, working_calendar
from feedback import policy
from feedback.enums import OPEN, EventKind, Kind, Score, Status
from feedback.models import (
    Attachment,
    Case,
    CaseEvent,
    Deadline,
    Message,
    PromisedTime,
    Rating,
    Review,
    RoutingDecision,
    WrongCodes,
)
from portal.kernel import codes, jalali, workdays

EVERYWHERE = -1


def case_by_code(code: str) -> Case | None:
    """Return the case that a well-typed tracking code opens, under any pepper still accepted; else None."""
    hashes = [codes.digest(code, pepper) for pepper in settings.CODE_PEPPERS.values()]
    return Case.objects.select_related("unit", "service").filter(code_hash__in=hashes).first()


def conversation(case: Case) -> QuerySet[Message]:
    """Return what the citizen may read of a case, oldest first."""
    return case.messages.public().select_related("unit", "rating").prefetch_related("attachments")


def last_decision(case: Case) -> RoutingDecision | None:
    """Return the decision that put the case where it is."""
    return case.decisions.select_related("unit").last()


@dataclass(frozen=True)
class Clock:
    """How far a case is on its way to the deadline, in working days."""

    days: int
    passed: int
    due_on: date
    is_late: bool
    is_standing: bool

    @property
    def left(self) -> int:
        return max(self.days - self.passed, 0)


def clock(case: Case, today: date, since: datetime | None = None) -> Clock:
    """Return how many working days were promised and how many have passed, until the answer or today.

    `since` is when the clock began, if not when the message arrived: when a review was asked for.
    """
    calendar = working_calendar(case.unit_id)
    registered = jalali.local(since or case.received_at).date()
    until = jalali.local(case.answered_at).date() if case.answered_at and not case.is_open else today
    return Clock(
        days=workdays.count(registered, case.due_on, calendar),
        passed=workdays.count(registered, until, calendar),
        due_on=case.due_on,
        is_late=until > case.due_on and case.status != Status.WAITING_CITIZEN,
        is_standing=case.status == Status.WAITING_CITIZEN,
    )


def review_of(case: Case) -> Review | None:
    """Return the review of a case, if its citizen asked for one."""
    people = ("author", "reviewer", "decided_by")
    return Review.objects.filter(case=case).select_related("unit", "unit_before", *people).first()


@dataclass(frozen=True)
class RatingFigures:
    """How answers were rated: how many said what, the best first, and the share of the satisfied."""

    total: int
    counts: list[tuple[str, int]]
    satisfied_percent: int


def rating_figures(ratings: QuerySet[Rating]) -> RatingFigures:
    """Count ratings by what they say; the caller has narrowed them to what may be seen."""
    found = dict(ratings.order_by().values_list("score").annotate(count=Count("pk")))
    total = sum(found.values())
    satisfied = found.get(Score.SATISFIED, 0) + found.get(Score.VERY_SATISFIED, 0)
    return RatingFigures(
        total=total,
        counts=[(str(score.label), found.get(score, 0)) for score in Score],
        satisfied_percent=round(100 * satisfied / total) if total else 0,
    )


def question_needed(*, neighbourhood: int, at: datetime) -> bool:
    """Tell whether so many wrong codes came lately that the next one must answer a plain question."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    rows = WrongCodes.objects.filter(
        hour__gte=hour - timedelta(hours=1), neighbourhood__in=[neighbourhood, EVERYWHERE]
    ).values_list("neighbourhood", "count")
    near = sum(count for place, count in rows if place == neighbourhood)
    everywhere = sum(count for place, count in rows if place == EVERYWHERE)
    return near >= settings.WRONG_CODES_NEAR or everywhere >= settings.WRONG_CODES_ALL


def promises() -> dict[Kind, policy.Promise]:
    """Return what is promised for each kind of message, whatever the service: the table's, else the policy's."""
    rows = {row.kind: row for row in PromisedTime.objects.filter(service=None)}
    return {kind: _promise(rows[kind]) if kind in rows else policy.PROMISES[kind] for kind in Kind}


def promise_for(kind: Kind, service: Service | None) -> policy.Promise:
    """Return what is promised for a kind of message about a service."""
    rows = PromisedTime.objects.filter(Q(service=None) | Q(service=service), kind=kind, is_active=True)
    row = rows.select_related("service").order_by(F("service").asc(nulls_last=True)).first()
    return _promise(row) if row else policy.PROMISES[kind]


def _promise(row: PromisedTime) -> policy.Promise:
    about = f"{row.kind}-{row.service.code}" if row.service else row.kind
    return policy.Promise(f"{about}-{row.answer_days}", row.answer_days, row.first_action_days)


def response_times() -> list[tuple[str, int]]:
    """Return what is promised: the kind of message and its working days to an answer."""
    return [(str(kind.label), promise.answer_days) for kind, promise in promises().items()]


def first_action_days() -> int:
    """Return the working days to the first action on a report of misconduct."""
    return promises()[Kind.MISCONDUCT].first_action_days


def weekend(on: date, unit: int | None = None) -> list[int]:
    """Return the days of the week that are off, in the order of the Iranian week (Monday = 0)."""
    return sorted(
        working_calendar(unit).week_of(on).weekend, key=lambda day: (day + 2) % workdays.DAYS_OF_WEEK
    )


@dataclass(frozen=True)
class Figures:
    """What the home page says of the last ninety days; every message counts, open or closed."""

    received: int
    on_time_percent: int
    median_days: int
    overdue_open: int
    since: date


def public_figures() -> Figures | None:
    """Return the figures of the last ninety days, or None where fewer than ten messages came (too few to tell)."""
    today = jalali.local(timezone.now()).date()
    since = today - timedelta(days=90)
    cases = Case.objects.filter(received_at__date__gte=since)
    late = Q(due_on__lt=today, status__in=OPEN) | Q(answered_at__date__gt=F("due_on"))
    due = Q(answered_at__isnull=False) | Q(due_on__lt=today)
    counts = cases.aggregate(
        received=Count("pk"),
        due=Count("pk", filter=due),
        late=Count("pk", filter=due & late & ~Q(status=Status.WAITING_CITIZEN)),
    )
    if counts["received"] < 10 or not counts["due"]:
        return None
    return Figures(
        received=counts["received"],
        on_time_percent=round(100 * (counts["due"] - counts["late"]) / counts["due"]),
        median_days=_median_days(cases),
        overdue_open=Case.objects.overdue(today).count(),
        since=since,
    )


def _median_days(cases: QuerySet[Case]) -> int:
    calendar = working_calendar()
    answered = cases.filter(answered_at__isnull=False).values_list("received_at", "answered_at")
    days = sorted(
        workdays.count(jalali.local(began).date(), jalali.local(ended).date(), calendar)
        for began, ended in answered
        if ended
    )
    return days[len(days) // 2] if days else 0


def case_of_visit(case_id: int, mark: str) -> Case | None:
    """Return the case of a citizen's visit, or None when the code that began it (`mark`) was replaced since."""
    case = Case.objects.select_related("unit", "service").filter(pk=case_id).first()
    return case if case and bytes(case.code_hash)[:8].hex() == mark else None


def only_service_of(unit_code: str) -> str:
    """Return the code of a unit's service if it has exactly one, else an empty text."""
    if not unit_code.isidentifier():
        return ""
    services = Service.objects.filter(is_active=True, unit__code=unit_code).values_list("code", flat=True)[:2]
    return services[0] if len(services) == 1 else ""


def files_of(case: Case) -> QuerySet[Attachment]:
    """Return the files that came with a case's first message."""
    return Attachment.objects.filter(message__case=case, message__purpose="submission")


#: What the citizen sees of the record; internal notes and who holds the case are not among it.
TOLD = (
    EventKind.SUBMITTED,
    EventKind.ROUTED,
    EventKind.TAKEN,
    EventKind.ASKED,
    EventKind.REPLIED,
    EventKind.ANSWERED,
    EventKind.REDIRECTED,
    EventKind.REFERRED_OUT,
    EventKind.REVIEW_ASKED,
    EventKind.EXTENDED,
    EventKind.RECOUNTED,
)


def story(case: Case) -> QuerySet[CaseEvent]:
    """Return what happened to a case as its citizen is told, oldest first."""
    return case.events.filter(kind__in=TOLD).select_related("unit")


def deadline_of(case: Case, event: CaseEvent) -> Deadline | None:
    """Return the deadline that was set together with an event."""
    return case.deadlines.filter(set_at=event.at).last()


def first_decision(case: Case) -> RoutingDecision | None:
    """Return the rules' own decision, made when the case came in."""
    return case.decisions.select_related("unit").first()


@dataclass(frozen=True)
class Counting:
    """How a due date came about: working days promised, days added while the clock stood still or with a reason,
    the days of the week and the special days that do not count or count half."""

    days: int
    waited: int
    extended: int
    registered_on: date
    due_on: date
    weekend: list[int]
    short_weekdays: list[int]
    closed: list[ClosedDay]
    short: list[ClosedDay]
    is_at_ceiling: bool


def counting(case: Case) -> Counting | None:
    """Return how the due date in force was counted; special days that change nothing are not named."""
    deadlines = list(case.deadlines.all())
    if not deadlines:
        return None
    last = deadlines[-1]
    # A review has a deadline of its own, counted from the day on which it was asked for.
    first = next(one for one in deadlines if one.registered_on == last.registered_on)
    extended = sum(one.days for one in case.extensions.all() if one.decided_at >= first.set_at)
    week = working_calendar(case.unit_id).week_of(last.due_on)
    special = special_days(case.unit_id, last.registered_on, last.due_on)
    worked = [day for day in special if day.day.weekday() not in week.weekend]
    return Counting(
        days=first.days,
        waited=max(last.days - first.days - extended, 0),
        extended=extended,
        registered_on=last.registered_on,
        due_on=last.due_on,
        weekend=weekend(last.due_on, case.unit_id),
        short_weekdays=sorted(week.short_weekdays),
        closed=[day for day in worked if day.work == DayWork.NONE],
        short=[day for day in worked if day.work == DayWork.HALF],
        is_at_ceiling=last.due_on == policy.ceiling(last.registered_on),
    )


@dataclass(frozen=True)
class CountedDay:
    """One day on the way to a due date: whether and why it counts, its name if it is special, and the sum so far."""

    day: date
    halves: int
    reason: workdays.DayReason
    title: str
    passed: float
    is_paused: bool


def day_by_day(case: Case) -> list[CountedDay]:
    """Return every day from the registration to the due date in force, by the calendar of today."""
    last = case.deadlines.last()
    if last is None:
        return []
    calendar = working_calendar(case.unit_id)
    titles = {day.day: day.title_fa for day in special_days(case.unit_id, last.registered_on, last.due_on)}
    pauses = [
        (jalali.local(one.began_at).date(), _until(one.ended_at, case.due_on)) for one in case.pauses.all()
    ]
    days, halves = [CountedDay(last.registered_on, 0, workdays.DayReason.REGISTERED, "", 0, False)], 0
    for passed in range(1, (case.due_on - last.registered_on).days + 1):
        day = last.registered_on + timedelta(days=passed)
        halves += calendar.halves(day)
        is_paused = any(began < day <= ended for began, ended in pauses)
        reason = calendar.reason(day)
        days.append(
            CountedDay(
                day, calendar.halves(day), reason, titles.get(day, ""), halves / workdays.FULL, is_paused
            )
        )
    return days


def is_calendar_older(case: Case) -> bool:
    """Tell whether the calendar changed since the deadline in force was set."""
    last = case.deadlines.last()
    return last is not None and last.calendar not in ("", working_calendar(case.unit_id).fingerprint)


def _until(ended_at: datetime | None, due_on: date) -> date:
    return jalali.local(ended_at).date() if ended_at else due_on
