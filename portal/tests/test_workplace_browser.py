"""The pages around the cases, in a browser: help, the list of keys and the operator's page pass axe and fit a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from feedback.tests.factories import make_reference
from feedback.tests.test_admin_browser import faults_of
from portal.outbox.models import Delivery, Event
from portal.tests.browser import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page) -> None:
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "password")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/admin/")


def spills(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_help_keys_and_operation_when_looked_at_then_nothing_is_wrong(
    browser_page: OpenPage, page_problems: list[str], width: int, dark: bool
) -> None:
    make_reference()
    event = Event.objects.create(name="case.answered", relayed_at=timezone.now() - timedelta(hours=1))
    Delivery.objects.create(
        event=event,
        handler="feedback.tasks.notify_answered",
        state="parked",
        last_error="TransientError: closed",
    )
    page = browser_page("/admin/", width=width, dark=dark)
    sign_in(page)

    faults, wide = [], []
    for path in ("help/officer/", "operation/"):
        page.goto(f"/admin/{path}")
        faults += faults_of(page, path, page_problems)
        wide += [path] if spills(page) else []
    page.get_by_role("button", name="کلیدها").click()
    faults += faults_of(page, "keys", page_problems)

    assert faults == []
    assert wide == []
