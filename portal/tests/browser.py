"""Chromium for the tests: `browser_page(…)` opens pages of the live server in any language, width and theme.

    @pytest.mark.browser
    def test_home_when_narrow_then_nothing_overflows(browser_page: OpenPage) -> None:
        page = browser_page("/", language="en", width=390, dark=True)
        …

Loaded by `-p portal.tests.browser` in pytest.ini. Tests that ask for it are skipped where there is no Chromium. The
system's Chromium is driven; nothing is downloaded. A test fails when a page it opened wrote an error to the console
(a violated content security policy is one), raised one, or asked another server for anything; what a test provokes on
purpose it takes out of `page_problems`.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from portal.embedded.check import BROWSERS

ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
    # Whoever asks for the microphone gets it, and hears a tone.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
LOCALES = {"fa": "fa-IR", "en": "en-GB"}
PREFIXES = {"fa": "", "en": "/en"}
HEIGHT = 844  # pixels
PATIENCE = 10_000  # milliseconds that an expected element may take on a loaded machine

OpenPage = Callable[..., Page]


def chromium() -> str | None:
    """Return the path of the system's Chromium."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the browser, so that `-m browser` and `-m "not browser"` pick it."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for the session, without a window."""
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *sandbox])
        yield started
        started.close()


@pytest.fixture
def page_problems() -> list[str]:
    """Collect what went wrong in the pages of a test."""
    return []


@pytest.fixture
def browser_page(browser: Browser, live_server: LiveServer, page_problems: list[str]) -> Generator[OpenPage]:
    """Return a function that opens a page in a visitor's own, empty browser.

    `browser_page(path, language="fa", width=1280, dark=False, **options)`: `path` is the address without language
    prefix ("" opens nothing yet), `width` in pixels; further options, such as `java_script_enabled`, are those of
    Playwright's new_context. Links within the page work as for a citizen; `page.goto("/…")` is relative to the live
    server.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        path: str = "/", *, language: str = "fa", width: int = 1280, dark: bool = False, **options: Any
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale=LOCALES[language],
            timezone_id="Asia/Tehran",
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        _watch(page, live_server.url, page_problems)
        if path:
            page.goto(PREFIXES[language] + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert page_problems == []


#: What axe is asked for: what is wrong and no lists of what is right; the rules read no style sheets by themselves.
AXE: dict[str, Any] = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
#: The widths that a page is tried at, in pixels: a small phone and a desk.
WIDTHS = (320, 1280)


def page_faults(page: Page) -> list[tuple[str, str]]:
    """Return what is wrong with a page as it stands: what axe finds, colours in both themes, what overflows."""
    size = page.viewport_size
    assert size
    found = Axe().run(page, options=AXE).response["violations"]
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.emulate_media(color_scheme="light" if is_dark else "dark")
    contrast = AXE | {"runOnly": ["color-contrast"]}
    found += page.evaluate("(asked) => axe.run(asked).then((said) => said.violations)", contrast)
    page.emulate_media(color_scheme="dark" if is_dark else "light")
    faults = [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wide = page.evaluate("document.documentElement.scrollWidth")
        faults += [("too wide", f"{wide} on {width}")] if wide > width else []
    page.set_viewport_size(size)
    return faults


def _watch(page: Page, home: str, problems: list[str]) -> None:
    ours = (home, "data:", "blob:", "about:")
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on(
        "console", lambda said: problems.append(f"console: {said.text}") if said.type == "error" else None
    )
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith(ours) else problems.append(f"foreign request: {asked.url}")
        ),
    )
