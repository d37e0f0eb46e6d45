"""The same notices queued by two processes at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from feedback import tasks
from feedback.models import Notice
from feedback.tests.factories import make_case
from feedback.tests.pages import make_basics
from portal.embedded import process
from portal.outbox import company
from portal.outbox.models import Event

#: Locks, as PostgreSQL shows what others are doing only once within a transaction.
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_acknowledge_when_two_tell_the_same_citizens_at_once_then_each_notice_is_queued_once() -> None:
    make_basics()
    cases = [
        make_case(full_name="شهروند نمونه ۱", email=f"citizen-{number}@example.ir").pk for number in range(3)
    ]

    def elsewhere() -> None:
        company.call("feedback.tasks.acknowledge", [{"case_id": pk} for pk in cases])
        connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            tasks.acknowledge(case_id=cases[1])
            told = other.submit(elsewhere)
            assert process.wait_until(waits, seconds=60)
        told.result(60)

    assert list(Notice.objects.order_by("case").values_list("case", flat=True)) == cases
    assert Event.objects.filter(name="notice.queued").count() == 3
