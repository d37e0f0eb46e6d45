"""Quarters of the Jalali year: figures are counted once a quarter is over, and stay as they were counted."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from portal.kernel import jalali

#: Days after its end on which a quarter is counted: until then a kiosk that was offline may bring answers.
SETTLING = timedelta(days=3)

#: Days after its end within which a quarter needs an improvement action, or a reason for none.
ACT_WITHIN = timedelta(days=30)

_SLUG = re.compile(r"([0-9]{4})-([1-4])")


class Quarter(NamedTuple):
    """A quarter of a Jalali year."""

    year: int
    number: int  # 1–4

    @property
    def first(self) -> date:
        return jalali.to_date(jalali.Jalali(self.year, 3 * self.number - 2, 1))

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)


def quarter_of(day: date) -> Quarter:
    """Return the quarter a day belongs to."""
    own = jalali.from_date(day)
    return Quarter(own.year, (own.month + 2) // 3)


def half_of(quarter: Quarter) -> tuple[Quarter, Quarter]:
    """Return both quarters of the half year that a quarter belongs to."""
    first = Quarter(quarter.year, 1 if quarter.number <= 2 else 3)
    return first, first.next


def last_settled(today: date) -> Quarter:
    """Return the last quarter that is over and settled."""
    return quarter_of(today - SETTLING).previous


def quarter_slug(quarter: Quarter) -> str:
    """Return a quarter as it stands in addresses and files, "1405-2"."""
    return f"{quarter.year}-{quarter.number}"


def read_quarter(slug: str) -> Quarter | None:
    """Return the quarter that `quarter_slug` wrote, None for anything else."""
    found = _SLUG.fullmatch(slug)
    if found is None or not jalali.FIRST_YEAR <= int(found[1]) < jalali.LAST_YEAR:
        return None
    return Quarter(int(found[1]), int(found[2]))
