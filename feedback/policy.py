"""Pure rules of casework: who may move a case where, what was promised, and when it is due."""

import hashlib
import hmac
import ipaddress
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feedback.enums import OPEN, Kind, Purpose, Status
from portal.kernel import workdays

#: Calendar days that no deadline may pass, whatever was paused or extended: three months
#: (Court of Administrative Justice Act, article 16, note 4).
CEILING_DAYS = 90


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


def due_on(registered: date, days: int, calendar: workdays.Calendar) -> date:
    """Return the last day for an answer: `days` working days after registration, never past the ceiling."""
    return min(workdays.due(registered, days, calendar), registered + timedelta(days=CEILING_DAYS))


def due_after_pause(due: date, registered: date, paused: int, calendar: workdays.Calendar) -> date:
    """Return the due date after a pause of `paused` working days, never past the ceiling."""
    later = workdays.due(due, paused, calendar) if paused else due
    return min(later, max(due, registered + timedelta(days=CEILING_DAYS)))


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
