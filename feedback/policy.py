"""Pure rules of casework: who may move a case where, what was promised, and when it is due."""

import hashlib
import hmac
import ipaddress
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feedback.enums import OPEN, Kind, NoticeState, Purpose, Receiver, Status
from portal.kernel import workdays

#: Calendar days that no deadline may pass, whatever was paused or extended: three months
#: (Court of Administrative Justice Act, article 16, note 4).
CEILING_DAYS = 90
#: Extensions of a case, each with a reason that its citizen reads.
MOST_EXTENSIONS = 2
#: Working days that may be promised or added at once; the ceiling would cut more.
MOST_DAYS = 60


class TransitionRefused(Exception):
    """The case cannot go that way from where it stands."""

    def __init__(self, status: str, step: str) -> None:
        super().__init__(f"{step} is not possible while the case is {status}")
        self.status, self.step = status, step


#: step → {status before: status after}. The only source of what may happen to a case (PRODUCT.md section 7).
TRANSITIONS: dict[str, dict[Status, Status]] = {
    "take": {
        Status.RECEIVED: Status.IN_PROGRESS,
        Status.REOPENED: Status.IN_PROGRESS,
        Status.IN_PROGRESS: Status.IN_PROGRESS,
        Status.WAITING_CITIZEN: Status.WAITING_CITIZEN,
    },
    "ask": {
        Status.RECEIVED: Status.WAITING_CITIZEN,
        Status.IN_PROGRESS: Status.WAITING_CITIZEN,
        Status.REOPENED: Status.WAITING_CITIZEN,
        Status.WAITING_CITIZEN: Status.WAITING_CITIZEN,
    },
    "reply": {
        Status.RECEIVED: Status.RECEIVED,
        Status.IN_PROGRESS: Status.IN_PROGRESS,
        Status.WAITING_CITIZEN: Status.IN_PROGRESS,
        Status.REOPENED: Status.REOPENED,
        Status.ANSWERED: Status.ANSWERED,
        Status.CLOSED: Status.CLOSED,
        Status.REFERRED_OUT: Status.REFERRED_OUT,
    },
    "answer": {
        Status.RECEIVED: Status.ANSWERED,
        Status.IN_PROGRESS: Status.ANSWERED,
        Status.WAITING_CITIZEN: Status.ANSWERED,
        Status.REOPENED: Status.ANSWERED,
        Status.ANSWERED: Status.ANSWERED,
    },
    "redirect": {
        Status.RECEIVED: Status.RECEIVED,
        Status.IN_PROGRESS: Status.RECEIVED,
        Status.WAITING_CITIZEN: Status.RECEIVED,
        Status.REOPENED: Status.REOPENED,
    },
    "refer_out": {
        Status.RECEIVED: Status.REFERRED_OUT,
        Status.IN_PROGRESS: Status.REFERRED_OUT,
        Status.WAITING_CITIZEN: Status.REFERRED_OUT,
        Status.REOPENED: Status.REFERRED_OUT,
    },
    # A rejection is proposed by one person and decided by another; only then is the citizen told.
    "propose": {
        Status.RECEIVED: Status.IN_PROGRESS,
        Status.IN_PROGRESS: Status.IN_PROGRESS,
        Status.WAITING_CITIZEN: Status.WAITING_CITIZEN,
        Status.REOPENED: Status.REOPENED,
    },
    "send_back": {
        Status.IN_PROGRESS: Status.IN_PROGRESS,
        Status.WAITING_CITIZEN: Status.WAITING_CITIZEN,
        Status.REOPENED: Status.REOPENED,
    },
    "reject": {
        Status.IN_PROGRESS: Status.ANSWERED,
        Status.WAITING_CITIZEN: Status.ANSWERED,
        Status.REOPENED: Status.ANSWERED,
    },
    "merge": {status: status for status in OPEN},
    "unmerge": {status: status for status in OPEN},
    "extend": {
        Status.RECEIVED: Status.RECEIVED,
        Status.IN_PROGRESS: Status.IN_PROGRESS,
        Status.REOPENED: Status.REOPENED,
    },
    "recuse": {status: status for status in OPEN},
    "review": {
        Status.ANSWERED: Status.REOPENED,
        Status.CLOSED: Status.REOPENED,
    },
    "note": {status: status for status in Status},
}


def after(status: str, step: str) -> Status:
    """Return the status a case has after `step`; raise `TransitionRefused` where the table has no such way."""
    try:
        return TRANSITIONS[step][Status(status)]
    except (KeyError, ValueError):
        raise TransitionRefused(status, step) from None


def possible_steps(status: str) -> frozenset[str]:
    """Return the steps that may be taken from `status`."""
    return frozenset(step for step, ways in TRANSITIONS.items() if status in ways)


class RedirectRefused(Exception):
    """The case may not go to that unit; the argument says why: same, inactive, excluded, confidential or reviewed."""


class AuthorRefused(TransitionRefused):
    """A case under review is closed to whoever wrote the answer that is looked at again."""


class StepHeld(TransitionRefused):
    """A step of this case is about to go out; until then, or until it is taken back, no other one may be taken."""


class NothingHeld(Exception):
    """There is nothing to take back: it went out, or was taken back before."""


class FollowerRefused(TransitionRefused):
    """The case is joined with another one and is answered there."""


class DecisionRefused(TransitionRefused):
    """A rejection is decided by a head of the unit or of one above it, and never by whoever proposed it."""


def may_decide(*, actor: int, proposer: int, unit: int, headed: Collection[int]) -> bool:
    """Tell whether somebody (keys of users and units) may decide a rejection; `headed`: his units and those below."""
    return actor != proposer and unit in headed


class MergeRefused(Exception):
    """The cases cannot be joined; the argument says why: itself, younger, merged, held, settled, unit, walls or
    sender."""


@dataclass(frozen=True)
class Joining:
    """What decides whether a case may be joined with another. It follows one (`is_joined`), or one follows it."""

    pk: int
    status: str
    unit: int
    is_joined: bool
    has_joined: bool
    walls: frozenset[int | str]
    addresses: frozenset[str]


def may_merge(young: Joining, old: Joining) -> None:
    """Raise `MergeRefused` unless two cases are open, of one sender, in one unit and behind the same walls."""
    faults = {
        "itself": young.pk == old.pk,
        "younger": young.pk < old.pk,
        "merged": young.is_joined or young.has_joined or old.is_joined,
        "settled": young.status not in OPEN or old.status not in OPEN,
        "unit": young.unit != old.unit,
        "walls": young.walls != old.walls,
        "sender": not (young.addresses & old.addresses),
    }
    for fault, is_so in faults.items():
        if is_so:
            raise MergeRefused(fault)


#: The blanks of a ready answer.
BLANKS = ("case_number", "citizen_name", "unit", "service", "due_date", "officer")


# --- After the answer (PRODUCT.md section 7) --------------------------------------------------------------------

#: Days after its first press in which a rating may be changed.
RATING_DAYS = 14
#: Days after an answer in which its citizen may ask for a review, once a case.
REVIEW_DAYS = 30


class RatingRefused(Exception):
    """The answer cannot be rated; the argument says why: no such answer ("answer"), or too long ago ("late")."""


class ReviewRefused(Exception):
    """There can be no review; the argument says why: no answer yet ("answer"), too long ago ("late"), asked for
    before ("once"), or nobody left who may do it ("nobody")."""


def rating_ends(rated_at: datetime) -> datetime:
    """Return until when a rating may be changed."""
    return rated_at + timedelta(days=RATING_DAYS)


def review_ends(answered_at: datetime) -> datetime:
    """Return until when a review of an answer may be asked for."""
    return answered_at + timedelta(days=REVIEW_DAYS)


def reviewing_units(
    unit: str, parents: Mapping[str, str | None], headed: Collection[str], replacements: Sequence[str]
) -> list[str]:
    """Return the units whose head may look again at an answer of `unit`, the nearest first.

    The way leads one level up from the author: to the head of his unit, or to the head of the unit above it where the
    author heads the unit himself (`headed`), then along the `replacements`. Codes of units; none comes twice.
    """
    above = [unit, parents.get(unit)]
    steps = [step for step, one in enumerate(above) if one in headed]
    higher = [one for one in above[max(steps) + 1 if steps else 0 :] if one]
    return [one for one in dict.fromkeys([*higher, *replacements]) if one not in headed]


#: Kinds in which the unit named is complained of, and so kept away from the case; thanks are not.
COMPLAINING = frozenset({Kind.COMPLAINT, Kind.CRITICISM, Kind.MISCONDUCT})


@dataclass(frozen=True)
class Promise:
    """What we promise for a kind of message: working days to the answer and to the first action."""

    code: str
    answer_days: int
    first_action_days: int = 3


#: Working days (PRODUCT.md section 7); the ceiling of three months holds for all.
PROMISES: dict[Kind, Promise] = {
    Kind.REQUEST: Promise("request-10", 10),
    Kind.COMPLAINT: Promise("complaint-15", 15),
    Kind.SUGGESTION: Promise("suggestion-15", 15),
    Kind.CRITICISM: Promise("criticism-15", 15),
    Kind.MISCONDUCT: Promise("misconduct-30", 30),
    Kind.PRAISE: Promise("praise-15", 15),
}


#: A review is answered like a complaint.
REVIEW_PROMISE = Promise("review-15", 15)


def ceiling(registered: date) -> date:
    """Return the day that no deadline of a message registered then may pass."""
    return registered + timedelta(days=CEILING_DAYS)


def due_on(registered: date, days: int, calendar: workdays.Calendar) -> date:
    """Return the last day for an answer: `days` working days after registration, never past the ceiling.

    A calendar without working days gives the ceiling: whoever wrote is never turned away for our calendar's sake.
    """
    return min(_later(registered, days, calendar), ceiling(registered))


def due_after_pause(due: date, registered: date, paused: int, calendar: workdays.Calendar) -> date:
    """Return the due date after a pause of `paused` working days, never past the ceiling."""
    later = _later(due, paused, calendar) if paused else due
    return min(later, max(due, ceiling(registered)))


def _later(day: date, days: int, calendar: workdays.Calendar) -> date:
    try:
        return workdays.due(day, days, calendar)
    except workdays.NoWorkingDay:
        return date.max


class ExtensionRefused(Exception):
    """The deadline cannot be extended so; the argument says why: extended twice before ("twice"), past already
    ("late"), or the ceiling of three months in the way ("ceiling")."""


def extended(
    due: date, registered: date, days: int, *, given: int, today: date, calendar: workdays.Calendar
) -> date:
    """Return the due date with `days` working days more, where `given` extensions went before.

    What is late cannot be made on time afterwards. Raises `ExtensionRefused`.
    """
    if given >= MOST_EXTENSIONS:
        raise ExtensionRefused("twice")
    if today > due:
        raise ExtensionRefused("late")
    later = _later(due, days, calendar)
    if later > ceiling(registered):
        raise ExtensionRefused("ceiling")
    return later


# --- The ladder (PRODUCT.md section 7) ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Rung:
    """Who is told when `percent` of the promised working days are over, or the case is `days_late`."""

    receiver: Receiver
    percent: int | None = None
    days_late: int | None = None


LADDER = (
    Rung(Receiver.OWNER, percent=50),
    Rung(Receiver.HEAD, percent=80),
    Rung(Receiver.SUPERIOR, percent=100),
    Rung(Receiver.INSPECTION, days_late=2),
)


def is_reached(rung: Rung, *, passed: int, total: int, late: int) -> bool:
    """Tell whether a rung is reached: of `total` working days `passed` are over, `late` since the last of them."""
    if rung.days_late is not None:
        return late >= rung.days_late
    return passed * 100 >= (rung.percent or 0) * max(total, 1)


@dataclass(frozen=True)
class Staff:
    """Who works where, by the codes of units and the numbers of users; `away` maps the absent to their deputies."""

    parents: Mapping[str, str | None]
    heads: Mapping[str, Sequence[int]]
    inspectors: Mapping[str, Sequence[int]]
    member: Mapping[int, Collection[str]]
    works: Mapping[int, Collection[str]]
    away: Mapping[int, int | None]


@dataclass(frozen=True)
class Told:
    """What must be known of a case before anybody is told of it."""

    unit: str
    owner: int | None
    is_confidential: bool = False
    excluded: Collection[str] = ()
    recused: Collection[int] = ()


def receiver_of(step: Receiver, case: Told, staff: Staff, replacements: Sequence[str]) -> int | None:
    """Return whom a step of the ladder tells of a case: the first on his way who is there and may know of it.

    Nobody of an excluded unit is told, nobody who recused himself, and of a confidential case only who handles it.
    """
    for candidate in _on_the_way(step, case, staff, replacements):
        user = staff.away.get(candidate, candidate)
        if user is not None and may_be_told(user, case, staff):
            return user
    return None


def may_be_told(user: int, case: Told, staff: Staff) -> bool:
    """Tell whether somebody may learn that a case exists."""
    if user in case.recused or not set(case.excluded).isdisjoint(staff.member.get(user, ())):
        return False
    return not case.is_confidential or case.unit in staff.works.get(user, ())


def _on_the_way(step: Receiver, case: Told, staff: Staff, replacements: Sequence[str]) -> list[int]:
    """Return who might be told at a step, the nearest first; further up where nobody is found."""
    above, unit = [], staff.parents.get(case.unit)
    while unit is not None and unit not in above:
        above.append(unit)
        unit = staff.parents.get(unit)
    stand_ins = [unit for unit in replacements if unit != case.unit]
    superiors = [user for unit in (*above, *stand_ins) for user in staff.heads.get(unit, ())]
    own = staff.heads.get(case.unit, ())
    heads = [*own, *superiors]
    if step == Receiver.OWNER:
        return [*([] if case.owner is None else [case.owner]), *heads]
    if step == Receiver.HEAD:
        return heads
    if step == Receiver.SUPERIOR:
        return [user for user in superiors if user not in own]
    return [
        user for unit in stand_ins for user in (*staff.inspectors.get(unit, ()), *staff.heads.get(unit, ()))
    ]


# --- Notices ----------------------------------------------------------------------------------------------------

#: Times that staff may send one notice again.
MOST_RESENDS = 3


class NoticeRefused(Exception):
    """The notice is not sent again; the argument says why: it is still on its way ("state"), it was sent again too
    often ("often"), there is no address any more ("address"), or the sender is unknown ("anonymous")."""


def resend_refusal(state: str, resends: int) -> str:
    """Return why a notice is not sent again, as `NoticeRefused` says it; nothing where it may be."""
    if state not in (NoticeState.SENT, NoticeState.FAILED):
        return "state"
    return "often" if resends >= MOST_RESENDS else ""


# --- Keeping and erasing ----------------------------------------------------------------------------------------

#: Statuses of cases in which nothing is owed any more; only these are ever erased.
SETTLED = (Status.ANSWERED, Status.CLOSED, Status.REFERRED_OUT)
#: What stands in the place of a text that was erased.
ERASED = "—"


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier; the last day of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


# --- Lists that are taken out -----------------------------------------------------------------------------------

#: For so long the file of a list can be downloaded.
EXPORT_KEPT = timedelta(hours=24)
#: Cases of one list; whoever needs more narrows the queue and asks twice.
EXPORT_MOST = 20_000
#: Lists that one member of staff may ask for within a day.
EXPORTS_A_DAY = 20


class ExportRefused(Exception):
    """The list is not made; the argument says why: no case ("empty"), too many cases ("large"), too many lists
    within a day ("often")."""


def check_export(*, cases: int, lately: int) -> None:
    """Raise `ExportRefused` for a list of so many cases by somebody who asked for so many within the last day."""
    if not cases:
        raise ExportRefused("empty")
    if cases > EXPORT_MOST:
        raise ExportRefused("large")
    if lately >= EXPORTS_A_DAY:
        raise ExportRefused("often")


#: What staff writes and the citizen reads.
PUBLIC_PURPOSES = (Purpose.SUBMISSION, Purpose.REPLY, Purpose.QUESTION, Purpose.ANSWER)


def token_digest(token: str) -> bytes:
    """Return the 32 bytes under which a form token is known; the token itself is never stored (decision 3)."""
    return hashlib.sha256(token.encode()).digest()


def neighbourhood(address: str, secret: bytes, day: date) -> int:
    """Return one of 4,096 counters for the neighbourhood of a client's address, for one day.

    Thousands of networks share each counter and the key changes with the day, so the number says nothing about
    who wrote: no address can be told from it, not even by somebody who holds the key. An address that cannot be
    read gets counter 0. The reaction to a full counter is a plain question, never a refusal, so sharing is harmless.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return 0
    network = ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False)
    key = hmac.digest(secret, day.isoformat().encode(), "sha256")
    return int.from_bytes(hmac.digest(key, network.network_address.packed, "sha256")[:2], "big") % 4096
