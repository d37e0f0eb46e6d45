"""Drawing pictures anew: what comes out has the points of what came in and nothing else.

Place, camera and whatever hides behind the last byte are gone; bombs are refused before they are drawn.
"""

import struct
import warnings
import zlib
from io import BytesIO

from PIL import Image, ImageOps

from portal.ui.uploads.limits import MOST_PIXELS

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
OPTIONS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 88},
}
#: What the library raises for broken and for hostile pictures.
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, MemoryError,
    struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


class UnreadablePicture(Exception):
    """This is no picture of the type it claims, it is broken, or it is larger than `MOST_PIXELS`."""


def check(content: bytes, content_type: str) -> None:
    """Look at a picture's head without drawing it; raises `UnreadablePicture`."""
    try:
        with _opened(content, content_type):
            pass
    except BROKEN:
        raise UnreadablePicture from None


def redrawn(content: bytes, content_type: str) -> bytes:
    """Return the picture drawn anew, upright, in the same format, without any metadata; of a film its first frame.

    Raises `UnreadablePicture`.
    """
    try:
        with _opened(content, content_type) as picture:
            return _saved(_upright(picture), FORMATS[content_type])
    except BROKEN:
        raise UnreadablePicture from None


def _opened(content: bytes, content_type: str) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        picture = Image.open(BytesIO(content), formats=[FORMATS[content_type]])
    if picture.width * picture.height > MOST_PIXELS:
        raise UnreadablePicture
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    mode = "RGBA" if upright.has_transparency_data else "L" if upright.mode in ("1", "L", "I;16") else "RGB"
    drawn = upright.convert(mode)
    fresh = Image.new(mode, drawn.size)
    fresh.paste(drawn)
    return fresh


def _saved(picture: Image.Image, form: str) -> bytes:
    target = BytesIO()
    picture.save(target, form, **OPTIONS[form])
    return target.getvalue()
