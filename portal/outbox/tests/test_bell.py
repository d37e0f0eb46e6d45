"""Tests of the bell: it rings once after the commit, for what was committed only."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, transaction

from portal.outbox.bell import CHANNEL
from portal.outbox.models import Event
from portal.outbox.publish import event, publish, publish_each

pytestmark = pytest.mark.django_db(transaction=True)

Heard = Callable[[], int]


@pytest.fixture
def heard(transactional_db: None) -> Iterator[Heard]:
    """Listen, and tell how often the bell has rung."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as line, line.cursor() as cursor:
        line.autocommit = True
        cursor.execute(f"LISTEN {CHANNEL}")

        def count() -> int:
            cursor.execute("SELECT 1")  # whatever rang before is told before the answer
            return len(line.notifies)

        yield count


def test_ring_when_a_transaction_writes_several_events_then_once_and_not_before_the_commit(
    heard: Heard,
) -> None:
    with transaction.atomic():
        publish("made", number=1)
        publish_each("made", [{"number": 2}, {"number": 3}])
        event("made", number=4).save()
        before = heard()

    assert (before, heard()) == (0, 1)


def test_ring_when_two_transactions_commit_then_for_each(heard: Heard) -> None:
    for number in range(2):
        with transaction.atomic():
            publish("made", number=number)

    assert heard() == 2


def test_ring_when_the_transaction_is_rolled_back_then_never(heard: Heard) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish("made", number=1)
        1 / 0  # noqa: B018
    with transaction.atomic():
        publish_each("made", [])

    assert heard() == 0


def fail_in_a_savepoint() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish("made", number=1)
        1 / 0  # noqa: B018


def test_ring_when_only_a_savepoint_is_rolled_back_then_for_what_is_left(heard: Heard) -> None:
    with transaction.atomic():
        fail_in_a_savepoint()
    of_nothing = heard()
    with transaction.atomic():
        fail_in_a_savepoint()
        publish("made", number=2)
    of_a_later_event = heard()
    with transaction.atomic():
        publish("made", number=3)
        fail_in_a_savepoint()
    of_an_earlier_event = heard()
    with transaction.atomic():
        with transaction.atomic():
            publish("made", number=4)
        fail_in_a_savepoint()
        publish("made", number=5)

    assert (of_nothing, of_a_later_event, of_an_earlier_event, heard()) == (0, 1, 2, 3)


def test_ring_when_the_database_is_lost_after_the_commit_then_the_caller_hears_nothing_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with transaction.atomic():
        transaction.on_commit(hang_up, robust=True)
        publish("made", number=1)
    connection.close()

    assert Event.objects.count() == 1
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert [text.partition(" in ")[0] for text in errors] == ["Error calling hang_up", "Error calling _ring"]


def hang_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
