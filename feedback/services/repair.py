"""Holding the rows of the last hours against what should have followed them, and letting it follow again.

Nothing of this happens by itself: an event is written in the transaction of its cause. It mends what a slip of
somebody's hand, a half restored backup or a fault of our own took away. What follows twice
does nothing the second time.
"""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from feedback.enums import FileState, NoticeState, NoticeTopic
from feedback.models import Attachment, Case, Notice
from portal.outbox.publish import publish
from portal.outbox.selectors import told_since, under_way

#: Work younger than this is still on its usual way; older work than the other is not looked at any more.
YOUNG, OLD = timedelta(minutes=2), timedelta(hours=6)
#: Of each table only so many of the newest rows are read, found by their primary key.
NEWEST = 5000


@dataclass(frozen=True)
class Repaired:
    """How many cases, notices and files had lost what follows them."""

    cases: int
    notices: int
    files: int

    def __bool__(self) -> bool:
        return any(astuple(self))


@transaction.atomic
def repair(*, at: datetime) -> Repaired:
    """Publish again what should have followed and is neither done nor under way; return how much that was."""
    cases, notices, files = _cases(at), _notices(at), _files(at)
    for case_id in cases:
        publish("case.submitted", case_id=case_id)
    for notice_id in notices:
        publish("notice.queued", notice_id=notice_id)
    for attachment_id in files:
        publish("file.received", attachment_id=attachment_id)
    return Repaired(len(cases), len(notices), len(files))


def _cases(at: datetime) -> list[int]:
    """Find cases without their event, and cases whose citizen should have been told that they arrived."""
    span = (at - OLD, at - YOUNG)
    cases = Case.objects.filter(
        Q(received_at__range=span, entered_at=None) | Q(entered_at__range=span),
        pk__gt=_floor(Case),
        erased_at=None,
    )
    told = Notice.objects.filter(case=OuterRef("pk"), topic=NoticeTopic.RECEIVED)
    untold = cases.filter(~Exists(told), email_failed_at=None).exclude(email="")
    published = told_since("case.submitted", "case_id", since=at - OLD - YOUNG)
    lost = (_ids(cases) - published) | _ids(untold)
    return sorted(lost - under_way("case.submitted", "case_id"))


def _notices(at: datetime) -> list[int]:
    waiting = Notice.objects.filter(
        pk__gt=_floor(Notice),
        state__in=[NoticeState.QUEUED, NoticeState.RETRYING],
        created_at__range=(at - OLD, at - YOUNG),
    )
    return sorted(_ids(waiting) - under_way("notice.queued", "notice_id"))


def _files(at: datetime) -> list[int]:
    unchecked = Attachment.objects.filter(
        pk__gt=_floor(Attachment),
        state=FileState.CHECKING,
        message__sent_at__range=(at - OLD, at - YOUNG),
    )
    return sorted(_ids(unchecked) - under_way("file.received", "attachment_id"))


def _floor(model: type[Model]) -> int:
    newest = model._default_manager.order_by("-pk").values_list("pk", flat=True)
    return next(iter(newest[NEWEST : NEWEST + 1]), 0)


def _ids(rows: QuerySet[Any]) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))
