"""What a citizen reads of his case: what was said, what happened, the files."""

from django.db.models import QuerySet

from feedback.enums import EventKind, FileState
from feedback.models import Attachment, Case, CaseEvent, Message


def conversation(case: Case) -> QuerySet[Message]:
    """Return what the citizen may read of a case, oldest first."""
    return case.messages.public().select_related("unit", "rating").prefetch_related("attachments")


def file_for_citizen(case: Case, attachment_id: int) -> Attachment | None:
    """Return a file that the citizen of a case may open: ready, and of a message that he may read."""
    readable = case.messages.public()
    return Attachment.objects.filter(pk=attachment_id, message__in=readable, state=FileState.READY).first()


#: What the citizen sees of the record; internal notes and who holds the case are not among it.
TOLD = (
    EventKind.SUBMITTED,
    EventKind.ROUTED,
    EventKind.TAKEN,
    EventKind.ASKED,
    EventKind.REPLIED,
    EventKind.ANSWERED,
    EventKind.REDIRECTED,
    EventKind.REFERRED_OUT,
    EventKind.REVIEW_ASKED,
    EventKind.REJECTED,
    EventKind.MERGED,
    EventKind.UNMERGED,
    EventKind.EXTENDED,
    EventKind.RECOUNTED,
)


def story(case: Case) -> QuerySet[CaseEvent]:
    """Return what happened to a case as its citizen is told, oldest first."""
    return case.events.filter(kind__in=TOLD).select_related("unit")
