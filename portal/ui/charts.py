"""Values for charts that are tables: every row is text, and one cell of it is drawn as an inline SVG.

Lengths are in percent of the cell, so that text never shrinks and nothing needs a script or an inline style. Things
grow from the reading side: from the right in Persian. What is drawn always stands beside as text.
"""

from dataclasses import dataclass

from django.utils.translation import get_language

#: Width of the gap between two pieces of a bar, in percent.
GAP = 0.3


def length(value: float) -> str:
    """Return a length for an SVG attribute, whatever the page's language."""
    return f"{max(0.0, value):.1f}%"


def left_edge(start: float, width: float = 0.0) -> str:
    """Return where a piece begins that starts so far from the reading side."""
    return length(100 - start - width if get_language() == "fa" else start)


@dataclass(frozen=True)
class Band:
    """A piece of the cell."""

    x: str
    width: str


@dataclass(frozen=True)
class Axis:
    """Shares of a hundred from `start` to 100, stretched over the cell."""

    start: int = 0

    @property
    def ticks(self) -> list[int]:
        """Four or five round numbers to write above the cells."""
        step = 25 if self.start == 0 else 20 if (100 - self.start) % 20 == 0 else 10
        return list(range(self.start, 101, step))

    def at(self, share: float) -> float:
        """Return where a share (0 to 1) stands, in percent of the cell from the reading side."""
        return min(100.0, max(0.0, (100 * share - self.start) / (100 - self.start) * 100))

    def mark(self, share: float) -> str:
        """Return the place of a share for an SVG attribute."""
        return left_edge(self.at(share))

    def band(self, low: float, high: float) -> Band:
        """Return the piece between two shares."""
        start, end = self.at(low), self.at(high)
        return Band(left_edge(start, end - start), length(end - start))


def axis_of(lows: list[float]) -> Axis:
    """Return an axis that shows all of these shares and starts at a round number."""
    lowest = min(lows, default=0.0)
    return Axis(next((start for start in (60, 40, 20) if 100 * lowest >= start), 0))


@dataclass(frozen=True)
class Dot:
    """One drawn row: a lozenge for the value, a line for its interval, bands for what chance alone does."""

    point: str
    line_from: str
    line_to: str
    middle: str = ""
    near: Band | None = None
    far: Band | None = None
    is_off: bool = False
