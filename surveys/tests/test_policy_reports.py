"""Differences, funnels, quarters, and what is hidden: the reference values, and attacks."""

from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import policy
from surveys.policy import Cell, Quarter, Verdict
from surveys.policy.groups import Seen

# --- Figures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [((130, 181), (24, 58), 0.159, 0.437), ((72, 100), (65, 100), -0.058, 0.195)],
)
def test_newcombe_when_asked_then_it_gives_the_reference_values(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    interval = policy.newcombe(*first, *second)

    assert (round(interval.low, 3), round(interval.high, 3)) == (low, high)


@pytest.mark.parametrize(("points", "answers"), [(5, 1094), (10, 294), (15, 138), (20, 82)])
def test_needed_when_asked_then_it_gives_the_reference_values(points: int, answers: int) -> None:
    assert abs(policy.needed(points / 100) - answers) <= 2


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    [
        (32, 40, Verdict.ALIKE),
        (65, 100, Verdict.LOWER),
        (71, 100, Verdict.MAYBE_LOWER),
        (88, 100, Verdict.MAYBE_HIGHER),
        (95, 100, Verdict.HIGHER),
        # Certain, and too small to act upon.
        (8_300, 10_000, Verdict.MAYBE_HIGHER),
    ],
)
def test_verdict_when_a_unit_is_held_against_the_whole_then_as_expected(
    k: int, n: int, expected: Verdict
) -> None:
    assert policy.verdict(k, n, 0.8) == expected


def test_verdict_when_twenty_units_are_alike_then_few_quarters_call_one_different() -> None:
    """The false-alarm drill: twenty equal units, forty answers each, a true share of 80 %."""
    dice = Random(1405)
    quarters, alarms = 1000, 0
    for _quarter in range(quarters):
        content = [sum(dice.random() < 0.8 for _answer in range(40)) for _unit in range(20)]
        whole = sum(content) / 800
        verdicts = {policy.verdict(k, 40, whole) for k in content}
        alarms += not verdicts.isdisjoint({Verdict.HIGHER, Verdict.LOWER})

    assert alarms / quarters < 0.05


@pytest.mark.parametrize(("usual", "limit"), [(1, 5), (4, 11), (20, 35)])
def test_burst_limit_when_asked_then_it_is_the_poisson_quantile(usual: float, limit: int) -> None:
    assert policy.burst_limit(usual) == limit


# --- Quarters ---------------------------------------------------------------------------------------------------


def test_quarter_when_walked_then_each_follows_the_one_before() -> None:
    quarter = Quarter(1403, 1)
    while quarter < Quarter(1406, 1):
        assert policy.quarter_of(quarter.first) == policy.quarter_of(quarter.last) == quarter
        assert quarter.last + timedelta(days=1) == quarter.next.first
        assert policy.read_quarter(policy.quarter_slug(quarter)) == quarter == quarter.next.previous
        quarter = quarter.next


@pytest.mark.parametrize("slug", ["1405-5", "1405-0", "1405", "", "۱۴۰۵-۱", "2026-1", "1405-1/", "9999-1"])
def test_quarter_when_the_address_names_none_then_none(slug: str) -> None:
    assert policy.read_quarter(slug) is None


def test_quarter_when_it_has_just_ended_then_it_settles_first() -> None:
    end = Quarter(1405, 1).last

    assert policy.last_settled(end + timedelta(days=3)) == Quarter(1404, 4)
    assert policy.last_settled(end + timedelta(days=4)) == Quarter(1405, 1)
    assert policy.last_settled(date(2026, 8, 1)) == Quarter(1405, 1)


# --- What is hidden ---------------------------------------------------------------------------------------------


def tree(units: list[list[int]]) -> Cell:
    """Return a whole with units and, under them, services with so many answers."""
    cells = [
        Cell(("u", u), sum(services), [Cell(("s", u, s), n) for s, n in enumerate(services)])
        for u, services in enumerate(units)
    ]
    return Cell("whole", sum(cell.n for cell in cells), cells)


@pytest.mark.parametrize(
    ("units", "hidden"),
    [
        # Too few on the whole: nothing at all.
        ([[4], [5]], {"whole", ("u", 0), ("u", 1)}),
        # One small unit takes the next smallest along.
        ([[4], [30], [50]], {("u", 0), ("u", 1)}),
        # Two small ones hide each other once they are ten together.
        ([[4], [6], [50]], {("u", 0), ("u", 1)}),
        # Empty looks as hidden does, and hides nobody.
        ([[0], [30], [50]], {("u", 0)}),
    ],
)
def test_shown_when_cells_are_small_then_they_and_their_neighbours_hide(
    units: list[list[int]], hidden: set[object]
) -> None:
    whole = tree(units)
    tops = {"whole", *(cell.key for cell in whole.children)}

    assert tops - policy.shown(whole) == hidden


def test_shown_when_a_person_is_concerned_then_twenty_answers_are_needed() -> None:
    whole = tree([[15], [40], [60]])

    assert ("u", 0) in policy.shown(whole)
    assert ("u", 0) not in policy.shown(whole, policy.MIN_SHOWN_OF_A_PERSON)


sizes = st.one_of(st.integers(0, 14), st.integers(0, 60))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(sizes, min_size=1, max_size=3), min_size=1, max_size=3))
def test_shown_when_attacked_by_subtraction_then_no_small_group_comes_out(units: list[list[int]]) -> None:
    """Every sum and difference of shown figures at once: is a group of 1 to 9 answers among what they span?"""
    whole = tree(units)
    visible = policy.shown(whole)
    leaves = [leaf for unit in whole.children for leaf in unit.children]
    rows = []
    for cell in [whole, *whole.children, *leaves]:
        if cell.key in visible:
            below = {id(cell)} | {id(child) for child in cell.children}
            below |= {id(leaf) for child in cell.children for leaf in child.children}
            rows.append([Fraction(id(leaf) in below) for leaf in leaves])
    basis = _reduced(rows)

    for mask in range(1, 2 ** len(leaves)):
        group = [leaf for place, leaf in enumerate(leaves) if mask >> place & 1]
        if 0 < sum(leaf.n for leaf in group) < policy.MIN_SHOWN:
            vector = [Fraction(mask >> place & 1) for place in range(len(leaves))]
            assert not _is_spanned(vector, basis), [leaf.key for leaf in group]


@settings(max_examples=150, deadline=None)
@given(st.lists(sizes, min_size=1, max_size=5), sizes)
def test_parted_when_attacked_by_subtraction_then_no_small_group_comes_out_also_not_who_left_it_out(
    groups: list[int], rest: int
) -> None:
    """Groups of a total (drivers, cross-tabs, themes): what they and the total span holds no group of 1 to 9."""
    total = sum(groups) + rest
    visible = policy.parted(total, dict(enumerate(groups)))
    everybody = [*groups, rest]
    rows = [[Fraction(place == own) for own in range(len(everybody))] for place in visible]
    whole = [[Fraction(1)] * len(everybody)] if policy.may_show(total) else []
    basis = _reduced(whole + rows)

    for mask in range(1, 2 ** len(everybody)):
        group = [n for place, n in enumerate(everybody) if mask >> place & 1]
        if 0 < sum(group) < policy.MIN_SHOWN:
            vector = [Fraction(mask >> place & 1) for place in range(len(everybody))]
            assert not _is_spanned(vector, basis), (groups, rest, visible)
    assert bool(visible) <= policy.may_show(total)


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    basis: list[list[Fraction]] = []
    for row in rows:
        rest = _rest(row, basis)
        if any(rest):
            basis.append(rest)
    return basis


def _rest(row: list[Fraction], basis: list[list[Fraction]]) -> list[Fraction]:
    for pivot_row in basis:
        pivot = next(place for place, value in enumerate(pivot_row) if value)
        factor = row[pivot] / pivot_row[pivot]
        row = [value - factor * own for value, own in zip(row, pivot_row, strict=True)]
    return row


def _is_spanned(vector: list[Fraction], basis: list[list[Fraction]]) -> bool:
    return not any(_rest(vector, basis))


# --- One hand, many responses -----------------------------------------------------------------------------------


def test_twins_when_long_answers_repeat_then_all_of_them_are_found() -> None:
    long = frozenset((f"Q{number}", "5") for number in range(9))
    other = frozenset((f"Q{number}", "4") for number in range(9))
    short = frozenset([("Q1", "5")])
    hour = [Seen(n, long) for n in range(5)] + [Seen(9, other)] + [Seen(20 + n, short) for n in range(50)]

    assert policy.twins(hour) == [0, 1, 2, 3, 4]


# --- What names a person ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("با ۰۹۱۶۱۲۳۴۵۶۷ تماس بگیرید", "با ▪▪▪ تماس بگیرید"),
        ("کد ملی من 0012345679 است", "کد ملی من ▪▪▪ است"),
        ("کارت ۶۲۱۹-۸۶۱۰-۰۰۰۰-۰۰۰۹", "کارت ▪▪▪"),
        ("شبا IR06 0960 0000 0001 0324 2000 01", "شبا ▪▪▪"),
        ("به ali.test@example.ir بنویسید", "به ▪▪▪ بنویسید"),
        ("تلفن 066-33221100", "تلفن ▪▪▪"),
        ("۱۲ روز و ۳۵۰۰۰۰۰ ریال شد", "۱۲ روز و ۳۵۰۰۰۰۰ ریال شد"),
        ("نامهٔ 1234567890", "نامهٔ 1234567890"),
        ("سال ۱۴۰۵-۰۳-۲۳ آمدم", "سال ۱۴۰۵-۰۳-۲۳ آمدم"),
        ("", ""),
    ],
)
def test_mask_when_a_text_names_somebody_then_that_is_taken_out(written: str, shown: str) -> None:
    assert policy.mask_personal(written) == shown
    assert policy.is_personal(written) == (written != shown)
