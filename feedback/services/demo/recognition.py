"""Made-up thanks in the recognition file of the demonstration."""

from datetime import datetime

from directory.enums import Role
from directory.models import Membership, Recognition
from directory.services import note_recognition
from feedback.enums import Kind
from feedback.models import Case
from feedback.services.recognition import recognize


def seed_demo_recognition(now: datetime) -> None:
    """Let the head of each unit that was thanked pass the oldest thanks on to its officer, once."""
    if Recognition.objects.exclude(opened_by=None).exists():
        return
    for case in Case.objects.filter(kind=Kind.PRAISE, is_confidential=False).order_by("received_at")[:3]:
        held = Membership.objects.active().filter(unit=case.unit_id).select_related("user")
        head, officer = held.filter(role=Role.HEAD).first(), held.filter(role=Role.OFFICER).first()
        if head is None or officer is None:
            continue
        entry = recognize(
            case_id=case.pk,
            person_id=officer.user_id,
            words="با حوصله راهنمایی کرده و کار را یک‌جا به سرانجام رسانده است.",
            actor=head.user,
            at=now,
        )
        note_recognition(entry_id=entry.pk, note="در نشست واحد از او قدردانی می‌کنیم.", actor=head.user)
