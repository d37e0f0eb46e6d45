"""The figures of the home page: counted exactly, kept, and never in a visitor's way."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from feedback import selectors, services
from feedback.models import Case, Figures
from feedback.tests.factories import AT, make_case, make_user
from portal.kernel import jalali

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


def answered_after(days: int) -> Case:
    case = make_case()
    actor = make_user(f"officer{case.pk}", "CONT")
    services.answer(case_id=case.pk, actor=actor, body="سلام. درست شد.", at=AT + timedelta(days=days))
    return case


def test_figures_when_counted_then_they_hold_open_and_late_cases_too() -> None:
    for days in (0, 1, 5, 6, 40):
        answered_after(days)
    make_case(at=AT - timedelta(days=100))
    for _number in range(7):
        make_case()
    at = AT + timedelta(days=41)

    figures = services.count_figures(at=at)

    assert (figures.received, figures.due, figures.late, figures.overdue_open) == (12, 12, 8, 8)
    assert (figures.on_time_percent, figures.median_days) == (33, 3)
    assert (figures.since, figures.until) == (date(2026, 4, 1), date(2026, 6, 30))


def test_figures_when_a_day_begins_then_it_begins_in_iran() -> None:
    first = datetime.combine(jalali.local(AT).date() - timedelta(days=90), time.min, jalali.TEHRAN)
    make_case(at=first)
    make_case(at=first - timedelta(seconds=1))

    assert services.count_figures(at=AT).received == 1


def test_figures_when_counted_then_the_rules_are_not_read() -> None:
    answered_after(1)

    with CaptureQueriesContext(connection) as asked:
        services.count_figures(at=AT + timedelta(days=2))

    told = " ".join(query["sql"] for query in asked.captured_queries)
    assert ("feedback_figures" in told, "feedback_referencemark" in told, "routing_" in told) == (
        True,
        False,
        False,
    )


def test_figures_when_counted_twice_a_day_then_the_day_has_one_row() -> None:
    services.count_figures(at=AT)
    make_case()
    services.count_figures(at=AT + timedelta(hours=2))

    assert list(Figures.objects.values_list("received", flat=True)) == [1]


def test_figures_when_nothing_came_then_none_are_shown() -> None:
    services.count_figures(at=AT)

    assert selectors.public_figures() is None


def test_figures_when_they_do_not_add_up_then_the_database_refuses_them() -> None:
    figures = services.count_figures(at=AT)
    figures.late = 1

    with pytest.raises(IntegrityError), transaction.atomic():
        figures.save()


@pytest.mark.parametrize("cases", [10, 13])
def test_home_when_opened_then_its_figures_cost_one_query_whatever_the_number_of_cases(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, cases: int
) -> None:
    for _number in range(cases):
        make_case()
    Case.objects.update(received_at=AT)
    services.count_figures(at=AT + timedelta(days=60))
    Figures.objects.update(until=date.today(), since=date.today() - timedelta(days=90))  # noqa: DTZ011

    with django_assert_num_queries(1):
        assert selectors.public_figures() is not None
    assert 'class="figs"' in client.get("/").content.decode()
