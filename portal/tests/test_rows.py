"""Rows of several tables in one statement."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from directory.models import County
from feedback.enums import EventKind, Purpose, Side
from feedback.models import CaseEvent, CaseWords, Message, RoutingDecision
from feedback.tests.factories import make_case
from feedback.tests.pages import make_basics
from portal import rows
from portal.outbox.models import Event

pytestmark = pytest.mark.django_db

AT = datetime(2026, 5, 2, 8, tzinfo=UTC)


def test_insert_when_rows_are_of_several_tables_then_one_statement_writes_what_saving_each_would(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_basics()
    case = make_case()
    points, reasons = {"CONT": 7}, [{"word": "رتبه‌بندی", "points": 7}]
    decision = RoutingDecision(
        case=case, unit=case.unit, stage="points", points=points, reasons=reasons, decided_at=AT
    )
    kinds = [EventKind.TAKEN, EventKind.ASKED, EventKind.NOTED]
    record = [CaseEvent(case=case, kind=kind, side=Side.SYSTEM, reason="% و '", at=AT) for kind in kinds]
    follows = Event(name="made", payload={"number": 1})

    with django_assert_num_queries(1):
        rows.insert(decision, record[0], follows, *record[1:])

    kept = RoutingDecision.objects.latest("id")
    assert (kept.points, kept.reasons, kept.excluded, kept.decided_at) == (points, reasons, [], AT)
    assert (kept.rule_code, kept.ruleset_version, kept.overridden_by) == ("", None, None)
    events = case.events.order_by("id")
    assert [(one.kind, one.reason, one.at) for one in events][-3:] == [(kind, "% و '", AT) for kind in kinds]
    assert Event.objects.latest("id").payload == {"number": 1}
    assert not decision._state.adding


def test_insert_when_rows_bring_their_keys_then_triggers_find_all_of_them() -> None:
    make_basics()
    case = make_case()
    key = Message.objects.latest("id").pk + 1000
    message = Message(
        id=key, case=case, side=Side.CITIZEN, purpose=Purpose.REPLY, body="پروندهٔ گمشده", sent_at=AT
    )

    rows.insert(message, CaseEvent(case=case, kind=EventKind.REPLIED, side=Side.CITIZEN, at=AT))

    assert Message.objects.get(pk=key).body == message.body
    assert {"پرونده", "گمشده"} <= set(CaseWords.objects.get(case=case).words)


def test_insert_when_one_row_is_refused_then_none_stands() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(County(code="some", name_fa="نمونه", name_en="Some"), Event(name=""))

    assert not County.objects.filter(code="some").exists()
    assert not Event.objects.exists()
    assert connection.is_usable()
