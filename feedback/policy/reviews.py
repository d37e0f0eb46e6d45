"""After the answer (PRODUCT.md section 7): until when it may be rated, and who looks at it again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

#: Days after its first press in which a rating may be changed.
RATING_DAYS = 14

#: Days after an answer in which its citizen may ask for a review, once a case.
REVIEW_DAYS = 30


class RatingRefused(Exception):
    """The answer cannot be rated; the argument says why: no such answer ("answer"), too long ago ("late"), or pressed
    so many times within a day ("often")."""


class ReviewRefused(Exception):
    """There can be no review; the argument says why: no answer yet ("answer"), too long ago ("late"), asked for
    before ("once"), or nobody left who may do it ("nobody")."""


def rating_ends(rated_at: datetime) -> datetime:
    """Return until when a rating may be changed."""
    return rated_at + timedelta(days=RATING_DAYS)


def review_ends(answered_at: datetime) -> datetime:
    """Return until when a review of an answer may be asked for."""
    return answered_at + timedelta(days=REVIEW_DAYS)


def reviewing_units(
    unit: str, parents: Mapping[str, str | None], headed: Collection[str], replacements: Sequence[str]
) -> list[str]:
    """Return the units whose head may look again at an answer of `unit`, the nearest first.

    The way leads one level up from the author: to the head of his unit, or to the head of the unit above it where the
    author heads the unit himself (`headed`), then along the `replacements`. Codes of units; none comes twice.
    """
    above = [unit, parents.get(unit)]
    steps = [step for step, one in enumerate(above) if one in headed]
    higher = [one for one in above[max(steps) + 1 if steps else 0 :] if one]
    return [one for one in dict.fromkeys([*higher, *replacements]) if one not in headed]
