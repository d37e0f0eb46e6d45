"""Tests of the outbox's rows: spread, claimed, attempted, parked, found again, forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from portal.outbox import selectors, services
from portal.outbox.models import Delivery, DeliveryState, Event, Heartbeat
from portal.outbox.outcomes import PermanentError
from portal.outbox.tests import handlers
from portal.outbox.tests.handlers import HERE

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def make_event(name: str = "made", *, at: datetime = NOW, **payload: int) -> Event:
    return Event.objects.create(name=name, payload={"number": 1} | payload, created_at=at)


def make_sent(name: str = "made", *, at: datetime = NOW, attempts: int = 0) -> Delivery:
    """Make a delivery that the broker has."""
    make_event(name, at=at)
    services.spread(at=at)
    [pk] = services.claim(at=at)
    Delivery.objects.filter(pk=pk).update(attempts=attempts)
    return Delivery.objects.get(pk=pk)


def start(delivery: Delivery) -> services.Attempt:
    [attempt] = services.begin([delivery.pk], at=NOW)
    return attempt


def make_sent_together(*names: str) -> list[Delivery]:
    """Make one event that these follow, and the attempts of all of them begun."""
    event = make_event("shared")
    rows = [Delivery(event=event, handler=f"{HERE}.{name}", state="sent", sent_at=NOW) for name in names]
    return Delivery.objects.bulk_create(rows)


def state_of(delivery: Delivery) -> tuple[str, str]:
    delivery.refresh_from_db()
    return delivery.state, delivery.last_error


def effects() -> int:
    return Event.objects.filter(name="effect").count()


# --- From event to broker ---------------------------------------------------------------------------------------


def test_spread_when_two_follow_then_each_has_one_delivery() -> None:
    make_event("shared")

    services.spread(at=NOW)
    Event.objects.update(relayed_at=None)
    services.spread(at=NOW)

    handlers = Delivery.objects.order_by("handler").values_list("handler", "state", "not_before")
    assert list(handlers) == [
        (f"{HERE}.leave_another", DeliveryState.WAITING, NOW),
        (f"{HERE}.leave_effect", DeliveryState.WAITING, NOW),
    ]


def test_spread_when_this_version_does_not_know_the_event_then_it_stays_for_the_one_that_does() -> None:
    stranger = make_event("of tomorrow")
    known = make_event("made")

    taken = services.spread(at=NOW)

    assert taken == 1
    assert list(Event.objects.filter(relayed_at=None)) == [stranger]
    assert Delivery.objects.get().event == known


def test_spread_when_nobody_follows_then_the_event_is_over() -> None:
    make_event("unheard")

    services.spread(at=NOW)

    assert Event.objects.get().relayed_at == NOW
    assert not Delivery.objects.exists()


def test_spread_and_claim_when_events_are_many_then_statements_are_few() -> None:
    for number in range(60):
        make_event("shared", number=number)

    with CaptureQueriesContext(connection) as queries:
        services.spread(at=NOW)
        services.claim(at=NOW)

    work = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(work) == 4  # all in one; count, select, update
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == 120


def test_claim_when_the_time_has_not_come_then_nothing() -> None:
    make_event()
    services.spread(at=NOW)
    Delivery.objects.update(not_before=NOW + SECOND)

    assert services.claim(at=NOW) == []
    assert len(services.claim(at=NOW + SECOND)) == 1


def test_claim_when_the_broker_has_enough_then_the_rest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "IN_FLIGHT", 3)
    for number in range(5):
        make_event(number=number)
    services.spread(at=NOW)

    counts = [len(services.claim(at=NOW)) for _ in range(2)]

    assert counts == [3, 0]


def test_give_back_when_the_broker_refused_then_due_again() -> None:
    delivery = make_sent()

    services.give_back([delivery.pk])

    assert list(Delivery.objects.due(NOW)) == [delivery]


def test_share_out_when_a_heap_waits_then_events_stay_together_and_every_worker_has_a_share() -> None:
    for number in range(20):
        make_event("shared", number=number)
    services.spread(at=NOW)

    shares = services.share_out(services.claim(at=NOW))

    event_of = dict(Delivery.objects.values_list("id", "event_id"))
    events = [{event_of[pk] for pk in share} for share in shares]
    assert [len(share) for share in shares] == [6] * 6 + [4]
    assert sum(map(len, events)) == len(set().union(*events)) == 20


def test_share_out_when_its_process_died_then_it_travels_alone() -> None:
    ids = [delivery.pk for delivery in make_sent_together("leave_effect", "die", "leave_another")]
    Delivery.objects.filter(pk=ids[1]).update(last_error=services.DIED)

    assert services.share_out(ids) == [[ids[0], ids[2]], [ids[1]]]


# --- Attempts ---------------------------------------------------------------------------------------------------


def test_begin_when_sent_then_counted_and_the_next_attempt_is_on_the_clock() -> None:
    delivery = make_sent()

    [attempt] = services.begin([delivery.pk], at=NOW)

    path = f"{HERE}.leave_effect"
    assert attempt == services.Attempt(delivery.pk, delivery.event_id, 1, path, {"number": 1})
    assert state_of(delivery) == (DeliveryState.WAITING, services.DIED)
    assert delivery.attempts == 1


@pytest.mark.parametrize("state", [DeliveryState.WAITING, DeliveryState.DONE, DeliveryState.PARKED])
def test_begin_when_not_sent_then_the_message_is_a_repeat(state: DeliveryState) -> None:
    delivery = make_sent()
    done_at = NOW if state == DeliveryState.DONE else None
    Delivery.objects.update(state=state, done_at=done_at, last_error="why")

    assert services.begin([delivery.pk], at=NOW) == []
    assert Delivery.objects.get().attempts == 0


def test_begin_when_the_process_died_every_time_then_parked() -> None:
    delivery = make_sent(attempts=3)

    assert services.begin([delivery.pk], at=NOW) == []
    assert state_of(delivery) == (DeliveryState.PARKED, services.DIED)


def test_begin_when_the_delivery_is_gone_then_nothing() -> None:
    assert services.begin([404], at=NOW) == []


def test_begin_when_many_then_in_one_statement_and_in_their_order() -> None:
    ids = [make_sent().pk for _number in range(3)]
    Delivery.objects.filter(pk=ids[0]).update(state=DeliveryState.WAITING)

    with CaptureQueriesContext(connection) as queries:
        begun = services.begin(ids[:0:-1], at=NOW)
    mixed = services.begin([*ids, 404], at=NOW)

    assert ([attempt.delivery_id for attempt in begun], len(queries)) == (ids[:0:-1], 1)
    assert mixed == []


@pytest.mark.parametrize(("attempts", "pause"), [(0, 2), (1, 4), (4, 32), (11, 3600), (200, 3600)])
def test_begin_when_attempts_grow_then_the_pause_doubles_up_to_the_cap(
    settings: Settings, attempts: int, pause: int
) -> None:
    settings.OUTBOX_BACKOFF, settings.OUTBOX_MAX_ATTEMPTS = (2, 3600), 1000
    delivery = make_sent(attempts=attempts)

    services.begin([delivery.pk], at=NOW)

    delivery.refresh_from_db()
    assert 0.75 * pause * SECOND <= delivery.not_before - NOW <= 1.25 * pause * SECOND


def test_perform_when_the_handler_returns_then_effect_and_done_together() -> None:
    delivery = make_sent()

    services.perform(start(delivery), at=NOW)

    assert state_of(delivery) == (DeliveryState.DONE, "")
    assert (delivery.done_at, effects()) == (NOW, 1)


def test_perform_when_already_done_then_no_second_effect() -> None:
    attempt = start(make_sent())

    services.perform(attempt, at=NOW)
    services.perform(attempt, at=NOW)

    assert effects() == 1


def test_perform_when_one_of_an_event_was_done_before_then_only_the_others_run() -> None:
    rows = make_sent_together("leave_effect", "leave_another")
    attempts = services.begin([row.pk for row in rows], at=NOW)
    services.perform(attempts[0], at=NOW)

    services.perform(*attempts, at=NOW)

    assert effects() == 2
    assert {state_of(row) for row in rows} == {(DeliveryState.DONE, "")}


def test_perform_when_one_of_an_event_fails_then_nothing_of_the_others_is_kept() -> None:
    rows = make_sent_together("leave_effect", "break_down")
    attempts = services.begin([row.pk for row in rows], at=NOW)

    with pytest.raises(services.HandlerFailed) as raised:
        services.perform(*attempts, at=NOW)

    assert (raised.value.attempt, effects()) == (attempts[1], 0)
    assert {state_of(row) for row in rows} == {(DeliveryState.WAITING, services.DIED)}


def begin_all(name: str, *numbers: int) -> list[services.Attempt]:
    """Begin an attempt at every delivery of events of a name with these numbers."""
    for number in numbers:
        make_event(name, number=number)
    services.spread(at=NOW)
    return services.begin(services.claim(at=NOW), at=NOW)


def test_groups_when_a_handler_takes_many_then_its_events_share_and_the_others_go_one_by_one() -> None:
    groups = services.groups(begin_all("common", 1, 2))

    told = [
        [(attempt.handler.rpartition(".")[2], attempt.payload["number"]) for attempt in group]
        for group in groups
    ]
    assert told == [
        [("leave_effects", 1), ("leave_effects", 2)],
        [("leave_another", 1)],
        [("leave_another", 2)],
    ]


def test_groups_when_a_handler_does_not_exist_then_it_fails_alone_later() -> None:
    [attempt] = services.begin([make_sent().pk], at=NOW)
    stranger = replace(attempt, handler="of.tomorrow")

    assert services.groups([stranger]) == [[stranger]]
    assert services.pass_over([stranger], at=NOW) == [stranger]


def test_perform_when_events_share_a_handler_then_one_call_and_one_effect_for_all() -> None:
    shared = services.groups(begin_all("common", 1, 2, 3))[0]

    services.perform(*shared, at=NOW)
    services.perform(*shared, at=NOW)

    assert Event.objects.get(name="effect").payload == {"number": 3}
    assert Delivery.objects.filter(state=DeliveryState.DONE).count() == 3


def test_perform_when_events_share_a_handler_that_fails_then_nothing_is_kept() -> None:
    shared = services.groups(begin_all("common", 1, 13))[0]

    with pytest.raises(ValueError, match="quotes"), transaction.atomic():
        services.perform(*shared, at=NOW)

    assert (effects(), Delivery.objects.filter(state=DeliveryState.WAITING).count()) == (0, 4)


def test_pass_over_when_work_is_found_done_then_marked_in_few_statements_and_no_handler_runs() -> None:
    begun = begin_all("known", 1, 2, 3, 4)
    for number in (1, 3, 4):
        handlers.leave_effect(number=number)

    with CaptureQueriesContext(connection) as queries:
        left = services.pass_over(begun, at=NOW)

    assert [attempt.payload["number"] for attempt in left] == [2]
    assert (Delivery.objects.filter(state=DeliveryState.DONE).count(), effects()) == (3, 3)
    assert [query["sql"].split()[0] for query in queries] == ["SAVEPOINT", "SELECT", "UPDATE", "RELEASE"]


def test_hand_back_when_never_made_then_due_at_once_and_not_counted() -> None:
    made, left = make_sent(attempts=1), make_sent(attempts=1)
    attempts = services.begin([made.pk, left.pk], at=NOW)
    services.perform(attempts[0], at=NOW)

    services.hand_back(attempts, at=NOW)

    assert list(Delivery.objects.due(NOW)) == [left]
    assert (state_of(made), state_of(left), left.attempts) == (
        (DeliveryState.DONE, ""),
        (DeliveryState.WAITING, ""),
        1,
    )


def test_perform_when_a_later_attempt_has_begun_then_left_to_it() -> None:
    delivery = make_sent()
    old = start(delivery)
    Delivery.objects.update(state=DeliveryState.SENT, sent_at=NOW)
    new = start(delivery)

    services.perform(old, at=NOW)
    effects_of_old = effects()
    services.perform(new, at=NOW)

    assert (effects_of_old, effects()) == (0, 1)


@pytest.mark.parametrize(("attempts", "state"), [(0, DeliveryState.WAITING), (2, DeliveryState.PARKED)])
def test_perform_when_the_handler_says_later_then_its_effect_is_kept(
    attempts: int, state: DeliveryState
) -> None:
    delivery = make_sent("early", attempts=attempts)

    services.perform(start(delivery), at=NOW)

    assert state_of(delivery) == (state, "the gateway is away")
    assert (delivery.done_at, effects()) == (None, 1)
    assert delivery.not_before > NOW


@pytest.mark.parametrize(
    ("name", "attempts", "state", "reason"),
    [
        ("broken", 0, DeliveryState.WAITING, "ValueError at handlers.py:"),
        ("broken", 2, DeliveryState.PARKED, "ValueError at handlers.py:"),
        ("hopeless", 0, DeliveryState.PARKED, "PermanentError: the address does not exist"),
    ],
)
def test_fail_when_the_handler_raised_then_undone_and_told_without_the_text(
    name: str, attempts: int, state: DeliveryState, reason: str
) -> None:
    delivery = make_sent(name, attempts=attempts)
    attempt = start(delivery)

    with pytest.raises(services.HandlerFailed) as raised:
        services.perform(attempt, at=NOW)
    assert raised.value.attempt is attempt
    assert isinstance(raised.value.__cause__, ValueError | PermanentError)
    services.fail(attempt, error=raised.value.__cause__)

    state_then, error = state_of(delivery)
    assert (state_then, effects(), delivery.done_at) == (state, 0, None)
    assert error.startswith(reason)
    assert "0916" not in error


def test_retry_when_parked_then_due_with_all_attempts_before_it() -> None:
    delivery = make_sent(attempts=3)
    services.begin([delivery.pk], at=NOW)

    assert services.retry([delivery.pk], at=NOW) == 1
    assert services.retry([delivery.pk], at=NOW) == 0
    assert Delivery.objects.due(NOW).get().attempts == 0


# --- Sweeping ---------------------------------------------------------------------------------------------------


def test_resend_lost_when_sent_long_ago_and_not_begun_then_due_again() -> None:
    delivery = make_sent()

    early = services.resend_lost(sent_before=NOW)
    late = services.resend_lost(sent_before=NOW + SECOND)

    assert (early, late) == (0, 1)
    assert list(Delivery.objects.due(NOW + SECOND)) == [delivery]


def test_forget_when_old_then_only_what_is_over_goes(settings: Settings) -> None:
    settings.OUTBOX_KEEP_DAYS = 14
    old = NOW - timedelta(days=15)
    waiting = make_sent(at=old).event
    done = make_sent(at=old)
    services.perform(start(done), at=old)
    make_event("unheard", at=old)
    services.spread(at=old)
    young = make_event("made")

    forgotten = services.forget(at=NOW)

    assert forgotten == 2
    assert set(Event.objects.exclude(name="effect")) == {waiting, young}
    assert not Delivery.objects.filter(pk=done.pk).exists()


@pytest.mark.parametrize("phase", ["event", "due", "sent", "done"])
def test_lateness_when_work_lies_about_then_its_age(phase: str) -> None:
    make_event(at=NOW)
    if phase != "event":
        services.spread(at=NOW)
    if phase in {"sent", "done"}:
        services.claim(at=NOW)
    if phase == "done":
        Delivery.objects.update(state=DeliveryState.DONE, done_at=NOW)

    late = selectors.lateness(at=NOW + 90 * SECOND)

    assert late == (timedelta(0) if phase == "done" else 90 * SECOND)


def test_lateness_when_sent_again_each_minute_and_never_taken_then_its_whole_age() -> None:
    make_sent()

    for minute in range(1, 16):
        at = NOW + timedelta(minutes=minute)
        services.resend_lost(sent_before=at)
        assert selectors.lateness(at=at) == timedelta(minutes=minute)
        services.claim(at=at)
        assert selectors.lateness(at=at) == timedelta(minutes=minute)


def test_lateness_when_a_postponed_attempt_is_sent_then_counted_from_the_time_it_was_put_off_to() -> None:
    put_off = NOW + timedelta(hours=4)
    delivery = make_sent()
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.WAITING, not_before=put_off)

    services.claim(at=put_off)

    assert selectors.lateness(at=put_off + SECOND) == SECOND


def test_lateness_when_parked_then_none() -> None:
    make_sent()
    Delivery.objects.update(state=DeliveryState.PARKED, last_error=services.DIED)

    assert selectors.lateness(at=NOW + timedelta(hours=1)) == timedelta(0)


def test_lateness_when_back_off_has_not_passed_then_none() -> None:
    start(make_sent())

    assert selectors.lateness(at=NOW + 5 * SECOND) == timedelta(0)


# --- Heartbeats and constraints -----------------------------------------------------------------------------------


def test_beat_when_fresh_then_not_written_again() -> None:
    for seconds in (0, 4, 6):
        Heartbeat.objects.beat("outbox.relay", at=NOW + seconds * SECOND)
        assert selectors.silence("outbox.relay", at=NOW + 6 * SECOND) == (6 if seconds < 5 else 0) * SECOND

    assert selectors.silence("outbox.worker", at=NOW) is None


def test_beat_when_the_clock_was_set_back_then_written_all_the_same() -> None:
    Heartbeat.objects.beat("outbox.relay", at=NOW + timedelta(days=2))

    Heartbeat.objects.beat("outbox.relay", at=NOW)

    assert selectors.silence("outbox.relay", at=NOW) == timedelta(0)


@pytest.mark.parametrize(
    ("fault", "constraint"),
    [
        ({"state": "done"}, "delivery_done_has_time"),
        ({"done_at": NOW}, "delivery_done_has_time"),
        ({"state": "sent", "sent_at": None}, "delivery_sent_has_time"),
        ({"state": "parked", "last_error": ""}, "delivery_parked_says_why"),
        ({"state": "lost"}, "delivery_state_known"),
    ],
)
def test_delivery_when_incoherent_then_the_database_refuses(fault: dict[str, Any], constraint: str) -> None:
    delivery = make_sent()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(**fault)
