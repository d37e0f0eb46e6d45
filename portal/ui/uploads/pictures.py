"""Drawing pictures anew: what comes out has the points of what came in and nothing else.

Place, camera and whatever hides behind the last byte are gone; bombs are refused before they are drawn.
"""

import math
import struct
import warnings
import zlib
from io import BytesIO

from PIL import Image, ImageOps

from portal.ui.uploads.limits import MOST_PIXELS

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
OPTIONS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 88, "optimize": True},
    # Beside "optimize" a screen takes a third less room, 25 million soft points a fifth more: 2 s for them, not 26.
    "PNG": {"compress_level": 3},
    "WEBP": {"quality": 88},
}
#: What the library raises for broken and for hostile pictures.
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, MemoryError,
    struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
#: Pieces of a file that are read before its points begin, far more than any camera writes: one made of thousands of
#: packed colour profiles would take twenty seconds.
MOST_PIECES = 1_000


class UnreadablePicture(Exception):
    """This is no picture of the type it claims, it is broken, or it is larger than `MOST_PIXELS`."""


class _Pieces(BytesIO):
    """A file of which only so many pieces are read."""

    left: float = MOST_PIECES

    def read(self, size: int | None = -1, /) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise OSError
        return super().read(size)


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
        return _saved(_drawn(content, content_type), FORMATS[content_type])
    except BROKEN:
        raise UnreadablePicture from None


def _drawn(content: bytes, content_type: str) -> Image.Image:
    """Return the points; what was needed to read them is let go with the end of this function."""
    with _opened(content, content_type) as picture:
        return _upright(picture)


def _opened(content: bytes, content_type: str) -> Image.Image:
    source = _Pieces(content)
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        picture = Image.open(source, formats=[FORMATS[content_type]])
    if picture.width * picture.height > MOST_PIXELS:
        raise UnreadablePicture
    source.left = math.inf
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    """Return the points upright, without a word beside them; a copy of a large picture takes 75 MB, so there is one."""
    ImageOps.exif_transpose(picture, in_place=True)
    mode = "RGBA" if picture.has_transparency_data else "L" if picture.mode in ("1", "L", "I;16") else "RGB"
    drawn = picture.convert(mode)
    drawn.info = {}
    return drawn


def _saved(picture: Image.Image, form: str) -> bytes:
    target = BytesIO()
    picture.save(target, form, **OPTIONS[form])
    return target.getvalue()
