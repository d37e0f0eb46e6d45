"""Who may move a case where, and why a step of a case is refused."""

from feedback.enums import OPEN, Status


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
        Status.CLOSED: Status.ANSWERED,  # its citizen wrote once more
    },
    "close": {Status.ANSWERED: Status.CLOSED},
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
