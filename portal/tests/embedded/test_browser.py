"""The browser fixtures themselves, on pages that need no application."""

import pytest
from playwright.sync_api import Browser

from portal.tests.browser import OpenPage


@pytest.mark.parametrize(("language", "locale"), [("fa", "fa-IR"), ("en", "en-GB")])
def test_browser_page_when_opened_then_it_has_the_language_width_and_theme(
    language: str, locale: str, browser_page: OpenPage
) -> None:
    page = browser_page("", language=language, width=390, dark=True)

    seen = page.evaluate(
        "[navigator.language, innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]"
    )

    assert seen == [locale, 390, True]


def test_browser_page_when_a_page_calls_abroad_then_it_is_noticed(
    browser_page: OpenPage, page_problems: list[str]
) -> None:
    page = browser_page("")

    page.set_content("<img src='http://elsewhere.invalid/x.png'>", wait_until="load")

    assert page_problems.pop(0) == "foreign request: http://elsewhere.invalid/x.png"
    page_problems.clear()  # Chromium's own word on the picture that did not come


def test_browser_when_shared_then_it_is_the_systems_chromium(browser: Browser) -> None:
    assert browser.is_connected()
