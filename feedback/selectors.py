"""Reads of cases that several rooms share. Staff reads start from `Case.objects.visible_to(user)`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import DayWork, Role
from directory.models import ClosedDay, Membership, Service, Unit, User
from directory.selectors import parents, special_days, working_calendar
from feedback import policy
from feedback.enums import OPEN, EventKind, FileState, Kind, NoticeState, Outcome, Purpose, Score, Status
from feedback.models import (
    Attachment,
    Case,
    CaseEvent,
    ClusterCase,
    Deadline,
    Draft,
    Figures,
    HeldFile,
    Message,
    Notice,
    PromisedTime,
    Rating,
    Rejection,
    Review,
    RoutingDecision,
    WrongCodes,
)
from feedback.models.similar import similar_to
from portal.kernel import codes, jalali, workdays
from portal.kernel.text import clean

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


def median_days(cases: QuerySet[Case]) -> int:
    """Return the median of working days to an answer; PostgreSQL counts the pairs of days, which are few."""
    answered = cases.filter(answered_at__isnull=False).annotate(
        began=TruncDate("received_at"), ended=TruncDate("answered_at")
    )
    calendar = working_calendar()
    pairs = answered.order_by().values_list("began", "ended").annotate(cases=Count("pk"))
    spread = sorted((workdays.count(began, ended, calendar), cases) for began, ended, cases in pairs)
    left = sum(cases for _days, cases in spread) // 2
    for days, cases_of_days in spread:
        left -= cases_of_days
        if left < 0:
            return days
    return 0


#: Fewer messages than this say nothing; figures older than some days are not shown.
FEWEST, STALE_DAYS = 10, 3


def public_figures() -> Figures | None:
    """Return the figures of the last ninety days, or None where fewer than ten messages came (too few to tell)."""
    figures = Figures.objects.first()
    if figures is None or figures.received < FEWEST or not figures.due:
        return None
    today = jalali.local(timezone.now()).date()
    return figures if today - figures.until <= timedelta(days=STALE_DAYS) else None


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


def wrong_entry(code: str) -> str:
    """Return the subject of a message that a unit's entry or a service's card is not right; nothing for other codes.

    The words about a unit are such that the rules send the message to those who keep the directory: its phone number
    stands for it, as the words of its name might speak for the unit itself.
    """
    if not code.isidentifier():
        return ""
    if unit := Unit.objects.prefetch_related("positions").filter(code=code).first():
        numbers = [post.phone for post in unit.positions.all() if post.phone]
        shown = numbers[0] if numbers else unit.name
        return _("Unit’s phone number in the directory is not right: %(unit)s") % {"unit": shown}
    if service := Service.objects.filter(code=code).first():
        return _("Identity card of a service is not right: %(service)s") % {"service": service.title}
    return ""


def files_of(case: Case) -> QuerySet[Attachment]:
    """Return the files that came with a case's first message."""
    return Attachment.objects.filter(message__case=case, message__purpose="submission")


def held_files(token: str, wanted: Collection[int]) -> list[HeldFile]:
    """Return those of the wanted files that wait under a form's token, in the order in which they came."""
    waiting = HeldFile.objects.filter(holder=policy.token_digest(token), pk__in=wanted)
    return [held for held in waiting if held.file.storage.exists(str(held.file.name))]


def file_for_citizen(case: Case, attachment_id: int) -> Attachment | None:
    """Return a file that the citizen of a case may open: ready, and of a message that he may read."""
    readable = case.messages.public()
    return Attachment.objects.filter(pk=attachment_id, message__in=readable, state=FileState.READY).first()


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
    EventKind.REJECTED,
    EventKind.MERGED,
    EventKind.UNMERGED,
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


# --- Rejections -------------------------------------------------------------------------------------------------


def deciders(case: Case, *, but: User | None) -> list[User]:
    """Return who may decide a rejection: the heads of the case's unit, else of the nearest unit above that has one."""
    above, tree = case.unit.code, parents()
    while above:
        heads = Membership.objects.active().filter(role=Role.HEAD, unit__code=above).select_related("user")
        found = [one.user for one in heads if one.user != but]
        if found:
            return found
        above = tree.get(above) or ""
    return []


@dataclass(frozen=True)
class RejectionCount:
    """How many answers a unit gave and how many of them rejected what was asked for."""

    unit: int
    answered: int
    rejected: int


def rejection_counts(since: datetime, until: datetime) -> list[RejectionCount]:
    """Return the published figures of PRODUCT.md section 16, clause 3, for each unit that answered in that time."""
    answers = Message.objects.filter(purpose=Purpose.ANSWER, sent_at__gte=since, sent_at__lt=until)
    rows = (
        answers.order_by("unit__order")
        .values_list("unit")
        .annotate(answered=Count("pk"), rejected=Count("pk", filter=Q(rejection__outcome=Outcome.APPROVED)))
    )
    return [RejectionCount(*row) for row in rows]


# --- Answering --------------------------------------------------------------------------------------------------

#: Whoever kept a draft within this time is writing.
WRITING = timedelta(minutes=2)


@dataclass(frozen=True)
class Writing:
    """One's own drafts in a case, and who else is writing in it."""

    own: list[Draft]
    writers: list[User]


def drafts_on(case: Case, user: User, at: datetime) -> Writing:
    """Return what is being written in a case, as one member of staff may know it: his own texts, others' names."""
    asked = Q(author=user) | Q(saved_at__gt=at - WRITING, author__is_active=True)
    found = Draft.objects.filter(asked, case=case).select_related("author").order_by("saved_at")
    own = [draft for draft in found if draft.author_id == user.pk]
    others = {draft.author_id: draft.author for draft in found if draft.author_id != user.pk}
    return Writing(own=own, writers=list(others.values()))


def open_rejection(case: Case) -> Rejection | None:
    """Return the proposal to reject a case that waits for a second person."""
    return Rejection.objects.filter(case=case, outcome="").select_related("proposed_by", "case").first()


def spoken(case: Case) -> QuerySet[Message]:
    """Return what was said in a case and in those joined with it, for staff; oldest first."""
    said = Message.objects.filter(Q(case=case) | Q(case__merged_into=case))
    people = said.select_related("author", "unit", "rating", "case", "cluster")
    return people.prefetch_related("attachments")


def alike(case: Case, user: User) -> list[Case]:
    """Return open cases of the same unit that are like this one and that the user may see, to be answered together."""
    if case.is_confidential:
        return []
    cases = Case.objects.visible_to(user).open().filter(unit=case.unit_id, merged_into=None)
    found = similar_to(case, cases.filter(is_confidential=False))
    return [*found.by_sender, *found.by_words]


def together(case: Case, user: User) -> list[ClusterCase]:
    """Return the similar cases that got an answer of this case, as far as the user may see them."""
    rows = ClusterCase.objects.filter(cluster__lead=case, case__in=Case.objects.visible_to(user))
    return list(rows.select_related("case"))


def entered_today(operator: User, *, channel: str, place: str, at: datetime) -> int:
    """Return how many messages a member of staff entered today from one channel and place, as in a batch."""
    midnight = jalali.local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    cases = Case.objects.filter(operator=operator, entered_at__gte=midnight)
    return cases.filter(channel=channel, place=clean(place)).count()


# --- Notices ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NoticeFigures:
    """How notices went: how many in each state, and how many open cases have an address that does not work."""

    counts: list[tuple[str, int]]
    unreachable: int


def notice_figures(notices: QuerySet[Notice], *, since: datetime) -> NoticeFigures:
    """Return the figures of these notices (the ones one may see) since a moment, and of their cases."""
    lately = notices.order_by().filter(created_at__gt=since)
    counts = dict(lately.values_list("state").annotate(Count("pk")))
    broken = Q(phone_failed_at__isnull=False) | Q(email_failed_at__isnull=False)
    unreachable = Case.objects.filter(broken, status__in=OPEN, pk__in=notices.order_by().values("case"))
    return NoticeFigures(
        [(state, counts[state]) for state in NoticeState.values if state in counts], unreachable.count()
    )


# --- Services, measured -----------------------------------------------------------------------------------------

#: Answered cases from which on a measured time is shown, and those it is taken from at most, the latest.
ENOUGH_MEASURED, MOST_MEASURED = 10, 1000


@dataclass(frozen=True)
class Measured:
    """How long the answers about a service really took: the median of working days, of how many cases."""

    cases: int
    median_days: int


def measured_time(service: Service) -> Measured | None:
    """Return what was measured over the last twelve months, or None where fewer than ten cases were answered.

    Every answered case counts but reports of misconduct, of which nobody is to learn that they exist; the days on
    which we waited for the citizen count too, as the citizen felt them.
    """
    since = jalali.local(timezone.now()).date() - timedelta(days=365)
    latest = (
        Case.objects.filter(service=service, is_confidential=False, answered_at__date__gte=since)
        .exclude(status__in=OPEN)
        .order_by("-answered_at")
        .values_list("pk", flat=True)[:MOST_MEASURED]
    )
    found = list(latest)
    if len(found) < ENOUGH_MEASURED:
        return None
    return Measured(len(found), median_days(Case.objects.filter(pk__in=found)))


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
