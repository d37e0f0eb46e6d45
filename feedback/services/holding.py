"""Sending with a way back: a step waits some seconds before the citizen reads it; until then it can be taken back.

A held step is one row. Whoever first finds it due, the worker or a page of the case, locks the case, deletes the row
and takes the step, all in one transaction: it happens once, however often it is tried (decision 16).
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from directory.models import User
from feedback import policy
from feedback.enums import EventKind, Side
from feedback.models import Case, DraftFile, OutgoingFile, OutgoingStep
from feedback.services.after import lock_for_work
from feedback.services.casework import ask, refer_out
from feedback.services.change import CaseNotFound, lock, lock_for_staff, record
from feedback.services.clusters import answer_together
from feedback.services.drafts import forget_draft, keep_draft
from feedback.services.rejection import reject
from portal.outbox.publish import publish
from portal.ui.stored import delete_after_commit

#: The steps that can be taken back. Each takes what its form holds under the names of the form's fields.
TAKEN: dict[str, Any] = {
    "answer": answer_together,
    "ask": ask,
    "refer_out": refer_out,
    "reject": reject,
}


@transaction.atomic
def send(
    *,
    case_id: int,
    actor: User,
    step: str,
    words: Mapping[str, Any],
    at: datetime,
    version: int | None = None,
    seconds: int = 0,
    files: Sequence[UploadedFile] = (),
) -> OutgoingStep | None:
    """Send a step to the citizen: in `seconds` seconds, or at once (None is returned). Publish `step.held`.

    The draft of the step is forgotten. Raises what the step's own service raises.
    """
    if not seconds:
        _take(step, case_id=case_id, actor=actor, words=words, at=at, version=version, files=files)
        forget_draft(case_id=case_id, actor=actor, step=step)
        return None
    case = lock_for_work(case_id=case_id, actor=actor, version=version)
    policy.after(case.status, step)
    held = OutgoingStep.objects.create(
        case=case,
        actor=actor,
        step=step,
        words=dict(words),
        held_at=at,
        due_at=at + timedelta(seconds=seconds),
    )
    for file in files:
        kept = OutgoingFile(held=held, name=file.name or "", content_type=file.content_type or "")
        kept.file.save(secrets.token_hex(16), file)
    forget_draft(case_id=case_id, actor=actor, step=step)
    publish("step.held", held_id=held.pk)
    return held


def _take(
    step: str,
    *,
    case_id: int,
    actor: User,
    words: Mapping[str, Any],
    at: datetime,
    version: int | None,
    files: Sequence[UploadedFile],
) -> None:
    more = {"files": files} if files else {}
    TAKEN[step](case_id=case_id, actor=actor, at=at, version=version, **words, **more)


@transaction.atomic
def send_held(*, held_id: int, at: datetime) -> datetime | None:
    """Take a held step whose time has come; return when that will be, or None when there is nothing left to do.

    If the step is not possible any more, or not for its sender, its words go back to his draft and the record says so.
    What the citizen wrote in the meantime stays marked as unread.
    """
    place = OutgoingStep.objects.filter(pk=held_id).values_list("case", flat=True).first()
    if place is None:
        return None
    case = lock(case_id=place)
    held = OutgoingStep.objects.select_related("actor").filter(pk=held_id).first()
    if held is None:
        return None
    if at < held.due_at:
        return held.due_at
    wrote = case.messages.filter(side=Side.CITIZEN, sent_at__gte=held.held_at).exists()
    files = _release(held)
    try:
        with transaction.atomic():
            _take(
                held.step,
                case_id=place,
                actor=held.actor,
                words=held.words,
                at=at,
                version=None,
                files=[one.as_upload() for one in files],
            )
    except (CaseNotFound, policy.TransitionRefused):
        _give_back(case, held, files, at)
    else:
        for one in files:
            delete_after_commit(one.file.storage, str(one.file.name))
        if wrote:
            Case.objects.filter(pk=place).update(awaits_staff=True)
    return None


@transaction.atomic
def take_back(*, case_id: int, actor: User, at: datetime) -> OutgoingStep:
    """Take one's own step back before it goes out; its words and files are a draft again.

    Raises `NothingHeld` when it went out already, and `CaseNotFound`.
    """
    case = lock_for_staff(case_id=case_id, actor=actor)
    held = OutgoingStep.objects.select_related("actor").filter(case=case, actor=actor).first()
    if held is None:
        raise policy.NothingHeld
    _give_back(case, held, _release(held), at)
    return held


def _give_back(case: Case, held: OutgoingStep, files: Sequence[OutgoingFile], at: datetime) -> None:
    """Make a draft of a step again; what is stored of its files stays where it is."""
    if held.words:
        draft = keep_draft(
            case_id=case.pk, actor=held.actor, step=held.step, words=held.words, version=case.version, at=at
        )
        DraftFile.objects.bulk_create(
            DraftFile(
                draft=draft,
                name=one.name,
                file=str(one.file.name),
                content_type=one.content_type,
                size=one.file.size,
            )
            for one in files
        )
    record(case, EventKind.TAKEN_BACK, at=at, actor=held.actor, unit=case.unit)


def _release(held: OutgoingStep) -> list[OutgoingFile]:
    """Delete the row and return its files, which are still stored."""
    files = list(held.files.all())
    OutgoingStep.objects.filter(pk=held.pk).delete()
    return files
