"""What may be said of the answers: shares with their intervals, and when a figure is not shown at all."""

import math
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

#: Answers under which no figure is shown (surveys are small enough to guess whose answer it is).
MIN_SHOWN = 10

#: The two-sided 95 % point of the normal distribution.
Z95 = 1.96


class Interval(NamedTuple):
    """A share of the whole, between 0 and 1, from lowest to highest plausible."""

    low: float
    high: float


def wilson(k: int, n: int, z: float = Z95) -> Interval:
    """Return Wilson's interval of the share k/n (E. B. Wilson 1927), which also holds for few and lopsided answers.

    Raises ValueError unless 0 ≤ k ≤ n and n > 0.
    """
    if not 0 <= k <= n or n == 0:
        raise ValueError(f"{k} of {n} is no share")
    share, weight = k / n, z * z / n
    centre = (share + weight / 2) / (1 + weight)
    half = z * math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def percent(share: float) -> int:
    """Return a share as a whole number of a hundred; halves go up, as readers expect."""
    return math.floor(round(share * 100, 6) + 0.5)


def may_show(n: int) -> bool:
    """Tell whether figures that rest on n answers may be shown; the one rule for page, table and export."""
    return n >= MIN_SHOWN


def last_closed_day(counts: Iterable[tuple[date, int]], today: date) -> date | None:
    """Return the last day whose responses are published, None while there are fewer than `MIN_SHOWN`.

    `counts` are the responses of each day. Days are closed in lots of at least `MIN_SHOWN` responses and never
    before they are over, so that two states of the published page differ by no response or by that many: what one
    person answered cannot be had by subtracting yesterday's page from today's.
    """
    closed, waiting = None, 0
    for day, count in sorted(counts):
        if day >= today:
            break
        waiting += count
        if may_show(waiting):
            closed, waiting = day, 0
    return closed
