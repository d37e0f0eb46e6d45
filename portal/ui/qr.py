"""QR codes as one SVG path, so that a page can draw them in its own colours without a picture file."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import segno


@dataclass(frozen=True)
class Drawing:
    """A code of `size` × `size` dots and the path that fills the dark ones."""

    size: int
    path: str


@lru_cache(maxsize=16)
def draw(address: str) -> Drawing:
    """Return the QR code of a web address."""
    rows = segno.make(address, error="m", micro=False).matrix
    return Drawing(len(rows), "".join(_row(number, row) for number, row in enumerate(rows)))


def _row(number: int, row: bytearray) -> str:
    runs, at = [], 0
    for is_dark, dots in groupby(row):
        length = len(list(dots))
        if is_dark:
            runs.append(f"M{at} {number}h{length}v1H{at}z")
        at += length
    return "".join(runs)
