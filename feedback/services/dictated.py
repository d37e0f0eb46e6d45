"""Opening a case for staff by a code that its citizen reads out."""

from datetime import datetime

from django.db import transaction

from directory.models import User
from feedback import selectors
from feedback.enums import EventKind
from feedback.models import Case
from feedback.services.change import CaseNotFound, lock_for_staff, record
from feedback.services.guard import count_wrong_code


def open_by_code(*, code: str, actor: User, neighbourhood: int, at: datetime) -> Case:
    """Return the case that a well-typed code opens and record that it was read out to `actor`.

    Raises `CaseNotFound` for a code nobody has and for a case hidden from the actor alike; both count as a wrong code
    of the `neighbourhood`. Called outside any transaction, so that no rollback loses the count.
    """
    case = selectors.case_by_code(code)
    try:
        return _open(case, actor, at)
    except CaseNotFound:
        count_wrong_code(neighbourhood=neighbourhood, at=at)
        raise


@transaction.atomic
def _open(case: Case | None, actor: User, at: datetime) -> Case:
    if case is None:
        raise CaseNotFound
    locked = lock_for_staff(case_id=case.pk, actor=actor)
    record(locked, EventKind.DICTATED, at=at, actor=actor, unit=locked.unit)
    return locked
