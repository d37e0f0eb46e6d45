"""What may be said of the answers: shares with their intervals, and when a figure is not shown at all."""

import math
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

#: Answers under which no figure is shown (surveys are small enough to guess whose answer it is).
MIN_SHOWN = 10

#: Answers under which nothing is shown that leads to one person or one counter.
MIN_SHOWN_OF_A_PERSON = 20

#: Answers of one counter and day that are kept with the counter; fewer would tell who was there when.
LEAST_TOGETHER = 5

#: Answers under which a figure is shown, and marked as resting on few.
FEW = 30

#: The two-sided 95 % and 99.8 % points of the normal distribution.
Z95, Z998 = 1.96, 3.0902

#: Points of a hundred under which a difference is too small to act upon, however certain it is.
WORTH_ACTING = 0.05


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


def newcombe(k1: int, n1: int, k2: int, n2: int) -> Interval:
    """Return the 95 % interval of the difference k1/n1 − k2/n2 (R. G. Newcombe 1998, method 10)."""
    first, second = wilson(k1, n1), wilson(k2, n2)
    p1, p2 = k1 / n1, k2 / n2
    difference = p1 - p2
    return Interval(
        difference - math.hypot(p1 - first.low, second.high - p2),
        difference + math.hypot(first.high - p1, p2 - second.low),
    )


class Verdict(StrEnum):
    """How a unit stands to the whole; never a rank."""

    ALIKE = "alike"
    MAYBE_HIGHER = "maybe_higher"
    MAYBE_LOWER = "maybe_lower"
    HIGHER = "higher"
    LOWER = "lower"


def verdict(k: int, n: int, whole: float) -> Verdict:
    """Tell whether k of n differs from the whole's share, as a funnel plot does (D. J. Spiegelhalter 2005).

    Different: the whole's share lies outside the 99.8 % interval and five points or more away. Maybe: outside the
    95 % interval. Twenty units that are all alike are called different in fewer than one quarter of twenty.
    """
    share = k / n
    is_higher = share > whole
    far, near = wilson(k, n, Z998), wilson(k, n, Z95)
    if not far.low <= whole <= far.high and abs(share - whole) >= WORTH_ACTING:
        return Verdict.HIGHER if is_higher else Verdict.LOWER
    if not near.low <= whole <= near.high:
        return Verdict.MAYBE_HIGHER if is_higher else Verdict.MAYBE_LOWER
    return Verdict.ALIKE


def funnel(whole: float, n: int, z: float) -> Interval:
    """Return where a unit of n answers falls if it is like the whole."""
    half = z * math.sqrt(whole * (1 - whole) / n)
    return Interval(max(0.0, whole - half), min(1.0, whole + half))


def needed(drop: float, base: float = 0.8) -> int:
    """Return the answers a group needs to show a drop of so much, at 80 % power and 95 % certainty."""
    other = base - drop
    middle = (base + other) / 2
    root = Z95 * math.sqrt(2 * middle * (1 - middle)) + 0.8416 * math.sqrt(
        base * (1 - base) + other * (1 - other)
    )
    return math.ceil((root / drop) ** 2)


def burst_limit(usual: float) -> int:
    """Return the largest number that chance alone brings in 999 of 1000 hours, where `usual` is the mean (Poisson)."""
    term = total = math.exp(-usual)
    number = 0
    while total < 0.999 and number < 10_000:
        number += 1
        term *= usual / number
        total += term
    return number


def percent(share: float) -> int:
    """Return a share as a whole number of a hundred; halves go up, as readers expect."""
    return math.floor(round(share * 100, 6) + 0.5)


def may_show(n: int, least: int = MIN_SHOWN) -> bool:
    """Tell whether figures that rest on n answers may be shown; the one rule for page, table and export."""
    return n >= least


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
