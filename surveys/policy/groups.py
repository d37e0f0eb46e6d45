"""Signs that one hand sent many responses; they show only when the responses of an hour are seen together."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import NamedTuple

#: Answers that a response needs before its being the same as another is remarkable, and how many that must be.
LONG, OFTEN = 8, 5

#: Hours in which somebody can stand before a kiosk; the building is closed in the others.
OPEN_HOURS = range(6, 20)

#: Fewer responses than this in an hour are never too many.
LEAST_BURST = 15


class Seen(NamedTuple):
    """One response of an hour: its key, and what it chose, question by question."""

    key: Hashable
    choices: frozenset[tuple[str, str]]


def twins(hour: Iterable[Seen]) -> list[Hashable]:
    """Return the responses that chose the same as several others in every question of a long form."""
    seen = list(hour)
    often = Counter(one.choices for one in seen if len(one.choices) >= LONG)
    return [one.key for one in seen if often[one.choices] >= OFTEN]
