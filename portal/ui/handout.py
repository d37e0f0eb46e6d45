"""Handing out files: stored ones as downloads that nothing in them can act from, and lists as spreadsheets."""

import logging
from collections.abc import Iterable, Sequence
from io import BytesIO
from urllib.parse import quote

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from portal.ui.sheets import FORMATS, Cell, Column, write

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


def sheet_handed_out(
    form: str,
    *,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    about: Sequence[tuple[str, str]] = (),
    right_to_left: bool = True,
) -> HttpResponse:
    """Return a list as a download called `name`, made in memory; what the rest means, `write` says."""
    file = BytesIO()
    write(file, form, title=title, columns=columns, rows=rows, about=about, right_to_left=right_to_left)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return HttpResponse(file.getvalue(), content_type=FORMATS[form], headers=headers)


def _accelerated(stored: FieldFile) -> HttpResponse | None:
    if not settings.X_ACCEL:
        return None
    place = f"{settings.X_ACCEL.rstrip('/')}/{quote(str(stored.name))}"
    return HttpResponse(headers={"X-Accel-Redirect": place})
