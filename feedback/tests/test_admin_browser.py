"""The staff's pages in a browser: nothing a screen reader would stumble over, nothing that runs over the edge."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from directory.models import User
from feedback import services
from feedback.models import Case
from feedback.tests.factories import make_case, make_reference
from portal.tests.browser import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case() -> Case:
    """Make a case with a note, a question and a reply, and a late one beside it."""
    make_reference()
    now = timezone.now()
    officer = User.objects.get(username="cont.officer")
    made = make_case(at=now - timedelta(days=4))
    make_case(subject="دیرکرد: رتبه‌بندی", at=now - timedelta(days=60))
    services.note(case_id=made.pk, actor=officer, body="با همکاران هماهنگ شد.", at=now - timedelta(days=3))
    services.ask(case_id=made.pk, actor=officer, body="کدام مدرک؟", at=now - timedelta(days=3))
    services.reply(case_id=made.pk, body="گواهی بیمه.", at=now - timedelta(days=2))
    return made


def sign_in(page: Page) -> None:
    page.fill("input[name=login]", "cont.officer")
    page.fill("input[name=password]", "password")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/admin/")


def faults_of(page: Page, station: str, problems: list[str]) -> list[tuple[str, str, str]]:
    """Return what axe complains of; the styles it sets for its own measuring are not the page's problems."""
    own = len(problems)
    found = Axe().run(page).response["violations"]
    del problems[own:]
    return [(station, fault["id"], fault["nodes"][0]["html"][:120]) for fault in found]


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_staff_pages_when_tested_by_axe_then_there_is_no_complaint(
    browser_page: OpenPage, page_problems: list[str], case: Case, width: int, dark: bool
) -> None:
    page = browser_page("/admin/", width=width, dark=dark)
    faults = faults_of(page, "sign-in", page_problems)
    sign_in(page)
    faults += faults_of(page, "index", page_problems)

    for path in ("", f"{case.pk}/change/", f"{case.pk}/history/"):
        page.goto(f"/admin/feedback/case/{path}")
        faults += faults_of(page, path or "queue", page_problems)

    assert faults == []


def test_case_when_printed_then_menus_forms_and_buttons_are_gone(browser_page: OpenPage, case: Case) -> None:
    page = browser_page("/admin/", width=1280)
    sign_in(page)
    page.goto(f"/admin/feedback/case/{case.pk}/change/")
    page.emulate_media(media="print")

    for gone in ("#header", "#nav-sidebar", ".breadcrumbs", ".object-tools", ".step", "textarea", "button"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    assert page.locator(".letter:visible").count() == 4
    assert page.locator("#record:visible").count() == 1
