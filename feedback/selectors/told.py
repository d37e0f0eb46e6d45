"""What a citizen reads of his case: what was said, what happened, the files."""

from collections.abc import Iterable

from feedback.enums import EventKind, FileState
from feedback.models import Attachment, Case, CaseEvent, Message, Rating
from feedback.selectors.reference import Reference
from portal.rows import Given, Prepared

SAID = Prepared(lambda: Message.objects.public().filter(case=Given("case")))
FILES = Prepared(lambda: Attachment.objects.filter(message__case=Given("case")))
RATING = Prepared(lambda: Rating.objects.filter(answer=Given("answer")))


def conversation(case: Case, kept: Reference) -> list[Message]:
    """Return what the citizen may read of a case, oldest first, each message with its files."""
    said, files = kept.with_units(SAID.rows(case=case.pk)), FILES.rows(case=case.pk)
    for message in said:
        message.files = [file for file in files if file.message_id == message.pk]
    return said


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
    EventKind.CLOSED,
)
STORY = Prepared(lambda: CaseEvent.objects.filter(case=Given("case"), kind__in=[*TOLD, EventKind.RATED]))


def story(case: Case, kept: Reference) -> list[CaseEvent]:
    """Return what happened to a case as its citizen is told, and that an answer was rated, oldest first."""
    return kept.with_units(STORY.rows(case=case.pk))


def rating_told(answer: Message, events: Iterable[CaseEvent]) -> Rating | None:
    """Return the rating of an answer; where the events of its case tell of none, the database is not asked."""
    is_rated = any(event.kind == EventKind.RATED for event in events)
    return RATING.first(answer=answer.pk) if is_rated else None
