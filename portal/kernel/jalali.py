"""The Jalali calendar at the edges: the database holds UTC and Gregorian dates, people read and write these.

The arithmetic is the 33-year rule (8 leap years in 33), which agrees with Iran's official calendar in the
years 1178–1501; the tests hold it against persiantools on every day of 1300–1500. Dates outside are refused.
"""

import re
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from portal.kernel.text import fold, persian_digits

Language = Literal["fa", "en"]

TEHRAN = ZoneInfo("Asia/Tehran")
FIRST_YEAR, LAST_YEAR = 1178, 1501

MONTHS: dict[Language, tuple[str, ...]] = {
    "fa": (
        "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
    ),
    "en": (
        "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
        "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
    ),
}  # fmt: skip
WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
GREGORIAN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_BEFORE_YEAR_ZERO = date(2026, 3, 21).toordinal() - 1405 * 365 - (1405 * 8 + 21) // 33
_DAYS_OF_33_YEARS = 33 * 365 + 8
_DAYS_OF_SIX_MONTHS = 6 * 31

_BETWEEN = r"[/.\-\u2010\u2013\u2212\u060D]"
_FIGURES = re.compile(rf"([0-9]{{4}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}})")
_WORDS = re.compile(r"([0-9]{1,2}) (\S+) ([0-9]{4})")
_MONTH_NUMBERS = {fold(name): number for number, name in enumerate(MONTHS["fa"], start=1)}


class DateFault(StrEnum):
    """Why something typed is no Jalali date."""

    FORM = "form"  # not year/month/day
    YEAR = "year"  # outside FIRST_YEAR–LAST_YEAR, for example a Gregorian year
    MONTH = "month"  # not 1–12
    DAY = "day"  # the month of that year has no such day


class JalaliError(ValueError):
    """No Jalali date we can handle; `reason` says what is wrong with it."""

    def __init__(self, reason: DateFault) -> None:
        super().__init__(f"not a Jalali date: {reason}")
        self.reason = reason


class Jalali(NamedTuple):
    """A day of the Jalali calendar; `to_date` checks that it exists."""

    year: int
    month: int  # 1–12
    day: int


def is_leap(year: int) -> bool:
    """Tell whether Esfand of this Jalali year has 30 days."""
    return (8 * year + 29) % 33 < 8


def days_in_month(year: int, month: int) -> int:
    """Return the number of days of a Jalali month, 29–31."""
    if month <= 6:
        return 31
    return 30 if month < 12 or is_leap(year) else 29


def from_date(moment: date) -> Jalali:
    """Return the Jalali day of a Gregorian date, or of a datetime as seen in Tehran.

    Raises JalaliError (YEAR) outside FIRST_YEAR–LAST_YEAR.
    """
    return _from_ordinal(_day_of(moment).toordinal())


@lru_cache(maxsize=4096)
def _from_ordinal(ordinal: int) -> Jalali:
    year = (ordinal - _BEFORE_YEAR_ZERO) * 33 // _DAYS_OF_33_YEARS
    # The estimate from the mean length of a year is right or, near Nowruz, one off.
    if _first_day(year) > ordinal:
        year -= 1
    elif _first_day(year + 1) <= ordinal:
        year += 1
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise JalaliError(DateFault.YEAR)
    passed = ordinal - _first_day(year)
    if passed < _DAYS_OF_SIX_MONTHS:
        return Jalali(year, 1 + passed // 31, 1 + passed % 31)
    passed -= _DAYS_OF_SIX_MONTHS
    return Jalali(year, 7 + passed // 30, 1 + passed % 30)


def to_date(jalali: Jalali) -> date:
    """Return the Gregorian date of a Jalali day. Raises JalaliError when there is no such day."""
    year, month, day = jalali
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise JalaliError(DateFault.YEAR)
    if not 1 <= month <= 12:
        raise JalaliError(DateFault.MONTH)
    if not 1 <= day <= days_in_month(year, month):
        raise JalaliError(DateFault.DAY)
    passed = 31 * (month - 1) - max(0, month - 7)
    return date.fromordinal(_first_day(year) + passed + day - 1)


def parse(typed: str) -> date:
    """Return the Gregorian date of a Jalali one as typed: ۱۴۰۵/۲/۳, 1405-02-03 or «۳ اردیبهشت ۱۴۰۵».

    Digits may be of any script; the year has four of them. Raises JalaliError with the reason.
    """
    text = fold(typed)
    figures = _FIGURES.fullmatch(text.replace(" ", ""))
    if figures:
        year, month, day = map(int, figures.groups())
        return to_date(Jalali(year, month, day))
    words = _WORDS.fullmatch(text)
    if words is None or words[2] not in _MONTH_NUMBERS:
        raise JalaliError(DateFault.FORM)
    return to_date(Jalali(int(words[3]), _MONTH_NUMBERS[words[2]], int(words[1])))


def local(moment: datetime) -> datetime:
    """Return the moment as clocks in Tehran show it. Raises ValueError when it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without a time zone is no moment")
    return moment.astimezone(TEHRAN)


def beginning(day: date) -> datetime:
    """Return the moment at which a day begins in Iran."""
    return datetime.combine(day, time.min, TEHRAN)


def long(moment: date, language: Language = "fa") -> str:
    """Return a date with its weekday: «شنبه ۲۳ خرداد ۱۴۰۵», or Gregorian "Saturday 13 June 2026"."""
    return f"{weekday_name(moment, language)} {day(moment, language)}"


def day(moment: date, language: Language = "fa") -> str:
    """Return a date in words: «۲۳ خرداد ۱۴۰۵», or Gregorian "13 June 2026"."""
    own = _day_of(moment)
    return f"{own.day} {GREGORIAN_MONTHS[own.month - 1]} {own.year}" if language == "en" else _in_persian(own)


@lru_cache(maxsize=4096)
def _in_persian(day: date) -> str:
    jalali = from_date(day)
    return f"{persian_digits(jalali.day)} {month_name(jalali.month)} {persian_digits(jalali.year)}"


def short(moment: date) -> str:
    """Return a Jalali date in ASCII figures, "1405/03/23": slashes keep their order in right-to-left text."""
    return "{:04}/{:02}/{:02}".format(*from_date(moment))


def clock(moment: datetime, language: Language = "fa") -> str:
    """Return hour and minute in Tehran: «۱۰:۲۴» or "10:24"."""
    shown = f"{local(moment):%H:%M}"
    return persian_digits(shown) if language == "fa" else shown


def month_name(month: int, language: Language = "fa") -> str:
    """Return the name of a Jalali month, 1–12. Raises JalaliError (MONTH) for other numbers."""
    if not 1 <= month <= 12:
        raise JalaliError(DateFault.MONTH)
    return MONTHS[language][month - 1]


def weekday_name(moment: date, language: Language = "fa") -> str:
    """Return the name of the weekday of a date, or of a datetime as seen in Tehran."""
    return WEEKDAYS[language][_day_of(moment).weekday()]


def _first_day(year: int) -> int:
    """Return the proleptic Gregorian ordinal of 1 Farvardin."""
    return _BEFORE_YEAR_ZERO + 365 * year + (8 * year + 21) // 33


def _day_of(moment: date) -> date:
    return local(moment).date() if isinstance(moment, datetime) else moment
