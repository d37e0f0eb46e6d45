"""The ladder: who is told that a case comes near its last day or passed it. Each step is taken once, by constraint."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.functional import cached_property

from directory.enums import Role
from directory.models import Membership, User
from directory.selectors import Calendars, absent, parents
from feedback import policy
from feedback.enums import EventKind, NoticeChannel, NoticeTopic, Receiver, Side, Status
from feedback.models import (
    Case,
    CaseEvent,
    CaseExclusion,
    Deadline,
    EscalationRule,
    EscalationStep,
    Notice,
    Recusal,
)
from portal.kernel import jalali
from portal.kernel.workdays import DayReason, Tally
from portal.outbox.publish import publish
from routing.policy import REPLACEMENTS

#: Rows written at once.
BATCH = 2_000
NOON = time(12)
#: The case's columns a run needs; whole rows would cost ten times as much.
COLUMNS = (
    "pk",
    "kind",
    "unit_id",
    "unit__code",
    "assigned_to_id",
    "is_confidential",
    "due_on",
    "counted_from",
)


@dataclass(frozen=True)
class Escalated:
    """What a run did: the steps it took and the notices it queued."""

    steps: int
    notices: int


@dataclass(frozen=True)
class Due:
    """A step that is due: of which case, and whom it tells, if anybody may be told."""

    case_id: int
    unit_id: int
    receiver: Receiver
    due_on: date
    counted_from: date
    recipient: int | None


@transaction.atomic
def escalate(*, at: datetime) -> Escalated:
    """Take every step of the ladder that is due, and tell each receiver of all of his in one notice.

    A receiver outside his working hours is told at the next run within them. A step that may be told to nobody is
    written down without a name, so that the record shows it.
    """
    run = _Run(at)
    taken = [step for step in run.due() if run.is_reachable(step.recipient)]
    notices = _queue_notices({step.recipient for step in taken if step.recipient}, at)
    EscalationStep.objects.bulk_create(
        [
            EscalationStep(
                case_id=step.case_id,
                counted_from=step.counted_from,
                receiver=step.receiver,
                unit_id=step.unit_id,
                due_on=step.due_on,
                recipient_id=step.recipient,
                notice=notices.get(step.recipient or 0),
                at=at,
            )
            for step in taken
        ],
        batch_size=BATCH,
    )
    CaseEvent.objects.bulk_create(
        [
            CaseEvent(
                case_id=step.case_id,
                kind=EventKind.ESCALATED,
                side=Side.SYSTEM,
                unit_id=step.unit_id,
                reason=step.receiver.value,
                at=at,
            )
            for step in taken
        ],
        batch_size=BATCH,
    )
    return Escalated(len(taken), len(notices))


def _queue_notices(recipients: Collection[int], at: datetime) -> dict[int, Notice]:
    """Queue one notice for each receiver who has an address, however many cases it is about."""
    made = {}
    for user in User.objects.filter(pk__in=recipients).exclude(email="").order_by("pk"):
        notice = Notice.objects.create(
            topic=NoticeTopic.LATE,
            channel=NoticeChannel.EMAIL,
            recipient=user,
            address=user.email,
            created_at=at,
        )
        publish("notice.queued", notice_id=notice.pk)
        made[user.pk] = notice
    return made


class _Run:
    """One look at all open cases: who works where, which calendars hold, which steps were taken before."""

    def __init__(self, at: datetime) -> None:
        self.now = jalali.local(at)
        self.today = self.now.date()
        self.calendars = Calendars()
        self.tallies: dict[int, Tally] = {}
        self.reachable: dict[int, bool] = {}

    # --- What was read ---

    @cached_property
    def cases(self) -> list[tuple[int, str, int, str, int | None, bool, date, date]]:
        newest = Deadline.objects.filter(case=OuterRef("pk")).order_by("-set_at", "-id")
        cases = Case.objects.open().exclude(status=Status.WAITING_CITIZEN).order_by("due_on", "pk")
        cases = cases.annotate(counted_from=Subquery(newest.values("registered_on")[:1]))
        return list(cases.exclude(counted_from=None).values_list(*COLUMNS))

    @cached_property
    def ladders(self) -> dict[str, list[policy.Rung]]:
        """The rungs in force by kind; "" holds for kinds without a ladder of their own."""
        rows = list(EscalationRule.objects.all())
        ladders: dict[str, list[policy.Rung]] = {} if rows else {"": list(policy.LADDER)}
        for row in rows:
            rung = policy.Rung(Receiver(row.receiver), row.percent, row.days_late)
            ladders.setdefault(row.kind, []).extend([rung] if row.is_active else [])
        return ladders

    @cached_property
    def taken(self) -> set[tuple[int, date, str]]:
        steps = EscalationStep.objects.filter(case__in=Case.objects.open().values("pk"))
        return set(steps.values_list("case_id", "counted_from", "receiver"))

    @cached_property
    def excluded(self) -> dict[int, set[str]]:
        rows = CaseExclusion.objects.filter(case__in=Case.objects.open().values("pk"))
        return _grouped(rows.values_list("case_id", "unit__code"))

    @cached_property
    def recused(self) -> dict[int, set[int]]:
        return _grouped(Recusal.objects.values_list("case_id", "user_id"))

    @cached_property
    def staff(self) -> policy.Staff:
        rows = Membership.objects.active().filter(user__is_staff=True).order_by("pk")
        memberships = list(rows.values_list("user_id", "unit__code", "role"))
        heads, inspectors = defaultdict(list), defaultdict(list)
        for user, unit, role in memberships:
            if role == Role.HEAD:
                heads[unit].append(user)
            elif role == Role.INSPECTOR:
                inspectors[unit].append(user)
        return policy.Staff(
            parents=parents(),
            heads=heads,
            inspectors=inspectors,
            member=_grouped((user, unit) for user, unit, _role in memberships),
            works=_grouped(Membership.objects.casework().values_list("user_id", "unit__code")),
            away=absent(self.today),
        )

    @cached_property
    def home(self) -> dict[int, int]:
        """The unit whose calendar a member of staff works by: that of his first membership."""
        rows = Membership.objects.active().order_by("-pk").values_list("user_id", "unit_id")
        return dict(rows)

    # --- What follows ---

    def due(self) -> Iterator[Due]:
        """Yield the steps that are due and were not taken before."""
        for case_id, kind, unit_id, unit, owner, is_confidential, due_on, counted_from in self.cases:
            rungs = [
                rung
                for rung in self.ladders.get(kind, self.ladders.get("", []))
                if (case_id, counted_from, rung.receiver) not in self.taken
            ]
            reached = self._reached(rungs, unit_id, counted_from, due_on) if rungs else []
            for rung in reached:
                told = policy.Told(
                    unit,
                    owner if owner in self.staff.member else None,
                    is_confidential,
                    self.excluded.get(case_id, ()),
                    self.recused.get(case_id, ()),
                )
                recipient = policy.receiver_of(rung.receiver, told, self.staff, REPLACEMENTS)
                yield Due(case_id, unit_id, rung.receiver, due_on, counted_from, recipient)

    def _reached(
        self, rungs: list[policy.Rung], unit_id: int, counted_from: date, due_on: date
    ) -> list[policy.Rung]:
        """Return the rungs reached when the last whole day ended: a day is over when the next one begins."""
        tally, yesterday = self._tally(unit_id), self.today - timedelta(days=1)
        passed, total = tally.count(counted_from, yesterday), tally.count(counted_from, due_on)
        late = tally.count(due_on, yesterday)
        return [rung for rung in rungs if policy.is_reached(rung, passed=passed, total=total, late=late)]

    def _tally(self, unit_id: int) -> Tally:
        if unit_id not in self.tallies:
            self.tallies[unit_id] = Tally(self.calendars.of(unit_id), *self.span)
        return self.tallies[unit_id]

    @cached_property
    def span(self) -> tuple[date, date]:
        """The first and the last day of all promises, today among them."""
        days = [day for *_rest, due_on, counted_from in self.cases for day in (due_on, counted_from)]
        return min([*days, self.today]), max([*days, self.today])

    def is_reachable(self, user: int | None) -> bool:
        """Tell whether somebody is at work now, by the calendar of his unit; nobody can always be told nothing."""
        if user is None:
            return True
        if user not in self.reachable:
            reason = self.calendars.of(self.home.get(user)).reason(self.today)
            self.reachable[user] = _is_office_hour(reason, self.now.time())
        return self.reachable[user]


def _is_office_hour(reason: DayReason, clock: time) -> bool:
    """Tell whether somebody works at this hour of a day; a half day ends at noon."""
    opens, closes = settings.OFFICE_HOURS
    until = {DayReason.WORKING: closes, DayReason.HALF: NOON}.get(reason)
    return until is not None and opens <= clock < until


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, set[Any]]:
    found: defaultdict[Any, set[Any]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found
