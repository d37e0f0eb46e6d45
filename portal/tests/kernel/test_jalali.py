"""Jalali dates: conversion, leap years, typing, writing, and the clock in Tehran."""

from datetime import UTC, date, datetime, timedelta

import pytest
from persiantools.jdatetime import JalaliDate

from portal.kernel import jalali
from portal.kernel.jalali import DateFault, Jalali, JalaliError
from portal.kernel.text import persian_digits

SATURDAY = date(2026, 6, 13)


def every_day(first_year: int, last_year: int) -> list[date]:
    first, last = jalali.to_date(Jalali(first_year, 1, 1)), jalali.to_date(Jalali(last_year + 1, 1, 1))
    return [first + timedelta(days=passed) for passed in range((last - first).days)]


def test_every_day_of_two_centuries_is_what_another_library_says_and_comes_back():
    days = every_day(1300, 1500)

    ours = [jalali.from_date(day) for day in days]

    theirs = [JalaliDate.to_jalali(day) for day in days]
    assert ours == [Jalali(other.year, other.month, other.day) for other in theirs]
    assert [jalali.to_date(own) for own in ours] == days
    assert len(days) == 73414


def test_is_leap_in_our_time():
    leap = [year for year in range(1395, 1413) if jalali.is_leap(year)]

    assert leap == [1395, 1399, 1403, 1408, 1412]
    assert [jalali.days_in_month(1403, month) for month in (1, 6, 7, 11, 12)] == [31, 31, 30, 30, 30]
    assert jalali.days_in_month(1404, 12) == 29


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("۱۴۰۵/۲/۳", date(2026, 4, 23)),
        ("1405-02-03", date(2026, 4, 23)),
        ("١٤٠٥/٠٢/٠٣", date(2026, 4, 23)),
        (" 1405 / 2 / 3 ", date(2026, 4, 23)),
        ("\u200f۱۴۰۵.۲.۳", date(2026, 4, 23)),
        ("1405\u20132\u20133", date(2026, 4, 23)),
        ("۳ اردیبهشت ۱۴۰۵", date(2026, 4, 23)),
        ("۳ ارديبهشت ۱۴۰۵", date(2026, 4, 23)),
        ("۱ آبان ۱۴۰۵", date(2026, 10, 23)),
        ("1403/12/30", date(2025, 3, 20)),
    ],
)
def test_parse_of_a_date_as_people_type_it(typed, found):
    assert jalali.parse(typed) == found


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", DateFault.FORM),
        ("فردا", DateFault.FORM),
        ("05/2/3", DateFault.FORM),
        ("1405/2", DateFault.FORM),
        ("۳ رمضان ۱۴۰۵", DateFault.FORM),
        ("2026/6/13", DateFault.YEAR),
        ("0000/1/1", DateFault.YEAR),
        ("1405/13/1", DateFault.MONTH),
        ("1405/0/1", DateFault.MONTH),
        ("1404/12/30", DateFault.DAY),
        ("1405/7/31", DateFault.DAY),
        ("1405/7/0", DateFault.DAY),
    ],
)
def test_parse_of_no_date_says_what_is_wrong(typed, reason):
    with pytest.raises(JalaliError) as refusal:
        jalali.parse(typed)

    assert refusal.value.reason == reason


@pytest.mark.parametrize("day", [date.min, date(1799, 3, 20), date(2123, 3, 21), date.max])
def test_from_date_outside_the_known_years_is_refused(day):
    with pytest.raises(JalaliError) as refusal:
        jalali.from_date(day)

    assert refusal.value.reason == DateFault.YEAR


def test_first_and_last_day_of_the_known_years():
    assert jalali.from_date(jalali.to_date(Jalali(1178, 1, 1))) == (1178, 1, 1)
    assert jalali.from_date(date(2123, 3, 20)) == (1501, 12, 29)


def test_local_around_midnight_in_tehran_changes_the_day():
    before, after = datetime(2026, 6, 13, 20, 29, tzinfo=UTC), datetime(2026, 6, 13, 20, 31, tzinfo=UTC)

    assert (jalali.clock(before), jalali.short(before)) == ("۲۳:۵۹", "1405/03/23")
    assert (jalali.clock(after), jalali.short(after)) == ("۰۰:۰۱", "1405/03/24")
    assert jalali.from_date(after) == Jalali(1405, 3, 24)


@pytest.mark.parametrize("month", [1, 7])
def test_local_in_summer_and_winter_is_the_same_three_and_a_half_hours(month):
    moment = datetime(2026, month, 1, tzinfo=UTC)

    assert jalali.local(moment).utcoffset() == timedelta(hours=3, minutes=30)


def test_local_of_a_datetime_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        jalali.local(datetime(2026, 6, 13))  # noqa: DTZ001


def test_a_date_in_every_form():
    assert jalali.long(SATURDAY) == "شنبه ۲۳ خرداد ۱۴۰۵"
    assert jalali.long(SATURDAY, "en") == "Saturday 13 June 2026"
    assert jalali.day(SATURDAY) == "۲۳ خرداد ۱۴۰۵"
    assert jalali.day(SATURDAY, "en") == "13 June 2026"
    assert jalali.short(SATURDAY) == "1405/03/23"
    assert persian_digits(jalali.short(SATURDAY)) == "۱۴۰۵/۰۳/۲۳"


def test_a_moment_in_every_form():
    moment = datetime(2026, 6, 13, 6, 54, tzinfo=UTC)

    assert jalali.clock(moment) == "۱۰:۲۴"
    assert jalali.clock(moment, "en") == "10:24"
    assert jalali.long(moment) == "شنبه ۲۳ خرداد ۱۴۰۵"


def test_names_of_months_and_weekdays():
    week = [SATURDAY + timedelta(days=passed) for passed in range(7)]

    assert [jalali.weekday_name(day) for day in week] == [
        "شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه",
    ]  # fmt: skip
    assert jalali.weekday_name(SATURDAY, "en") == "Saturday"
    assert (jalali.month_name(3), jalali.month_name(12, "en")) == ("خرداد", "Esfand")
    with pytest.raises(JalaliError):
        jalali.month_name(13)
