"""What every change of a case has in common: the lock, the walls, the table of ways, the record."""

from datetime import datetime

from directory.models import Unit, User
from feedback import policy
from feedback.enums import EventKind, Side
from feedback.models import Case, CaseEvent


class CaseNotFound(Exception):
    """There is no such case, or this member of staff may not see it; the two are alike on purpose."""


class CaseChanged(Exception):
    """Somebody changed the case after this page was opened; what was typed must be looked at again."""


def lock_for_staff(*, case_id: int, actor: User, version: int | None = None) -> Case:
    """Lock and return a case that `actor` may see.

    `version` is the one the page was opened with; raises `CaseChanged` when the case has moved on since, and
    `CaseNotFound` when it does not exist or is hidden from the actor.
    """
    case = Case.objects.select_for_update(no_key=True).filter(pk=case_id).first()
    # Asked under the lock: the case may have left the actor's sight while he waited for it.
    if case is None or not Case.objects.visible_to(actor).filter(pk=case_id).exists():
        raise CaseNotFound
    if version is not None and case.version != version:
        raise CaseChanged
    return case


def lock(*, case_id: int) -> Case:
    """Lock and return a case for the portal itself or its citizen.

    Rows that point to it may be written meanwhile (`no_key`, wherever cases and users are locked): two who write rows
    about each other's case and person would wait for one another. Its unit is read afterwards: joined with it,
    PostgreSQL finds no row where the case moved while one waited.
    """
    return Case.objects.select_for_update(no_key=True).get(pk=case_id)


def move(case: Case, step: str, **changes: object) -> None:
    """Take `step` (raises `TransitionRefused` where it is not possible) and save it with `changes`."""
    case.status = policy.after(case.status, step)
    for name, value in changes.items():
        setattr(case, name, value)
    case.version += 1
    case.save(update_fields=["status", "version", *changes])


def record(
    case: Case,
    kind: EventKind,
    *,
    at: datetime,
    actor: User | None = None,
    side: Side | None = None,
    unit: Unit | None = None,
    reason: str = "",
) -> CaseEvent:
    """Append one event; with an actor it is the staff's, without one the citizen's unless `side` says otherwise."""
    by = side or (Side.STAFF if actor else Side.CITIZEN)
    return CaseEvent.objects.create(
        case=case, kind=kind, side=by, actor=actor, unit=unit, reason=reason, at=at
    )
