"""Keeping the files of a form until it is sent: a refused form, or a line that broke, must not cost a second upload."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum

from feedback import policy
from feedback.models import DraftFile, HeldFile, OutgoingFile
from portal.ui.stored import names_in
from portal.ui.uploads import MOST_HELD

FOLDER = "held"
#: Whose files lie in the folder: those of forms of citizens and, without an end of their own, those of staff.
KEPT_HERE = (HeldFile, OutgoingFile, DraftFile)


class HoldFull(Exception):
    """No more files can wait, under this token or in all; they travel with their form instead."""


@transaction.atomic
def hold(
    *, token: str, files: Sequence[UploadedFile], voice: UploadedFile | None = None, at: datetime
) -> list[HeldFile]:
    """Store files under the token of their form and return them; nobody can open them.

    The files were let in by a form's field. Raises `HoldFull`, with nothing stored.
    """
    holder = policy.token_digest(token)
    _check_room(holder, [*files, *([voice] if voice else [])])
    held = [_store(holder, file, at, is_voice=False) for file in files]
    return held + ([_store(holder, voice, at, is_voice=True)] if voice else [])


def _check_room(holder: bytes, files: Sequence[UploadedFile]) -> None:
    if HeldFile.objects.filter(holder=holder).count() + len(files) > MOST_HELD:
        raise HoldFull
    waiting = HeldFile.objects.aggregate(bytes=Sum("size"))["bytes"] or 0
    if waiting + sum(file.size or 0 for file in files) > settings.HELD_MOST_BYTES:
        raise HoldFull


def _store(holder: bytes, file: UploadedFile, at: datetime, *, is_voice: bool) -> HeldFile:
    held = HeldFile(
        holder=holder,
        name=file.name or "",
        content_type=file.content_type or "",
        size=file.size or 0,
        is_voice=is_voice,
        held_at=at,
    )
    file.seek(0)
    held.file.save(secrets.token_hex(16), file, save=False)
    held.save()
    return held


def forget_held(*, at: datetime) -> None:
    """Delete files that waited longer than `settings.HELD_SECONDS`, and those that a broken request left behind."""
    oldest = at - timedelta(seconds=settings.HELD_SECONDS)
    storage = HeldFile._meta.get_field("file").storage
    for held in HeldFile.objects.filter(held_at__lt=oldest):
        held.delete()
        storage.delete(str(held.file.name))
    rows = (model._default_manager.values_list("file", flat=True) for model in KEPT_HERE)
    known = set(chain.from_iterable(rows))
    for name in names_in(storage, FOLDER):
        if name not in known and storage.get_modified_time(name) < oldest:
            storage.delete(name)
