"""When a visit code still opens the survey, and among how many an answer hides that was given with one."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Refusal(StrEnum):
    """Why a visit code does not open the survey."""

    UNKNOWN = "unknown"
    SPENT = "spent"
    EXPIRED = "expired"


class TokenRefused(Exception):
    """This visit code does not open the survey; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


def check_token(*, is_spent: bool, is_void: bool, expires_on: date, today: date) -> None:
    """Raise `TokenRefused` unless a code may be used today; one that was called in is like one that never was."""
    if is_void:
        raise TokenRefused(Refusal.UNKNOWN)
    if is_spent:
        raise TokenRefused(Refusal.SPENT)
    if today > expires_on:
        raise TokenRefused(Refusal.EXPIRED)


#: Answered cases that share what an answer given with a code of theirs says of itself.
LEAST_MIXED = 10


class Handed(NamedTuple):
    """A sheet for answered cases: whose it is, and how many of its codes were handed out."""

    sheet: int
    unit: int
    taken: int


class Company(NamedTuple):
    """The sheets among whose codes a used one hides, and what the answer may keep of its own."""

    sheets: frozenset[int]
    keeps_unit: bool
    keeps_service: bool


def company(own: Handed, all_handed: Collection[Handed], least: int = LEAST_MIXED) -> Company:
    """Return among which sheets a code of `own` hides; `all_handed` are those that hold today, `own` among them.

    A sheet of which many codes were handed out is company enough. A small one hides among the small ones of its unit,
    and the answer is of no service; where these are few too, among those of all such units, and it is of no unit
    either. Every sheet of a company has the same company, so that which rows were written together tells no more.
    """
    if own.taken >= least:
        return Company(frozenset({own.sheet}), keeps_unit=True, keeps_service=True)
    small = [one for one in all_handed if one.taken < least]
    units: Counter[int] = Counter()
    for one in small:
        units[one.unit] += one.taken
    if units[own.unit] >= least:
        beside = {one.sheet for one in small if one.unit == own.unit}
        return Company(frozenset(beside), keeps_unit=True, keeps_service=False)
    alone = {one.sheet for one in small if units[one.unit] < least}
    return Company(frozenset(alone), keeps_unit=False, keeps_service=False)
