"""The directory, the identity cards and the news in a real browser: accessible, narrow, and on paper."""

import re

import pytest
from django.utils import timezone

from directory.models import ServiceCardVersion
from directory.services import load_reference, seed_demo_pages
from portal.tests.browser import PREFIXES, OpenPage, page_faults

PAGES = [
    "/services/",
    "/services/?audience=staff&q=%D8%AF%D9%88%D8%B1%D9%87",
    "/services/?q=%DA%AF%D8%B0%D8%B1",
    "/services/s01/",
    "/services/s07/",
    "/services/s12/sheet/",
    "/contact/CONT/",
    "/contact/?q=0108",
    "/announcements/",
    "/announcements/yearbook-published/",
    "/about/outside/",
]


@pytest.fixture
def demo(transactional_db: None) -> None:
    load_reference()
    seed_demo_pages(timezone.now())


def test_pages_when_walked_by_axe_then_there_is_no_complaint_and_nothing_overflows(
    browser_page: OpenPage, demo: None
) -> None:
    faults = []
    for language, width, dark in (("fa", 320, True), ("en", 1280, False)):
        tab = browser_page("", language=language, width=width, dark=dark)
        for path in PAGES:
            tab.goto(PREFIXES[language] + path)
            faults += [(language, path, *fault) for fault in page_faults(tab)]

    assert faults == []


def test_sheet_when_printed_then_each_card_is_one_page(browser_page: OpenPage, demo: None) -> None:
    tab, pages = browser_page(""), {}
    for code in ServiceCardVersion.objects.in_force().values_list("service__code", flat=True):
        for prefix in PREFIXES.values():
            tab.goto(f"{prefix}/services/{code}/sheet/")
            pages[prefix + code] = len(re.findall(rb"/Type /Page\b", tab.pdf(prefer_css_page_size=True)))

    assert {code: count for code, count in pages.items() if count != 1} == {}
