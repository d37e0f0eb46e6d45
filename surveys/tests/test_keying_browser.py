"""Keying in paper forms on a phone: nothing runs over the edge, and every question is read before its figure."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directory.enums import Role
from directory.models import Membership, User
from portal.kernel import jalali
from portal.tests.browser import OpenPage
from surveys import services
from surveys.models import VisitSheet
from surveys.tests.factories import make_service

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_keying_when_on_a_phone_then_its_rows_are_stacked(browser_page: OpenPage, language: str) -> None:
    services.load_default_questionnaires()
    service, now = make_service(), timezone.now()
    clerk = User.objects.create_user("clerk", password="password", is_staff=True, language=language)
    Membership.objects.create(user=clerk, unit=service.unit, role=Role.CLERK)
    expires = jalali.local(now).date() + timedelta(days=9)
    made = VisitSheet(unit=service.unit, service=service, count=10, expires_on=expires)
    sheet = services.issue_sheet(sheet=made, actor=None, at=now)
    page = browser_page("/admin/", width=390)
    page.fill("input[name=login]", "clerk")
    page.fill("input[name=password]", "password")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/admin/")

    page.goto(f"/admin/surveys/visitsheet/{sheet.pk}/key/")

    row = page.locator(".keying tbody tr").nth(1)
    question, figure = row.locator("th").bounding_box(), row.locator("td").first.bounding_box()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert question
    assert figure
    assert question["y"] + question["height"] <= figure["y"]
