"""Notices as rows: queued in the transaction of their cause, sent by a task, their state written here."""

from datetime import datetime

from django.db import transaction

from directory.models import User
from feedback.enums import NoticeChannel, NoticeState, NoticeTopic
from feedback.models import Case, Message, Notice
from portal.outbox.publish import publish


@transaction.atomic
def queue_notice(
    *,
    case: Case,
    message: Message,
    topic: NoticeTopic,
    channel: NoticeChannel,
    address: str,
    at: datetime,
    recipient: User | None = None,
    occasion: int = 0,
) -> Notice:
    """Queue one notice and publish `notice.queued`; the same notice to the same address is queued once only.

    `occasion` tells notices of one topic apart: the number of what this one is about.
    """
    notice, fresh = Notice.objects.get_or_create(
        message=message,
        topic=topic,
        channel=channel,
        address=address,
        occasion=occasion,
        defaults={"case": case, "recipient": recipient, "language": case.language, "created_at": at},
    )
    if fresh:
        publish("notice.queued", notice_id=notice.pk)
    return notice


def mark_sent(*, notice: Notice, at: datetime) -> None:
    """The gateway took the notice."""
    _mark(notice, NoticeState.SENT, error="", sent_at=at)


def mark_retrying(*, notice: Notice, error: str) -> None:
    """The gateway could not be reached; the notice is tried again."""
    _mark(notice, NoticeState.RETRYING, error=error)


def mark_failed(*, notice: Notice, error: str) -> None:
    """The gateway refused the notice for good; staff sees why."""
    _mark(notice, NoticeState.FAILED, error=error)


def _mark(notice: Notice, state: NoticeState, *, error: str, sent_at: datetime | None = None) -> None:
    notice.state, notice.error, notice.sent_at = state, error[:300], sent_at
    notice.attempts += 1
    notice.save(update_fields=["state", "error", "sent_at", "attempts"])
