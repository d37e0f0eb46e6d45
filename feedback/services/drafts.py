"""Drafts: what is typed is kept on the server, for its author alone, until it is sent."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from directory.models import User
from feedback.models import Case, Draft
from feedback.services.change import CaseNotFound

#: A draft nobody touched for so long is forgotten.
KEPT_FOR = timedelta(days=60)


@transaction.atomic
def keep_drafts(
    *, case_id: int, actor: User, words: Mapping[str, Mapping[str, Any]], version: int, at: datetime
) -> list[Draft]:
    """Keep what was typed for each step (`words`: step → field → text) and return the drafts there are now.

    An emptied step loses its draft. Raises `CaseNotFound` for a case the actor may not see.
    """
    if not Case.objects.visible_to(actor).filter(pk=case_id).exists():
        raise CaseNotFound
    for step, typed in words.items():
        given = {name: _storable(text) for name, text in typed.items() if text}
        if given:
            keep_draft(case_id=case_id, actor=actor, step=step, words=given, version=version, at=at)
        else:
            forget_draft(case_id=case_id, actor=actor, step=step)
    return list(Draft.objects.filter(case=case_id, author=actor))


def _storable(text: Any) -> Any:
    """Take out what the database's JSON cannot hold: the zero character, and halves of characters."""
    return text.replace("\0", "").encode(errors="ignore").decode() if isinstance(text, str) else text


def keep_draft(
    *, case_id: int, actor: User, step: str, words: Mapping[str, Any], version: int, at: datetime
) -> None:
    """Keep the words of one step; a draft of the same words stays as it is, so that its time tells of real writing."""
    same = Draft.objects.filter(case=case_id, author=actor, step=step, words=dict(words), version=version)
    if not same.exists():
        Draft.objects.update_or_create(
            case_id=case_id,
            author=actor,
            step=step,
            defaults={"words": dict(words), "version": version, "saved_at": at},
        )


def forget_draft(*, case_id: int, actor: User, step: str) -> None:
    """Forget the draft of a step that was sent or emptied."""
    Draft.objects.filter(case=case_id, author=actor, step=step).delete()


def forget_old_drafts(*, at: datetime) -> None:
    """Delete drafts that nobody has touched for two months."""
    Draft.objects.filter(saved_at__lt=at - KEPT_FOR).delete()
