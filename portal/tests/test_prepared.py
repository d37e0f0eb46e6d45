"""Queries whose SQL is built once: they say what the query itself would say, for whatever values they are asked."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.db.models import Count, F, Min, QuerySet
from pytest_django import DjangoAssertNumQueries

from directory.models import ClosedDay, County, Unit
from portal.rows import Given, Prepared

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = (date(2026, 6, day) for day in (10, 11, 12))


@pytest.fixture
def unit() -> Unit:
    return Unit.objects.create(code="ONE", name_fa="نمونه")


@pytest.fixture
def days(unit: Unit) -> list[ClosedDay]:
    told = ((FIRST, None, "50% برف"), (SECOND, unit, "سیل"), (THIRD, None, "باد"))
    return [ClosedDay.objects.create(day=day, unit=owner, title_fa=title) for day, owner, title in told]


def test_prepared_when_asked_for_other_values_then_says_what_the_query_says(
    days: list[ClosedDay], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    since = Prepared(lambda: ClosedDay.objects.filter(day__gte=Given("day")).order_by("-day"))

    with django_assert_num_queries(2):
        told = [since.rows(day=day) for day in (SECOND, THIRD)]

    assert told == [[days[2], days[1]], [days[2]]]
    assert [vars(row)["title_fa"] for row in told[0]] == ["باد", "سیل"]


def test_prepared_when_values_stand_beside_fixed_ones_then_each_is_in_its_place(
    days: list[ClosedDay],
) -> None:
    query = Prepared(
        lambda: ClosedDay.objects.filter(
            title_fa__in=["سیل", Given("title")], day__lte=Given("day"), is_active=True
        ).exclude(title_fa__contains="%%")
    )

    assert query.rows(title="50% برف", day=SECOND) == days[:2]
    assert query.rows(day=THIRD, title="") == [days[1]]
    assert query.first(day=FIRST, title="باد") is None


def test_prepared_when_the_query_joins_and_annotates_then_rows_bear_what_was_asked_along(
    days: list[ClosedDay],
) -> None:
    owned = Prepared(
        lambda: ClosedDay.objects.filter(unit__code=Given("code")).annotate(owner=F("unit__name_fa"))
    )
    found: Any = owned.first(code="ONE")

    assert (found, found.title_fa, found.owner) == (days[1], "سیل", "نمونه")
    assert owned.first(code="TWO") is None


def test_prepared_when_some_values_are_wanted_then_they_come_as_the_query_says(
    days: list[ClosedDay],
) -> None:
    latest = ClosedDay.objects.filter(day__lte=Given("until")).order_by("-day").values("pk")[:2]
    owners: Prepared[Any] = Prepared(
        lambda: (
            ClosedDay.objects.filter(pk__in=latest)
            .order_by("unit__name_fa")
            .values_list("unit__name_fa")
            .annotate(days=Count("pk"), first=Min("day"))
        )
    )

    assert owners.values(until=THIRD) == [("نمونه", 1, SECOND), (None, 1, THIRD)]
    assert owners.values(until=FIRST) == [(None, 1, FIRST)]


def test_prepared_when_values_are_more_than_text_then_rows_are_those_of_the_query() -> None:
    County.objects.create(code="one", name_fa="یک", aliases=["یکم", "«۱»"])
    County.objects.create(code="two", name_fa="دو")
    query = Prepared(lambda: County.objects.filter(order__lte=Given("order")).annotate(twin=F("code")))

    told: list[Any] = query.rows(order=0)

    def known(rows: Iterable[Any]) -> list[dict[str, Any]]:
        return [{name: value for name, value in vars(row).items() if name != "_state"} for row in rows]

    assert known(told) == known(County.objects.filter(order__lte=0).annotate(twin=F("code")))
    assert told[0].aliases == ["یکم", "«۱»"]
    told[0].aliases = []
    told[0].save()
    assert County.objects.get(code="one").aliases == []


def test_prepared_when_a_value_is_missing_then_refuses() -> None:
    with pytest.raises(KeyError, match="unit"):
        Prepared(lambda: ClosedDay.objects.filter(unit=Given("unit"))).rows()


def test_prepared_when_asked_again_then_is_not_built_again(unit: Unit) -> None:
    built: list[Any] = []

    def build() -> QuerySet[Unit]:
        built.append(unit)
        return Unit.objects.filter(pk=Given("unit"))

    units = Prepared(build)
    found = [units.first(unit=number) for number in (unit.pk, 0, unit.pk)]

    assert found == [unit, None, unit]
    assert built == [unit]
