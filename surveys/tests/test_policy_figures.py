"""Intervals, rounding, suppression, flags; values of the reference study, no database."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from surveys.enums import Flag, ItemKind
from surveys.policy import Answer, Choice, Question, flags_of, last_closed_day, may_show, percent, wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (8, 10, 0.490, 0.943),
        (24, 30, 0.627, 0.905),
        (80, 100, 0.711, 0.867),
        (5, 5, 0.566, 1.000),
        (0, 5, 0.000, 0.434),
    ],
)
def test_wilson_when_given_the_reference_cases_then_it_agrees(
    k: int, n: int, low: float, high: float
) -> None:
    interval = wilson(k, n)

    assert (round(interval.low, 3), round(interval.high, 3)) == (low, high)


@pytest.mark.parametrize("n", [1, 2, 9, 10, 37, 1000])
def test_wilson_when_any_share_then_it_lies_inside_and_mirrors(n: int) -> None:
    for k in range(n + 1):
        low, high = wilson(k, n)
        other = wilson(n - k, n)

        assert 0 <= low <= k / n <= high <= 1
        assert (low, high) == pytest.approx((1 - other.high, 1 - other.low))


@pytest.mark.parametrize(("k", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_wilson_when_there_is_no_share_then_it_raises(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(k, n)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0, 0),
        (1, 100),
        (0.125, 13),
        (0.005, 1),
        (0.0049, 0),
        (0.285, 29),
        (2 / 3, 67),
        (0.994, 99),
        (0.995, 100),
    ],
)
def test_percent_when_halfway_then_it_goes_up(share: float, expected: int) -> None:
    assert percent(share) == expected


@pytest.mark.parametrize(("n", "expected"), [(0, False), (9, False), (10, True), (11, True)])
def test_may_show_when_under_ten_then_no(n: int, expected: bool) -> None:
    assert may_show(n) is expected


TODAY = date(2026, 11, 24)


def days_ago(*counts: tuple[int, int]) -> list[tuple[date, int]]:
    return [(TODAY - timedelta(days=ago), count) for ago, count in counts]


@pytest.mark.parametrize(
    ("counts", "closed"),
    [
        ([], None),
        ([(3, 9)], None),
        ([(3, 9), (1, 1)], 1),
        ([(3, 10), (1, 9)], 3),
        ([(3, 10), (1, 10)], 1),
        ([(3, 4), (2, 7), (1, 9)], 2),
        ([(0, 500)], None),
        ([(1, 9), (0, 500)], None),
    ],
)
def test_last_closed_day_when_days_fill_up_then_lots_of_ten_are_published(
    counts: list[tuple[int, int]], closed: int | None
) -> None:
    expected = None if closed is None else TODAY - timedelta(days=closed)

    assert last_closed_day(days_ago(*counts), TODAY) == expected


def test_last_closed_day_when_read_every_day_then_two_readings_never_differ_by_a_few() -> None:
    counts = days_ago(*((ago, (ago * 7) % 5) for ago in range(1, 200)))
    shown = set()
    for back in range(200):
        today = TODAY - timedelta(days=back)
        closed = last_closed_day(counts, today)
        shown.add(sum(count for day, count in counts if closed and day <= closed))

    steps = sorted(shown)
    assert all(later - earlier >= 10 for earlier, later in pairwise(steps))


FIVE = tuple(Choice(value) for value in ("5", "4", "3", "2", "1"))
SCALES = [Question(f"Q{number}", ItemKind.FIVE_POINT, FIVE) for number in range(8)]


def line(*values: str) -> dict[str, Answer]:
    return {f"Q{number}": Answer(values=(value,)) for number, value in enumerate(values)}


@pytest.mark.parametrize(
    ("answers", "seconds", "is_trapped", "expected"),
    [
        (line("5", "4", "3", "5", "4", "3"), 60, False, []),
        (line("5", "4"), None, False, []),
        (line("5"), 3, False, []),
        (line("5"), 2.9, False, [Flag.SPEEDING]),
        (line("5", "4", "3", "2", "1"), 9.9, False, [Flag.SPEEDING]),
        (line("5", "4", "3", "2", "1"), 10, False, []),
        (line("5", "4", "3", "2", "1", "1", "2", "3"), 14.9, False, [Flag.SPEEDING]),
        (line("5", "4", "3", "2", "1", "1", "2", "3"), 15, False, []),
        (line("5", "4"), 60, True, [Flag.TRAPPED]),
        (line(*"333333"), 60, False, [Flag.STRAIGHT_LINING]),
        (line(*"33333"), 60, False, []),
        (line(*"333334"), 60, False, []),
        (line(*"33333333"), 1, True, [Flag.TRAPPED, Flag.SPEEDING, Flag.STRAIGHT_LINING]),
    ],
)
def test_flags_of_when_a_response_looks_odd_then_it_says_how(
    answers: dict[str, Answer], seconds: float | None, is_trapped: bool, expected: list[Flag]
) -> None:
    assert flags_of(SCALES, answers, seconds=seconds, is_trapped=is_trapped) == expected
