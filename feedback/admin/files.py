"""Handing out a file of a case to whoever may see the case: as a download that nothing in it can act from."""

import logging
from urllib.parse import quote

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from feedback.enums import FileState
from feedback.models import Attachment, Case

logger = logging.getLogger(__name__)

#: A file opened by mistake in the browser may load nothing, run nothing and post nothing.
SANDBOX = "sandbox; default-src 'none'"


def file_response(case: Case, attachment_id: int) -> HttpResponseBase | None:
    """Return the file as an attachment, or None where this case has no such file that may be opened."""
    attachment = Attachment.objects.filter(
        pk=attachment_id, message__case=case, state=FileState.READY
    ).first()
    if attachment is None:
        return None
    return handed_out(attachment.file, name=attachment.name, content_type=attachment.content_type)


def handed_out(stored: FieldFile, *, name: str, content_type: str) -> HttpResponseBase | None:
    """Return a stored file as a download called `name`; None, with a line in the log, where it is missing.

    With `settings.X_ACCEL`, the internal address of the media folder, the web server in front sends the file.
    """
    try:
        response = _accelerated(stored) or FileResponse(stored.open("rb"))
    except FileNotFoundError:
        logger.error("the stored file %s is missing", stored.name)
        return None
    response["Content-Type"] = content_type
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response


def _accelerated(stored: FieldFile) -> HttpResponse | None:
    if not settings.X_ACCEL:
        return None
    place = f"{settings.X_ACCEL.rstrip('/')}/{quote(str(stored.name))}"
    return HttpResponse(headers={"X-Accel-Redirect": place})
