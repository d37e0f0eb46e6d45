"""Which index the queries of every minute go by among many deliveries that are done, as the planner says."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from portal.outbox import selectors, services

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
#: Thousands of events of the last month that are over, and a few in each other state.
ROWS = """
INSERT INTO outbox_event (name, payload, created_at, relayed_at)
SELECT 'made', jsonb_build_object('number', g), %(now)s - g * interval '2 minutes', %(now)s
  FROM generate_series(20000, 1, -1) AS g;
INSERT INTO outbox_delivery (event_id, handler, state, attempts, not_before, sent_at, done_at, last_error)
SELECT id, 'x', state, 1, %(now)s, %(now)s, CASE WHEN state = 'done' THEN %(now)s END, 'y'
  FROM (SELECT id, CASE id %% 2000 WHEN 0 THEN 'waiting' WHEN 1 THEN 'sent' WHEN 2 THEN 'parked' ELSE 'done' END
          FROM outbox_event) AS event (id, state);
ANALYZE outbox_event; ANALYZE outbox_delivery;
"""
STATEMENTS = ("SELECT", 'UPDATE "outbox_delivery"')
UNDONE = ("delivery_due", "delivery_in_flight", "delivery_parked")
QUERIES: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "under way": (lambda: selectors.under_way("made", "number"), UNDONE),
    "by state": (selectors.undone, UNDONE),
    "parked": (selectors.parked, ("delivery_parked",)),
    "late": (lambda: selectors.lateness(at=NOW), ("delivery_due", "delivery_in_flight")),
    "lost": (lambda: services.resend_lost(sent_before=NOW), ("delivery_in_flight",)),
    "old": (lambda: services.forget(at=NOW), UNDONE),
}


@pytest.mark.parametrize("name", QUERIES)
def test_query_when_deliveries_are_many_then_those_that_are_done_are_not_read(
    name: str, django_assert_max_num_queries: Any
) -> None:
    ask, indexes = QUERIES[name]
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"now": NOW})

    with django_assert_max_num_queries(30) as captured:
        ask()

    plans = "\n".join(plan_of(query["sql"]) for query in captured if query["sql"].startswith(STATEMENTS))
    assert [index for index in indexes if index not in plans] == [], plans
    assert "Seq Scan on outbox_delivery" not in plans, plans


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())
