"""Made-up thanks in the recognition file of the demonstration."""

from datetime import datetime

from directory.enums import Role
from directory.models import Membership, Recognition
from directory.selectors import staff_of
from directory.services import note_recognition
from feedback.enums import Kind
from feedback.models import Case
from feedback.services.recognition import recognize


def seed_demo_recognition(now: datetime) -> None:
    """Let the head of each unit that was thanked pass the oldest thanks on to one of its people, once."""
    if Recognition.objects.exclude(opened_by=None).exists():
        return
    for case in Case.objects.filter(kind=Kind.PRAISE, is_confidential=False).order_by("received_at")[:3]:
        held = Membership.objects.active().filter(unit=case.unit_id, role=Role.HEAD)
        head = held.select_related("user").first()
        thanked = staff_of(frozenset({case.unit_id}), but=head.user).first() if head else None
        if head is None or thanked is None:
            continue
        entry = recognize(
            case_id=case.pk,
            person_id=thanked.pk,
            words="با حوصله راهنمایی کرده و کار را یک‌جا به سرانجام رسانده است.",
            actor=head.user,
            at=now,
        )
        note_recognition(entry_id=entry.pk, note="در نشست واحد از او قدردانی می‌کنیم.", actor=head.user)
