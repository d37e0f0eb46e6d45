"""What every answer to a citizen has in common, whatever it says: the message, the state, the record, the event."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from directory.models import User
from directory.selectors import working_calendar
from feedback.enums import EventKind, Outcome, Purpose, Side
from feedback.models import Case, Message, Rejection
from feedback.services.after import close_review
from feedback.services.change import lock, move, record
from feedback.services.clock import resume, time_taken
from feedback.services.files import attach
from portal.outbox.publish import publish


def say(case: Case, purpose: Purpose, actor: User, body: str, at: datetime) -> Message:
    """Write one message of staff into a locked case."""
    return Message.objects.create(
        case=case, side=Side.STAFF, purpose=purpose, author=actor, unit=case.unit, body=body, sent_at=at
    )


def settle(
    case: Case,
    step: str,
    kind: EventKind,
    *,
    actor: User,
    body: str,
    at: datetime,
    files: Sequence[UploadedFile] = (),
    reason: str = "",
) -> Message:
    """Answer a locked case, and with it the cases joined with it; publish `case.answered` for each.

    Each gets a message of its own and is a case for itself again. Raises `TransitionRefused`.
    """
    message = _settle(case, step, kind, actor, body, at, files, reason)
    for other in followers(case):
        other.merged_into = None
        other.save(update_fields=["merged_into"])
        _settle(other, step, kind, actor, body, at, files, reason)
    return message


def _settle(
    case: Case,
    step: str,
    kind: EventKind,
    actor: User,
    body: str,
    at: datetime,
    files: Sequence[UploadedFile],
    reason: str,
) -> Message:
    resume(case=case, at=at)
    close_review(case=case, actor=actor, at=at)
    took = time_taken(case, at, working_calendar(case.unit_id))
    move(case, step, answered_at=at, **took, awaits_staff=False, assigned_to=case.assigned_to or actor)
    message = say(case, Purpose.ANSWER, actor, body, at)
    attach(message=message, files=files)
    record(case, kind, at=at, actor=actor, unit=case.unit, reason=reason)
    publish(
        "case.answered",
        case_id=case.pk,
        message_id=message.pk,
        unit_id=case.unit_id,
        service_id=case.service_id or 0,
        is_confidential=case.is_confidential,
    )
    return message


def followers(case: Case) -> list[Case]:
    """Lock and return the cases joined with a locked one. They are younger: all locks are taken in one order."""
    joined = Case.objects.filter(merged_into=case.pk).order_by("pk")
    return list(joined.select_for_update(no_key=True))


def lock_together(case_id: int) -> tuple[Case, list[Case]]:
    """Lock and return a case, and those joined with it; the oldest is locked first."""
    oldest = lock(case_id=Case.objects.values_list("merged_into", flat=True).get(pk=case_id) or case_id)
    group = [oldest, *followers(oldest)]
    case = next((one for one in group if one.pk == case_id), None)
    if case is None:  # parted a moment ago
        return lock(case_id=case_id), []
    return case, [one for one in group if one is not case]


def withdraw_rejection(*, case: Case, at: datetime) -> None:
    """Close the open proposal to reject a locked case, because something else was done; nothing without one."""
    Rejection.objects.filter(case=case, outcome="").update(outcome=Outcome.WITHDRAWN, decided_at=at)
