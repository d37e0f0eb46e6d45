"""Handing out a file of a case to whoever may see the case."""

from django.http import HttpResponseBase

from feedback.enums import FileState
from feedback.models import Attachment, Case
from portal.ui.handout import handed_out


def file_response(case: Case, attachment_id: int) -> HttpResponseBase | None:
    """Return the file as an attachment, or None where this case has no such file that may be opened."""
    attachment = Attachment.objects.filter(
        pk=attachment_id, message__case=case, state=FileState.READY
    ).first()
    if attachment is None:
        return None
    return handed_out(attachment.file, name=attachment.name, content_type=attachment.content_type)
