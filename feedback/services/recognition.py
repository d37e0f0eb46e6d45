"""Thanks of a citizen, entered by the head into the recognition file of whoever earned them."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from directory.enums import Source
from directory.models import Recognition, User
from directory.selectors import staff_of, units_headed
from directory.services import open_recognition
from feedback.enums import Kind
from feedback.models import Case
from feedback.services.change import CaseNotFound


def may_recognize(*, case: Case, actor: User) -> bool:
    """Tell whether somebody may enter a case into the recognition file: thanks to the unit he heads himself."""
    return case.kind == Kind.PRAISE and case.erased_at is None and case.unit_id in units_headed(actor)


@transaction.atomic
def recognize(*, case_id: int, person_id: int, words: str, actor: User, at: datetime) -> Recognition:
    """Enter what a citizen thanked somebody for, once for each case and person; of the citizen only the number goes on.

    `words` are the head's: what was thanked for, without a name. Raises `CaseNotFound`, and `PermissionDenied` for a
    case that is no thanks to one's own unit and for a person who does not work there.
    """
    case = Case.objects.visible_to(actor).filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound
    person = staff_of(frozenset({case.unit_id}), but=actor).filter(pk=person_id).first()
    if person is None or not may_recognize(case=case, actor=actor):
        raise PermissionDenied
    return open_recognition(
        person=person,
        unit=case.unit,
        source=Source.PRAISE,
        reference=case.number,
        finding=(words, ""),
        actor=actor,
        at=at,
    )
