"""Tests of publishing: true together with the caller's change, or not at all."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.outbox.models import Event
from portal.outbox.publish import PublishRefused, event, publish, publish_each


@pytest.mark.django_db
def test_publish_when_inside_a_transaction_then_one_insert() -> None:
    with CaptureQueriesContext(connection) as queries:
        publish("made", number=7, word="کوتاه")

    written = Event.objects.get()
    assert [query["sql"].split()[0] for query in queries] == ["INSERT"]
    assert (written.name, written.payload, written.relayed_at) == (
        "made",
        {"number": 7, "word": "کوتاه"},
        None,
    )


@pytest.mark.django_db(transaction=True)
def test_publish_when_the_transaction_fails_then_no_event() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish("made", number=1)
        1 / 0  # noqa: B018

    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_publish_when_outside_a_transaction_then_refused() -> None:
    with pytest.raises(PublishRefused, match="outside a transaction"):
        publish("made", number=1)

    assert not Event.objects.exists()


@pytest.mark.django_db
def test_publish_when_the_name_is_not_wired_then_refused() -> None:
    with pytest.raises(PublishRefused, match="not in the wiring"):
        publish("misspelt", number=1)


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["ا" * 65, None, 1.5, ["id"], {"id": 1}])
def test_publish_when_the_payload_is_more_than_ids_then_refused_by_key_alone(value: object) -> None:
    with pytest.raises(PublishRefused) as raised:
        publish("made", number=1, text=value)

    assert str(raised.value) == "made carries more than ids: text"


@pytest.mark.django_db
def test_publish_each_when_many_then_one_insert_under_the_same_rules() -> None:
    with CaptureQueriesContext(connection) as queries:
        publish_each("made", [{"number": 1}, {"number": 2}])

    assert [query["sql"].split()[0] for query in queries] == ["INSERT"]
    assert list(Event.objects.order_by("pk").values_list("payload__number", flat=True)) == [1, 2]
    with pytest.raises(PublishRefused, match="made carries more than ids: text"):
        publish_each("made", [{"number": 3}, {"text": "ا" * 65}])
    assert Event.objects.count() == 2


@pytest.mark.django_db
def test_event_when_made_then_it_is_written_by_the_caller_under_the_same_rules() -> None:
    made = event("made", number=7)

    assert (made.name, made.payload, Event.objects.count()) == ("made", {"number": 7}, 0)
    with pytest.raises(PublishRefused, match="not in the wiring"):
        event("misspelt", number=1)


@pytest.mark.django_db(transaction=True)
def test_event_when_made_outside_a_transaction_then_refused() -> None:
    with pytest.raises(PublishRefused, match="outside a transaction"):
        event("made", number=1)
