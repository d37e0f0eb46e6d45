"""Working days: the agreed vectors with the holidays of 1405, and what holds in every calendar."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel import jalali, workdays
from portal.kernel.text import clean
from portal.kernel.workdays import Calendar, DayReason, ExplainedDay, NoWorkingDay, Tally, Week

HOLIDAYS = Path(__file__).parents[3] / "directory" / "data" / "holidays.csv"
THURSDAY, FRIDAY = 3, 4
TWO_DAYS, ONE_DAY = frozenset({THURSDAY, FRIDAY}), frozenset({FRIDAY})


def holiday_rows() -> list[dict[str, str]]:
    with HOLIDAYS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def holidays() -> frozenset[date]:
    return frozenset(date.fromisoformat(row["date"]) for row in holiday_rows())


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
weeks = st.lists(
    st.builds(
        Week,
        since=st.dates(date(2020, 1, 1), date(2020, 6, 1)),
        weekend=st.frozensets(st.integers(0, 6), max_size=5),
        short_weekdays=st.frozensets(st.integers(0, 6), max_size=2),
    ),
    max_size=2,
).map(lambda found: tuple(sorted(found, key=lambda week: week.since)))
calendars = st.builds(
    Calendar,
    weeks=weeks,
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
    closed=st.frozensets(st.dates(date(2020, 1, 1), date(2020, 6, 1)), max_size=40),
    short_weekdays=st.frozensets(st.integers(0, 6), max_size=3),
    short=st.frozensets(st.dates(date(2020, 1, 1), date(2020, 6, 1)), max_size=20),
    opened=st.frozensets(st.dates(date(2020, 1, 1), date(2020, 6, 1)), max_size=5),
)
near = st.dates(date(2019, 12, 15), date(2020, 6, 1))
calm = settings(deadline=None)


# --- The holidays -----------------------------------------------------------------------------------------------


def test_holidays_of_three_years_are_dated_in_both_calendars():
    rows = holiday_rows()

    assert [jalali.short(date.fromisoformat(row["date"])) for row in rows] == [row["jalali"] for row in rows]
    assert [clean(row["title_fa"]) for row in rows] == [row["title_fa"] for row in rows]
    assert {row["estimated"] for row in rows} == {"0", "1"}
    assert rows == sorted(rows, key=lambda row: row["date"])
    assert len({row["date"] for row in rows}) == len(rows)
    assert {row["jalali"][:4] for row in rows} == {"1404", "1405", "1406"}


def test_holidays_of_1405_are_26_with_six_thursdays_and_three_fridays():
    days_of_1405 = [date.fromisoformat(row["date"]) for row in holiday_rows() if row["jalali"] < "1406"]
    weekdays = [day.weekday() for day in days_of_1405 if day >= date(2026, 3, 21)]

    assert (len(weekdays), weekdays.count(THURSDAY), weekdays.count(FRIDAY)) == (26, 6, 3)


# --- Due dates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registered", "allowed", "with_two_days_off", "with_one_day_off"),
    [
        ("1404/12/27", 10, "1405/01/19", "1405/01/17"),
        ("1405/02/30", 15, "1405/03/23", "1405/03/19"),
        ("1405/03/31", 10, "1405/04/15", "1405/04/14"),
        ("1405/05/10", 10, "1405/05/26", "1405/05/25"),
    ],
)
def test_due_of_an_agreed_vector(registered, allowed, with_two_days_off, with_one_day_off):
    start, closed = jalali.parse(registered), holidays()

    found = [
        jalali.short(workdays.due(start, allowed, Calendar(weekend, closed)))
        for weekend in (TWO_DAYS, ONE_DAY)
    ]

    assert found == [with_two_days_off, with_one_day_off]


@calm
@given(near, st.integers(1, 60), calendars, st.frozensets(days))
def test_due_with_more_half_days_is_never_earlier(registered, allowed, calendar, more):
    shorter = replace(calendar, short=calendar.short | more)

    assert workdays.due(registered, allowed, shorter) >= workdays.due(registered, allowed, calendar)


@calm
@given(near, st.integers(1, 60), calendars, st.integers(0, 6))
def test_due_when_a_half_day_of_the_week_becomes_free_is_never_earlier(
    registered, allowed, calendar, weekday
):
    half = replace(calendar, weekend=calendar.weekend - {weekday}, short_weekdays=frozenset({weekday}))
    free = replace(half, weekend=half.weekend | {weekday})
    if len(free.weekend) == 7:
        free = replace(free, weekend=frozenset({weekday}))

    assert workdays.due(registered, allowed, free) >= workdays.due(
        registered, allowed, replace(half, weekend=free.weekend - {weekday})
    )


@calm
@given(calendars, st.dates(date(2020, 1, 1), date(2020, 6, 1)))
def test_fingerprint_when_anything_changes_is_another(calendar, day):
    same = Calendar(*(frozenset(part) for part in (
        calendar.weekend, calendar.closed, calendar.short_weekdays, calendar.short, calendar.opened,
    )), calendar.weeks)  # fmt: skip
    other = replace(calendar, closed=calendar.closed ^ {day})

    assert same.fingerprint == calendar.fingerprint != other.fingerprint
    assert len(same.fingerprint) == 16


def test_two_half_days_make_one_working_day():
    thursdays = Calendar(weekend=frozenset({FRIDAY}), short_weekdays=frozenset({THURSDAY}))
    wednesday = date(2026, 6, 10)

    found = [(day.day.day, day.halves, day.reason.value) for day in workdays.explain(wednesday, 1, thursdays)]

    assert found == [(10, 0, "registered"), (11, 1, "half"), (12, 0, "weekend"), (13, 2, "working")]
    assert workdays.count(wednesday, date(2026, 6, 11), thursdays) == 0
    assert workdays.count(wednesday, date(2026, 6, 18), thursdays) == 6


def test_a_day_opened_for_work_counts_whatever_else_is_said_of_it():
    friday = date(2026, 6, 12)
    calendar = Calendar(TWO_DAYS, closed=frozenset({friday}), opened=frozenset({friday}))

    assert workdays.due(date(2026, 6, 10), 1, calendar) == friday


def test_week_from_a_day_on_is_the_week_of_that_day():
    change = Week(date(2026, 6, 11), weekend=frozenset({FRIDAY}), short_weekdays=frozenset({THURSDAY}))
    calendar = Calendar(TWO_DAYS, weeks=(change,))

    found = [calendar.reason(date(2026, 6, day)).value for day in (4, 5, 11, 12, 18)]

    assert found == ["weekend", "weekend", "half", "weekend", "half"]
    assert calendar.fingerprint != Calendar(TWO_DAYS).fingerprint
    with pytest.raises(ValueError, match="no days of a week"):
        Calendar(weeks=(Week(date(2026, 6, 11), frozenset({7}), frozenset()),))


@calm
@given(calendars, near, near)
def test_tally_counts_what_count_counts(calendar, one, other):
    tally = Tally(calendar, date(2019, 12, 15), date(2020, 6, 1))

    assert tally.count(one, other) == workdays.count(one, other, calendar)


def test_due_of_no_days_is_the_day_of_registration():
    assert workdays.due(date(2026, 6, 12), 0, Calendar(TWO_DAYS)) == date(2026, 6, 12)


@calm
@given(near, st.integers(1, 60), calendars, st.frozensets(days))
def test_due_with_more_holidays_is_never_earlier(registered, allowed, calendar, more):
    fuller = replace(calendar, closed=calendar.closed | more)

    assert workdays.due(registered, allowed, fuller) >= workdays.due(registered, allowed, calendar)


@calm
@given(near, st.integers(0, 60), calendars)
def test_due_of_more_days_is_later(registered, allowed, calendar):
    assert workdays.due(registered, allowed + 1, calendar) > workdays.due(registered, allowed, calendar)


@calm
@given(near, st.integers(0, 10), st.integers(1, 60), calendars)
def test_due_of_a_later_registration_is_never_earlier(registered, later, allowed, calendar):
    after = registered + timedelta(days=later)

    assert workdays.due(after, allowed, calendar) >= workdays.due(registered, allowed, calendar)


@calm
@given(near, st.integers(1, 60), calendars)
def test_due_is_a_working_day_and_count_gives_the_days_back(registered, allowed, calendar):
    due = workdays.due(registered, allowed, calendar)

    assert calendar.is_working(due)
    assert workdays.count(registered, due, calendar) == allowed
    assert workdays.count(registered, due - timedelta(days=1), calendar) == allowed - 1


@pytest.mark.parametrize(
    ("start", "calendar"),
    [
        (date(2026, 6, 13), Calendar(weekend=frozenset(range(7)))),
        (
            date(2026, 6, 13),
            Calendar(closed=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(5000))),
        ),
        (date(9999, 12, 30), Calendar()),
        (date(9999, 12, 28), Calendar(closed=frozenset({date(9999, 12, 29), date(9999, 12, 31)}))),
    ],
)
def test_due_when_no_working_day_is_left_is_refused(start, calendar):
    with pytest.raises(NoWorkingDay):
        workdays.due(start, 2, calendar)


def test_due_of_negative_days_is_refused():
    with pytest.raises(ValueError, match="-1 working days"):
        workdays.due(date(2026, 6, 13), -1, Calendar())


def test_calendar_with_an_eighth_weekday_is_refused():
    with pytest.raises(ValueError, match="no days of a week"):
        Calendar(weekend=frozenset({7}))


# --- Counting and explaining ------------------------------------------------------------------------------------


def test_count_of_a_span_that_ends_before_it_begins_is_none():
    monday = date(2026, 6, 15)

    assert workdays.count(monday, monday, Calendar()) == 0
    assert workdays.count(monday, date(2026, 6, 1), Calendar()) == 0
    assert workdays.count(monday, date(2026, 6, 16), Calendar()) == 1


def test_explain_names_every_day_on_the_way():
    calendar = Calendar(TWO_DAYS, frozenset({date(2026, 6, 4), date(2026, 6, 6)}))

    found = workdays.explain(date(2026, 6, 2), 2, calendar)

    assert found == [
        ExplainedDay(date(2026, 6, 2), 0, DayReason.REGISTERED),
        ExplainedDay(date(2026, 6, 3), 2, DayReason.WORKING),
        ExplainedDay(date(2026, 6, 4), 0, DayReason.WEEKEND),
        ExplainedDay(date(2026, 6, 5), 0, DayReason.WEEKEND),
        ExplainedDay(date(2026, 6, 6), 0, DayReason.CLOSED),
        ExplainedDay(date(2026, 6, 7), 2, DayReason.WORKING),
    ]


@calm
@given(near, st.integers(0, 40), calendars)
def test_explain_ends_at_the_due_date_and_counts_what_was_allowed(registered, allowed, calendar):
    found = workdays.explain(registered, allowed, calendar)

    assert found[-1].day == workdays.due(registered, allowed, calendar)
    assert sum(day.halves for day in found) in (2 * allowed, 2 * allowed + 1)
