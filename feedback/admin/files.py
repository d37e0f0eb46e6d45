"""Handing out a file of a case to whoever may see the case: as a download that nothing in it can act from."""

import logging
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from feedback.enums import FileState
from feedback.models import Attachment, Case

logger = logging.getLogger(__name__)

#: A file opened by mistake in the browser may load nothing, run nothing and post nothing.
SANDBOX = "sandbox; default-src 'none'"


def file_response(case: Case, attachment_id: int) -> HttpResponseBase | None:
    """Return the file as an attachment, or None where this case has no such file that may be opened.

    With `settings.X_ACCEL`, the internal address of the media folder, the web server in front sends the file.
    """
    attachment = Attachment.objects.filter(
        pk=attachment_id, message__case=case, state=FileState.READY
    ).first()
    if attachment is None:
        return None
    try:
        response = _accelerated(attachment) or FileResponse(attachment.file.open("rb"))
    except FileNotFoundError:
        logger.error("the stored file of attachment %d is missing", attachment.pk)
        return None
    response["Content-Type"] = attachment.content_type
    response["Content-Disposition"] = content_disposition_header(True, attachment.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response


def _accelerated(attachment: Attachment) -> HttpResponse | None:
    place: str = getattr(settings, "X_ACCEL", "")
    if not place:
        return None
    return HttpResponse(
        headers={"X-Accel-Redirect": f"{place.rstrip('/')}/{quote(str(attachment.file.name))}"}
    )
