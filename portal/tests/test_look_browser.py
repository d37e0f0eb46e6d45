"""Public pages in a real browser: accessible, nothing wider than the screen, useful without the script."""

import pytest
from django.shortcuts import render
from django.test import RequestFactory
from django.utils.translation import override

from directory.models import Position, Service, Unit
from portal.tests.browser import PREFIXES, OpenPage, page_faults

PAGES = [
    "/",
    "/contact/",
    "/contact/?q=%D9%BE%DB%8C%D9%85%D8%A7%D9%86",
    "/contact/CONT/",
    "/services/",
    "/services/s01/",
    "/about/strategy/",
    "/about/rights/",
    "/about/privacy/",
    "/about/response-times/",
    "/about/accessibility/",
    "/about/tracking/",
]


@pytest.fixture
def organization(transactional_db: None) -> None:
    head = Unit.objects.create(
        code="HEAD", name_fa="دفتر ریاست و دبیرخانهٔ شوراها", name_en="Office of the Head"
    )
    desk = Unit.objects.create(code="DESK", name_fa="میز خدمت", name_en="Service Desk", parent=head)
    cont = Unit.objects.create(code="CONT", name_fa="امور پیمانکاران و مشاوران", parent=desk)
    for unit in (head, desk, cont):
        Position.objects.create(
            unit=unit,
            title_fa="رئیس گروه",
            holder_fa="مدیر نمونه ۱",
            phone="066-00000102",
            email="a-rather-long-address@example.ir",
            hours_fa="شنبه تا چهارشنبه، ۷:۳۰ تا ۱۴:۳۰",
        )
    Service.objects.create(
        code="s01", title_fa="تشخیص صلاحیت و رتبه‌بندی پیمانکاران", category_fa="پیمان", unit=cont
    )


@pytest.mark.parametrize(("language", "width", "dark"), [("fa", 390, True), ("en", 1280, False)])
def test_public_pages_when_looked_at_then_nothing_is_amiss(
    browser_page: OpenPage, organization: None, language: str, width: int, dark: bool
) -> None:
    page = browser_page("", language=language, width=width, dark=dark)
    faults = []

    for path in PAGES:
        page.goto(PREFIXES[language] + path)
        faults += [(path, *fault) for fault in page_faults(page)]

    assert faults == []


#: Pages that only a fault shows, and what their templates are given.
BROKEN: dict[str, dict[str, object]] = {
    "400.html": {},
    "403.html": {},
    "404.html": {},
    "413.html": {},
    "429.html": {},
    "500.html": {},
    "503.html": {},
    "csrf.html": {"written": ["بی‌پاسخ ماندن نامه", "متن پیام"]},
    "away.html": {
        "action": "/",
        "fields": [("body", "متن پیام")],
        "had_files": True,
        "written": ["متن پیام"],
    },
}


@pytest.mark.parametrize(("language", "width", "dark"), [("fa", 390, True), ("en", 1280, False)])
def test_pages_of_faults_when_looked_at_then_nothing_is_amiss(
    browser_page: OpenPage, rf: RequestFactory, organization: None, language: str, width: int, dark: bool
) -> None:
    page = browser_page("", language=language, width=width, dark=dark)
    faults = []

    with override(language):
        drawn = {name: render(rf.get("/"), name, context).content for name, context in BROKEN.items()}
    page.route(
        "**/broken/*",
        lambda route: route.fulfill(
            body=drawn[route.request.url.rpartition("/")[2]], content_type="text/html; charset=utf-8"
        ),
    )
    for name in BROKEN:
        page.goto(f"/broken/{name}")
        faults += [(name, *fault) for fault in page_faults(page)]

    assert faults == []


def test_button_when_it_needs_the_script_then_it_waits_for_it(
    browser_page: OpenPage, organization: None
) -> None:
    with_script = browser_page("/contact/")
    without = browser_page("/contact/", java_script_enabled=False)

    assert with_script.locator("[data-print]").is_visible()
    assert not without.locator("[data-print]").is_visible()


def test_keyboard_when_the_page_opens_then_the_first_stop_skips_to_the_text(
    browser_page: OpenPage, organization: None
) -> None:
    page = browser_page("/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_counter_when_a_text_grows_too_long_then_it_says_by_how_much(
    browser_page: OpenPage, organization: None
) -> None:
    page = browser_page("/feedback/new/complaint/")
    subject = page.locator("[name=subject]")
    counter = page.locator("[name=subject] + p")

    subject.fill("ب" * 50)
    assert counter.inner_text() == ""
    subject.fill("ب" * 118)
    assert counter.inner_text() == "۲ نویسهٔ دیگر جا دارد"
    subject.fill("ب" * 123)
    assert counter.inner_text() == "۳ نویسه بیشتر از جاست"


def test_summary_when_a_form_is_refused_then_it_is_read_first_and_leads_to_the_field(
    browser_page: OpenPage, organization: None
) -> None:
    page = browser_page("/feedback/new/complaint/")

    page.locator("main form button.big").click()
    page.wait_for_selector(".errors")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.locator(".errors a").first.click()
    assert page.evaluate("document.activeElement.name") == "subject"
