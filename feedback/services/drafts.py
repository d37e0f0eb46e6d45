"""Drafts: what is typed and chosen is kept on the server, for its author alone, until it is sent."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from directory.models import User
from feedback.models import Case, Draft, DraftFile
from feedback.services.change import CaseNotFound
from portal.ui.stored import delete_after_commit

#: A draft nobody touched for so long is forgotten.
KEPT_FOR = timedelta(days=60)


@transaction.atomic
def keep_drafts(
    *,
    case_id: int,
    actor: User,
    words: Mapping[str, Mapping[str, Any]],
    version: int,
    at: datetime,
    files: Mapping[str, Sequence[UploadedFile]] | None = None,
    dropped: Collection[int] = (),
) -> list[Draft]:
    """Keep what was typed for each step (`words`: step → field → text) and return the drafts there are now.

    `files` are the new files of a step, let in by its form's field; `dropped` the numbers of kept ones that are not
    wanted any more. An emptied step without files loses its draft. Raises `CaseNotFound` for a case the actor may
    not see.
    """
    if not Case.objects.visible_to(actor).filter(pk=case_id).exists():
        raise CaseNotFound
    own = DraftFile.objects.filter(draft__case=case_id, draft__author=actor)
    if dropped:
        _forget_files(own.filter(pk__in=dropped))
    filed = set(own.values_list("draft__step", flat=True))
    for step, typed in words.items():
        given = {name: _storable(text) for name, text in typed.items() if text}
        new = (files or {}).get(step, ())
        if given or new or step in filed:
            draft = keep_draft(case_id=case_id, actor=actor, step=step, words=given, version=version, at=at)
            _keep_files(draft, new)
        else:
            forget_draft(case_id=case_id, actor=actor, step=step)
    return list(Draft.objects.filter(case=case_id, author=actor))


def _keep_files(draft: Draft, files: Sequence[UploadedFile]) -> None:
    for file in files:
        kept = DraftFile(
            draft=draft, name=file.name or "", content_type=file.content_type or "", size=file.size or 0
        )
        file.seek(0)
        kept.file.save(secrets.token_hex(16), file)


def _forget_files(files: QuerySet[DraftFile]) -> None:
    """Delete files of drafts, their content once that is certain."""
    stored = [(one.file.storage, str(one.file.name)) for one in files]
    files.delete()
    for storage, name in stored:
        delete_after_commit(storage, name)


def _storable(text: Any) -> Any:
    """Take out what the database's JSON cannot hold: the zero character, and halves of characters."""
    return text.replace("\0", "").encode(errors="ignore").decode() if isinstance(text, str) else text


def keep_draft(
    *, case_id: int, actor: User, step: str, words: Mapping[str, Any], version: int, at: datetime
) -> Draft:
    """Keep the words of one step; a draft of the same words stays as it is, so that its time tells of real writing."""
    same = Draft.objects.filter(case=case_id, author=actor, step=step, words=dict(words), version=version)
    known = same.first()
    if known is not None:
        return known
    draft, _is_new = Draft.objects.update_or_create(
        case_id=case_id,
        author=actor,
        step=step,
        defaults={"words": dict(words), "version": version, "saved_at": at},
    )
    return draft


def forget_draft(*, case_id: int, actor: User, step: str) -> None:
    """Forget the draft of a step that was sent or emptied."""
    _forget(Draft.objects.filter(case=case_id, author=actor, step=step))


@transaction.atomic
def forget_old_drafts(*, at: datetime) -> None:
    """Delete drafts that nobody has touched for two months."""
    _forget(Draft.objects.filter(saved_at__lt=at - KEPT_FOR))


def forget_drafts_of(case: Case) -> None:
    """Forget whatever anybody has written in a case and not sent."""
    _forget(Draft.objects.filter(case=case))


def _forget(drafts: QuerySet[Draft]) -> None:
    _forget_files(DraftFile.objects.filter(draft__in=drafts))
    drafts.delete()
