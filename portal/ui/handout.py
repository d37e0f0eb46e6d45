"""Handing out a stored file: as a download that nothing in it can act from."""

import logging
from urllib.parse import quote

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

logger = logging.getLogger(__name__)

#: A file opened by mistake in the browser may load nothing, run nothing and post nothing.
SANDBOX = "sandbox; default-src 'none'"


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
    place: str = getattr(settings, "X_ACCEL", "")
    if not place:
        return None
    return HttpResponse(headers={"X-Accel-Redirect": f"{place.rstrip('/')}/{quote(str(stored.name))}"})
