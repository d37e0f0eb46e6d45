"""Units that are needed: none is switched off while cases, rules, services or the code itself send people to it."""

import pytest
from django.test import Client
from django.utils.html import escape

from directory.enums import Role
from directory.models import Service, Unit
from feedback.models import Case
from feedback.tests.factories import make_case, make_user
from routing.models import RuleSet

pytestmark = [pytest.mark.usefixtures("basics", "english_portal"), pytest.mark.django_db]

NO_SERVICES = "Services that people can choose belong to this unit"
NO_RULES = "The rules in force send messages to this unit"
NO_CASES = "This unit still has open cases"
BY_CODE = "The portal itself sends messages to this unit"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user("administrator", "IT", Role.ADMINISTRATOR))
    return client


def switch(client: Client, code: str, *, to: bool = False) -> str:
    """Send the form of a unit; return the page that comes, or nothing where it was saved."""
    unit = Unit.objects.get(code=code)
    fields = {"name_fa": "نام تازه", "order": unit.order, "parent": unit.parent_id or ""}
    filled = {**fields, "is_active": "on"} if to else fields
    return client.post(f"/admin/directory/unit/{unit.pk}/change/", filled).content.decode()


def test_unit_when_nothing_needs_it_then_it_is_switched_off(client: Client) -> None:
    unit = Unit.objects.create(code="OLD", name_fa="واحد منحل‌شده")

    assert not switch(client, "OLD")

    unit.refresh_from_db()
    assert not unit.is_active


@pytest.mark.parametrize("code", ["DESK", "INSP", "HEAD", "SEC"])
def test_unit_when_the_portal_itself_sends_to_it_then_it_stays(client: Client, code: str) -> None:
    page = switch(client, code)

    assert BY_CODE in page
    assert "نام تازه" in page
    assert Unit.objects.get(code=code).is_active


def test_unit_when_a_rule_in_force_sends_to_it_then_the_rule_is_named(client: Client) -> None:
    rule = RuleSet.objects.in_force().get().rules.filter(unit__code="PR").first()
    assert rule is not None

    page = switch(client, "PR")

    assert NO_RULES in page
    assert rule.code in page
    assert Unit.objects.get(code="PR").is_active


def test_unit_when_only_a_draft_names_it_then_it_is_switched_off(client: Client) -> None:
    unit = Unit.objects.create(code="OLD", name_fa="واحد منحل‌شده")
    RuleSet.objects.create(version=99, name="پیش‌نویس").rules.create(order=1, code="r99", unit=unit)

    assert not switch(client, "OLD")


def test_unit_when_it_has_an_open_case_then_it_stays_until_the_case_is_elsewhere(client: Client) -> None:
    unit = Unit.objects.create(code="OLD", name_fa="واحد منحل‌شده")
    case = make_case()
    Case.objects.filter(pk=case.pk).update(unit=unit)

    refused = switch(client, "OLD")
    Case.objects.filter(pk=case.pk).update(unit=case.unit)
    saved = switch(client, "OLD")

    assert NO_CASES in refused
    assert not saved


def test_unit_when_people_can_choose_its_service_then_it_stays_until_that_is_inactive(client: Client) -> None:
    unit = Unit.objects.create(code="OLD", name_fa="واحد منحل‌شده")
    service = Service.objects.create(code="old", title_fa="خدمت قدیمی", unit=unit)

    refused = switch(client, "OLD")
    Service.objects.filter(pk=service.pk).update(is_active=False)
    saved = switch(client, "OLD")

    assert NO_SERVICES in refused
    assert escape("خدمت قدیمی") in refused
    assert not saved


def test_unit_when_it_was_inactive_already_then_its_words_can_be_changed(client: Client) -> None:
    Unit.objects.filter(code="INSP").update(is_active=False)

    assert not switch(client, "INSP")

    assert Unit.objects.get(code="INSP").name_fa == "نام تازه"
