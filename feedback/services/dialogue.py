"""What the citizen does with a case, by its code."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from feedback.enums import EventKind, Purpose, Side
from feedback.models import Case, Message
from feedback.policy import WRITINGS_A_DAY, ReplyRefused
from feedback.services.change import move, record
from feedback.services.clock import resume
from feedback.services.files import attach, carries
from feedback.services.settling import lock_together
from portal.outbox.publish import publish


def open_case(*, case: Case, at: datetime) -> None:
    """Remember when the citizen last opened the case, to show it at the next look."""
    with connection.cursor() as cursor:  # as with the mark of the reference data, no query is built anew
        cursor.execute("UPDATE feedback_case SET opened_at = %s WHERE id = %s", [at, case.pk])


@transaction.atomic
def reply(
    *,
    case_id: int,
    body: str,
    at: datetime,
    files: Sequence[UploadedFile] = (),
    voice: UploadedFile | None = None,
) -> Message:
    """Add the citizen's words to the conversation; a waiting case goes on. Publish `case.replied`.

    The same text, with the same files, sent twice within one conversation turn is stored once: the message of the first
    is returned. Raises `ReplyRefused`.
    """
    case, others = lock_together(case_id)  # a word in one of them is a word in all
    last = case.messages.public().last()
    if (
        last is not None
        and last.purpose == Purpose.REPLY
        and last.body == body
        and (not (files or voice) or carries(message=last, files=files, voice=voice))
    ):
        return last
    lately = case.messages.filter(purpose=Purpose.REPLY, sent_at__gt=at - timedelta(days=1))
    if lately.count() >= WRITINGS_A_DAY:
        raise ReplyRefused("often")
    resume(case=case, at=at)
    move(case, "reply", awaits_staff=True)
    message = Message.objects.create(
        case=case, side=Side.CITIZEN, purpose=Purpose.REPLY, body=body, sent_at=at
    )
    attach(message=message, files=files, voice=voice)
    record(case, EventKind.REPLIED, at=at)
    publish("case.replied", case_id=case.pk, message_id=message.pk)
    for other in others:
        resume(case=other, at=at)
        move(other, "reply", awaits_staff=True)
    return message
