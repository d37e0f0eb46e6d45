"""Storing what citizens and staff attach, under random names, before anybody may open it."""

import hashlib
import secrets
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from feedback.enums import FileState
from feedback.models import Attachment, Message
from portal.outbox.publish import publish
from portal.ui.uploads import UnreadablePicture, redrawn


def attach(*, message: Message, files: Iterable[UploadedFile], voice: UploadedFile | None = None) -> None:
    """Store the files of a message and publish `file.received` for each; they stay "being checked" until a task looked.

    The files were let in by the form's field: their type is the one their content has, carried as `content_type`.
    """
    for file in files:
        _store(message, file, is_voice=False)
    if voice is not None:
        _store(message, voice, is_voice=True)


def _store(message: Message, file: UploadedFile, *, is_voice: bool) -> None:
    file.seek(0)  # the same file may go to several cases
    content = file.read()
    attachment = Attachment(
        message=message,
        name=file.name or "",
        content_type=file.content_type or "",
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        is_voice=is_voice,
    )
    file.seek(0)
    attachment.file.save(secrets.token_hex(16), file, save=False)
    attachment.save()
    publish("file.received", attachment_id=attachment.pk)


@transaction.atomic
def inspect_file(*, attachment_id: int) -> None:
    """Make an attachment fit to be opened: a picture is drawn anew without its metadata, or refused."""
    attachment = Attachment.objects.select_for_update().get(pk=attachment_id)
    if attachment.state != FileState.CHECKING:
        return
    if attachment.content_type.startswith("image/"):
        _redraw(attachment)
    else:
        attachment.state = FileState.READY
    attachment.save()


def _redraw(attachment: Attachment) -> None:
    try:
        with attachment.file.open("rb") as source:
            drawn = redrawn(source.read(), attachment.content_type)
    except UnreadablePicture:
        attachment.state = FileState.REFUSED
        return
    old = str(attachment.file.name)
    attachment.file.save(secrets.token_hex(16), ContentFile(drawn), save=False)
    attachment.size, attachment.sha256 = len(drawn), hashlib.sha256(drawn).digest()
    attachment.state = FileState.READY
    transaction.on_commit(lambda: attachment.file.storage.delete(old))
