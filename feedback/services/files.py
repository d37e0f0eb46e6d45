"""Storing what citizens and staff attach, under random names, before anybody may open it."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from feedback.enums import FileState
from feedback.models import Attachment, Export, Message
from portal.outbox.publish import publish
from portal.ui.stored import delete_after_commit, names_in
from portal.ui.uploads import UnreadablePicture, redrawn, wiped

#: A file is written before its row is committed; one without a row after this time was lost on the way.
LOST_AFTER = timedelta(days=1)
#: Files that are looked up in the database at once.
BATCH = 1000


def attach(*, message: Message, files: Iterable[UploadedFile], voice: UploadedFile | None = None) -> None:
    """Store the files of a message and publish `file.received` for each; they stay "being checked" until a task looked.

    The files were let in by the form's field: their type is the one their content has, carried as `content_type`.
    """
    for file in files:
        _store(message, file, is_voice=False)
    if voice is not None:
        _store(message, voice, is_voice=True)


def carries(*, message: Message, files: Iterable[UploadedFile], voice: UploadedFile | None = None) -> bool:
    """Tell whether exactly these files came with a message, however they were redrawn since."""
    came = sorted(
        bytes(digest) for digest in message.attachments.values_list("came_sha256", flat=True) if digest
    )
    return came == sorted(_digest(file) for file in (*files, *([voice] if voice else [])))


def _digest(file: UploadedFile) -> bytes:
    file.seek(0)  # the same file may go to several cases
    content = file.read()
    file.seek(0)
    return hashlib.sha256(content).digest()


def _store(message: Message, file: UploadedFile, *, is_voice: bool) -> None:
    digest = _digest(file)
    attachment = Attachment(
        message=message,
        name=file.name or "",
        content_type=file.content_type or "",
        size=file.size or 0,
        sha256=digest,
        came_sha256=digest,
        is_voice=is_voice,
    )
    attachment.file.save(secrets.token_hex(16), file, save=False)
    attachment.save()
    publish("file.received", attachment_id=attachment.pk)


@transaction.atomic
def inspect_file(*, attachment_id: int, is_infected: bool = False) -> None:
    """Make an attachment fit to be opened: a picture is drawn anew without its metadata, or refused; a sound loses what
    is written beside it.

    `is_infected` is the verdict of the virus scanner, where there is one.
    """
    attachment = Attachment.objects.select_for_update().get(pk=attachment_id)
    if attachment.state != FileState.CHECKING:
        return
    if is_infected:
        attachment.state = FileState.REFUSED
    elif attachment.content_type.startswith("image/"):
        _make_anew(attachment, redrawn)
    elif attachment.content_type.startswith("audio/"):
        _make_anew(attachment, wiped)
    else:
        attachment.state = FileState.READY
    attachment.save()


def _make_anew(attachment: Attachment, made: Callable[[bytes, str], bytes]) -> None:
    try:
        with attachment.file.open("rb") as source:
            came = source.read()
            fresh = made(came, attachment.content_type)
    except UnreadablePicture:
        attachment.state = FileState.REFUSED
        return
    attachment.state = FileState.READY
    if fresh == came:
        return
    old = str(attachment.file.name)
    attachment.file.save(secrets.token_hex(16), ContentFile(fresh), save=False)
    attachment.size, attachment.sha256 = len(fresh), hashlib.sha256(fresh).digest()
    delete_after_commit(attachment.file.storage, old)


# --- Files that nothing knows -----------------------------------------------------------------------------------


def sweep_files(*, at: datetime) -> int:
    """Delete stored files that no row knows, such as those of a submission that was undone; return how many."""
    swept = 0
    for folder, model in (("attachments", Attachment), ("exports", Export)):
        for names in _batches(names_in(default_storage, folder)):
            known = set(model._default_manager.filter(file__in=names).values_list("file", flat=True))
            # Their age is asked one by one, which a bucket answers slowly: of the few that nothing knows.
            lost = [name for name in names if name not in known]
            for name in lost:
                if default_storage.get_modified_time(name) < at - LOST_AFTER:
                    default_storage.delete(name)
                    swept += 1
    return swept


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    """Yield the names some at a time."""
    while batch := list(islice(names, BATCH)):
        yield batch
