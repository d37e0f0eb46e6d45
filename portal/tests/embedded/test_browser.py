"""The browser fixtures themselves, on pages that need no application."""

import pytest
from playwright.sync_api import Browser

from portal.tests.browser import OpenPage, page_faults


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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_faults_when_a_page_has_some_then_they_are_told_in_whatever_theme_they_show(
    browser_page: OpenPage, theme: str
) -> None:
    """Whatever axe is not asked for, to save time, what is wrong must be found."""
    page = browser_page("", dark=False)
    style = "p { color: #000; background: #fff; width: 3000px }"
    style += f"@media (prefers-color-scheme: {theme}) {{ p {{ color: #eee }} }}"
    page.set_content(
        f"<html lang=en><title>x</title><style>{style}</style><main><h1>x</h1><img src='data:,'><p>faint"
    )

    found = [name for name, _where in page_faults(page)]

    assert {"image-alt", "color-contrast", "too wide"} <= set(found)
    assert found.count("color-contrast") == 1
