"""The surveys in a real browser: accessible, never wider than the screen, whole without the script and the mouse."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from portal.tests.browser import PREFIXES, OpenPage, page_faults
from surveys import services
from surveys.models import AnswerValue, Response
from surveys.policy import quarter_of
from surveys.tests.factories import make_service

SEND = "main form button.big"
PATHS = ("", "service/", "site/", "service/thanks/", "results/", "results/actions/", "../s/")


@pytest.fixture(autouse=True)
def _surveys(transactional_db: None) -> None:
    services.load_default_questionnaires()
    make_service()


def refuse(page: Page) -> None:
    """Send the survey with a blank compulsory question and a text that is too long."""
    page.fill("textarea", "ب" * 1200)
    page.click(SEND)


@pytest.mark.parametrize(("language", "width", "dark"), [("fa", 390, False), ("en", 1280, True)])
def test_pages_when_looked_at_then_axe_finds_nothing_and_nothing_overflows(
    browser_page: OpenPage, language: str, width: int, dark: bool
) -> None:
    closed = quarter_of(timezone.localdate()).previous
    services.seed_demo_responses(datetime.combine(closed.last, time(12), UTC))
    services.close_quarter(quarter=closed, at=timezone.now() + timedelta(days=9))  # whatever today is
    page = browser_page("", language=language, width=width, dark=dark)
    home = f"{PREFIXES[language]}/surveys/"
    faults = []

    for path in (*PATHS, f"results/service/{closed.year}-{closed.number}/", "refused"):
        page.goto(home + path.replace("refused", "service/"))
        if path == "refused":
            refuse(page)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        faults += [(path, *fault) for fault in page_faults(page)]

    assert faults == []


def test_survey_when_filled_in_without_script_and_mouse_then_it_is_stored(browser_page: OpenPage) -> None:
    page = browser_page("/surveys/service/?service=s01", java_script_enabled=False, width=390)

    page.focus("[name=S_SAT][value='5']")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.check("[name=S_MATCH][value='2']")
    page.check("[name=S_MATCH_WHAT][value=cost]")
    page.fill("[name=S_COMMENT]", "هزینه چیز دیگری بود.")
    page.focus(SEND)
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks/")

    assert "پاسخ‌هایتان رسید" in page.inner_text("h1")
    response = Response.objects.get()
    assert response.service is not None
    assert set(AnswerValue.objects.values_list("item__code", "option__value", "text")) == {
        ("S_SAT", "5", ""),
        ("S_MATCH", "2", ""),
        ("S_MATCH_WHAT", "cost", ""),
        ("S_COMMENT", None, "هزینه چیز دیگری بود."),
    }


def test_survey_when_the_button_is_pressed_twice_then_it_counts_once(browser_page: OpenPage) -> None:
    page = browser_page("/surveys/site/")
    page.check("[name=W_SAT][value='4']")

    page.dblclick(SEND)
    page.wait_for_url("**/thanks/")

    assert Response.objects.count() == 1


def test_survey_when_refused_then_the_summary_leads_to_the_question(browser_page: OpenPage) -> None:
    page = browser_page("/surveys/service/")
    page.check("[name=S_FLOW][value='4']")

    refuse(page)
    page.click(".errors a >> nth=0")

    assert page.evaluate("document.activeElement.closest('#id_S_SAT') !== null")
    assert page.is_checked("[name=S_FLOW][value='4']")
    assert len(page.input_value("textarea")) == 1200


def test_survey_when_a_condition_is_not_met_then_the_stylesheet_can_tell(browser_page: OpenPage) -> None:
    page = browser_page("/surveys/service/")
    closed = ".q:has([data-opens]):not(:has([data-opens]:checked)) + .if"

    before = page.locator(closed).count()
    page.check("[name=S_MATCH][value='1']")

    assert (before, page.locator(closed).count()) == (1, 0)
