"""What is read while a case is answered: drafts, what was said, cases like it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, prefetch_related_objects

from directory.models import User
from directory.selectors import with_names
from feedback.models import Case, ClusterCase, Draft, Message
from feedback.models.similar import similar_to

#: What is read with a message: its rating, whether it answers similar cases too.
BESIDE = ("rating__answer", "rating__score", "rating__words", "cluster__answer")
#: Whoever kept a draft within this time is writing.
WRITING = timedelta(minutes=2)


@dataclass(frozen=True)
class Writing:
    """One's own drafts in a case with their files, and who else is writing in it."""

    own: list[Draft]
    writers: list[User]


def drafts_on(case: Case, user: User, at: datetime) -> Writing:
    """Return what is being written in a case, as one member of staff may know it: his own texts, others' names."""
    asked = Q(author=user) | Q(saved_at__gt=at - WRITING, author__is_active=True)
    drafts = Draft.objects.filter(asked, case=case).order_by("saved_at")
    found = with_names(drafts, people=["author"])
    own = [draft for draft in found if draft.author_id == user.pk]
    prefetch_related_objects(own, "files")
    others = {draft.author_id: draft.author for draft in found if draft.author_id != user.pk}
    return Writing(own=own, writers=list(others.values()))


def spoken(case: Case, user: User) -> list[Message]:
    """Return what was said in a case and in those joined with it that the user may see; oldest first."""
    # The cases first and apart: among seven tables the database looks longer for a plan than for the rows.
    joined = Case.objects.visible_to(user).filter(merged_into=case).only("number")
    cases = {case.pk: case, **{one.pk: one for one in joined}}
    said = Message.objects.filter(case__in=list(cases))
    told = with_names(said, people=["author"], units=["unit"], beside=BESIDE)
    messages = list(told.prefetch_related("attachments"))
    for message in messages:
        message.case = cases[message.case_id]
    return messages


def alike(case: Case, user: User) -> list[Case]:
    """Return open cases of the same unit that are like this one and that the user may see, to be answered together."""
    if case.is_confidential:
        return []
    cases = Case.objects.visible_to(user).open().filter(unit=case.unit_id, merged_into=None)
    found = similar_to(case, cases.filter(is_confidential=False))
    return [*found.by_sender, *found.by_words]


def together(case: Case, user: User) -> list[ClusterCase]:
    """Return the similar cases that got an answer of this case, as far as the user may see them."""
    rows = ClusterCase.objects.filter(cluster__lead=case, case__in=Case.objects.visible_to(user))
    return list(rows.select_related("case"))
