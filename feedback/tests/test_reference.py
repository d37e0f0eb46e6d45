"""What is kept in memory is never older than the tables: no message is routed or promised by what was true before."""

from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from directory.models import (
    ClosedDay,
    County,
    Position,
    Service,
    ServiceCardVersion,
    Unit,
    WeekdayRule,
)
from feedback.enums import Kind
from feedback.forms import KINDS
from feedback.models import PromisedTime, ReferenceMark
from feedback.selectors import promise_for, reference, reference_lately
from feedback.tests.pages import value_of
from routing import services as routing
from routing.models import Keyword, Rule, RuleSet

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]


def mark() -> object:
    return ReferenceMark.objects.get().mark


def test_reference_when_nothing_changed_then_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = reference()

    with django_assert_num_queries(1):
        again = reference()

    assert again is first


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (ClosedDay, {"day": date(2026, 12, 1), "work": "none"}),
        (Position, {"title_fa": "مسئول نمونه"}),
        (ServiceCardVersion, {"number": 9, "description_fa": "نمونه", "output_fa": "نمونه"}),
        (County, {"code": "new", "name_fa": "نمونه"}),
        (PromisedTime, {"kind": Kind.COMPLAINT, "answer_days": 7, "first_action_days": 2}),
        (Service, {"code": "new", "title_fa": "نمونه"}),
        (Unit, {"code": "NEW", "name_fa": "نمونه"}),
        (WeekdayRule, {"weekday": 3, "work": "half", "valid_from": date(2026, 12, 1)}),
    ],
)
def test_reference_when_a_table_it_keeps_is_changed_then_read_anew(
    model: type[models.Model], values: dict[str, Any]
) -> None:
    if model in {Position, Service}:
        values["unit"] = Unit.objects.first()
    if model is ServiceCardVersion:
        values["service"] = Service.objects.first()
    PromisedTime.objects.all().delete()
    marks, kept = [mark()], [reference()]

    row = model._default_manager.create(**values)
    marks.append(mark())
    kept.append(reference())
    model._default_manager.filter(pk=row.pk).update(**values)
    marks.append(mark())
    model._default_manager.filter(pk=row.pk).delete()
    marks.append(mark())

    assert len(set(marks)) == 4
    assert kept[0] is not kept[1]


def test_reference_when_other_rules_are_published_then_the_next_message_goes_by_them() -> None:
    before = reference().rules

    other = RuleSet.objects.create(version=99, name="قواعد آزمایشی")
    rule = Rule.objects.create(ruleset=other, order=1, code="r01", unit=Unit.objects.get(code="PR"))
    Keyword.objects.create(rule=rule, phrase="آمار", weight=3)
    routing.publish(ruleset=other, actor=None, at=timezone.now())

    assert (before.version, reference().rules.version) == (1, 99)


def test_reference_when_asked_lately_then_pages_do_not_ask_again_but_messages_do(
    settings: LazySettings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.REFERENCE_SECONDS = 3600
    reference()
    County.objects.create(code="new", name_fa="نمونه")

    with django_assert_num_queries(0):
        before = reference_lately()
    now = reference()

    assert ("new" in before.counties, "new" in now.counties, reference_lately() is now) == (False, True, True)


def test_reference_when_a_change_is_taken_back_then_what_was_before_counts() -> None:
    before = promise_for(Kind.COMPLAINT, None, reference())

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        PromisedTime.objects.update_or_create(
            kind=Kind.COMPLAINT, service=None, defaults={"answer_days": 44, "first_action_days": 2}
        )
        meanwhile = promise_for(Kind.COMPLAINT, None, reference())
        1 / 0  # noqa: B018

    assert meanwhile.answer_days == 44
    assert promise_for(Kind.COMPLAINT, None, reference()) == before


def test_reference_when_a_service_is_closed_then_the_next_page_leaves_it_out(client: Client) -> None:
    service = Service.objects.filter(is_active=True).first()
    assert service
    option = f'value="{service.code}"'
    page = client.get("/feedback/new/complaint/").text

    Service.objects.filter(pk=service.pk).update(is_active=False)

    assert option in page
    assert option not in client.get("/feedback/new/complaint/").text


def test_form_page_when_its_fields_are_kept_then_tokens_hints_and_words_are_each_visitors_own(
    client: Client,
) -> None:
    first, again = (client.get("/feedback/new/complaint/").text for _visitor in range(2))
    hinted = client.get("/feedback/new/complaint/?service=s01").text
    english = client.get("/en/feedback/new/complaint/").text
    other = client.get("/feedback/new/request/").text
    refused = client.post("/feedback/new/complaint/", {"subject": "برگشت مدارک"}).text
    blank = client.get("/feedback/new/complaint/").text

    for name in ("form_token", "hold"):
        assert len({value_of(page, name) for page in (first, again, hinted, english, other, blank)}) == 6
    assert 'value="s01" selected' in hinted
    assert 'value="s01" selected' not in again
    assert ">Subject<" in english
    assert ">Subject<" not in again
    assert str(KINDS[Kind.REQUEST].what) in other
    assert "برگشت مدارک" in refused
    assert "برگشت مدارک" not in blank


def test_reference_when_the_mark_is_missing_then_nothing_is_kept() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM feedback_referencemark")

    first, again = reference(), reference()

    assert first is not again
    assert first.units.keys() == again.units.keys()
