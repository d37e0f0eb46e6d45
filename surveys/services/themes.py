"""Sorting comments into themes: by one person, and some of them by a second one who does not see the first's."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from directory.models import User
from portal.kernel import jalali
from surveys.models import AnswerValue, Coding
from surveys.selectors import may_read_texts


class SortedTwice(Exception):
    """Two other people have sorted this comment already."""


@transaction.atomic
def code_comment(*, answer_id: UUID, themes: Iterable[int], actor: User, at: datetime) -> Coding:
    """Keep the themes that somebody found in a comment; none is an answer too, and one's own may be changed.

    Numbers of themes that the comment's questionnaire does not have are left out. Whoever comes second checks the
    first. Raises `PermissionDenied` and `SortedTwice`.
    """
    if not may_read_texts(actor):
        raise PermissionDenied
    comments = AnswerValue.objects.exclude(text="").select_related("item__version__questionnaire")
    answer = comments.select_for_update(of=("self",)).get(pk=answer_id)
    codings = list(answer.codings.all())
    own = next((coding for coding in codings if coding.coded_by_id == actor.pk), None)
    if own is None and len(codings) > 1:
        raise SortedTwice
    day = jalali.local(at).date()
    coding = own or Coding(answer=answer, is_second=bool(codings), coded_by=actor)
    coding.coded_on = day
    coding.save()
    coding.themes.set(answer.item.version.questionnaire.themes.filter(pk__in=list(themes)))
    return coding
