"""The kiosk in a real browser: it goes on asking while the network is away and sends every answer once."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from portal.tests.browser import PATIENCE, OpenPage
from surveys import services
from surveys.models import Response
from surveys.tests.factories import NOON, make_service
from surveys.tests.test_kiosk import make_key


@pytest.fixture
def address(transactional_db: None) -> str:
    services.load_default_questionnaires()
    make_service()
    return f"/surveys/kiosk/{make_key()}/"


def answer(page: Page, *values: str) -> None:
    """Press one tile after the other; an empty value skips a question."""
    for value in values:
        step = page.locator("[data-step]:not([hidden])")
        button = f"button.face[value='{value}']" if value else "button[name=skip]"
        step.locator(button).click()


def test_kiosk_when_the_network_is_away_then_answers_wait_and_arrive_once(
    browser_page: OpenPage, address: str, page_problems: list[str]
) -> None:
    page = browser_page("", width=1280)
    page.clock.install(time=NOON)
    page.goto(address)
    assert Axe().run(page).violations_count == 0
    answer(page, "5", "4", "", "5")
    page.wait_for_selector("[data-thanks]:not([hidden])")
    page.wait_for_selector("[data-waiting]", state="hidden", timeout=PATIENCE)

    page.context.set_offline(True)
    for _person in range(3):
        page.clock.run_for(6_000)  # of thanks
        page.wait_for_selector("[data-step]:first-child:not([hidden])", timeout=PATIENCE)
        answer(page, "2", "1", "1", "3")
        page.wait_for_selector("[data-thanks]:not([hidden])")
    waiting = page.inner_text("[data-count]")
    page.context.set_offline(False)
    page.clock.run_for(20_000)  # until it is tried again
    page.wait_for_selector("[data-waiting]", state="hidden", timeout=3 * PATIENCE)
    page.reload()
    page.wait_for_timeout(500)

    assert waiting == "۳"
    assert Response.objects.count() == 4
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert [
        str(problem) for problem in page_problems if "ERR_INTERNET_DISCONNECTED" not in str(problem)
    ] == []
    page_problems.clear()


def test_kiosk_when_somebody_walks_away_then_it_starts_anew_and_the_answer_counts(
    browser_page: OpenPage, address: str
) -> None:
    page = browser_page("", width=1280)
    page.clock.install(time=NOON)
    page.goto(address)

    answer(page, "1", "2")
    page.clock.run_for(31_000)

    page.wait_for_selector("[data-step]:first-child:not([hidden])", timeout=PATIENCE)
    page.wait_for_selector("[data-waiting]", state="hidden", timeout=PATIENCE)
    assert dict(Response.objects.get().answers.values_list("item__code", "option__value")) == {
        "S_SAT": "1",
        "S_FLOW": "2",
    }
