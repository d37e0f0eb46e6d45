"""The pure rules of casework."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import policy
from feedback.enums import Kind, Status
from portal.kernel.workdays import Calendar

CALENDAR = Calendar(weekend=frozenset({3, 4}), closed=frozenset({date(2026, 6, 5)}))


@pytest.mark.parametrize(
    ("status", "step", "then"),
    [
        ("received", "take", "in_progress"),
        ("received", "ask", "waiting_citizen"),
        ("waiting_citizen", "reply", "in_progress"),
        ("in_progress", "answer", "answered"),
        ("answered", "reply", "answered"),
        ("in_progress", "redirect", "received"),
        ("reopened", "refer_out", "referred_out"),
    ],
)
def test_after_when_the_table_has_the_way_then_gives_the_next_status(
    status: str, step: str, then: str
) -> None:
    assert policy.after(status, step) == then


@pytest.mark.parametrize(
    ("status", "step"),
    [
        ("answered", "redirect"),
        ("closed", "redirect"),
        ("referred_out", "take"),
        ("closed", "ask"),
        ("lost", "take"),
    ],
)
def test_after_when_the_table_has_no_way_then_refuses_by_name(status: str, step: str) -> None:
    with pytest.raises(policy.TransitionRefused):
        policy.after(status, step)


def test_transitions_when_read_then_a_citizen_may_always_write() -> None:
    assert set(policy.TRANSITIONS["reply"]) == set(Status)


def test_transitions_when_read_then_no_step_closes_a_case_without_an_answer() -> None:
    silent = {
        (before, step)
        for step, ways in policy.TRANSITIONS.items()
        for before, then in ways.items()
        if then == Status.CLOSED and before != Status.CLOSED
    }

    assert silent == {(Status.ANSWERED, "close")}


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (Kind.REQUEST, 10),
        (Kind.COMPLAINT, 15),
        (Kind.SUGGESTION, 15),
        (Kind.CRITICISM, 15),
        (Kind.MISCONDUCT, 30),
        (Kind.PRAISE, 15),
    ],
)
def test_promises_when_read_then_hold_what_the_product_says(kind: Kind, days: int) -> None:
    assert policy.PROMISES[kind].answer_days == days


def test_due_on_when_everything_is_closed_for_months_then_stops_at_the_ceiling() -> None:
    start = date(2026, 6, 1)
    closed = frozenset(start + timedelta(days=n) for n in range(200))

    due = policy.due_on(start, 15, Calendar(weekend=frozenset(), closed=closed))

    assert due == start + timedelta(days=policy.CEILING_DAYS)


@given(paused=st.integers(0, 200))
def test_due_after_pause_when_paused_then_never_earlier_and_never_past_the_ceiling(paused: int) -> None:
    registered = date(2026, 5, 20)
    due = policy.due_on(registered, 15, CALENDAR)

    later = policy.due_after_pause(due, registered, paused, CALENDAR)

    assert due <= later <= registered + timedelta(days=policy.CEILING_DAYS)


@given(st.ip_addresses())
def test_neighbourhood_when_given_any_address_then_is_one_of_4096(address: object) -> None:
    assert 0 <= policy.neighbourhood(str(address), b"key", date(2026, 6, 1)) < 4096


def test_neighbourhood_when_addresses_share_a_network_then_share_the_counter() -> None:
    day = date(2026, 6, 1)

    assert policy.neighbourhood("127.0.0.1", b"k", day) == policy.neighbourhood("127.0.0.200", b"k", day)


def test_neighbourhood_when_the_day_changes_then_the_counter_says_nothing_of_yesterday() -> None:
    days = [date(2026, 6, 1) + timedelta(days=n) for n in range(20)]

    assert len({policy.neighbourhood("127.0.0.1", b"k", day) for day in days}) > 10


@pytest.mark.parametrize("address", ["", "unknown", "127.0.0.1, 10.0.0.1", "::1%eth0", "\x00"])
def test_neighbourhood_when_the_address_is_odd_then_still_answers(address: str) -> None:
    assert 0 <= policy.neighbourhood(address, b"k", date(2026, 6, 1)) < 4096
