"""An officer's case without a mouse: to the queue, into a case, taken, answered, sent; and the keys switched off."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from feedback.enums import Status
from feedback.models import Case
from feedback.tests.factories import make_case, make_reference
from feedback.tests.test_admin_browser import sign_in
from portal.tests.browser import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ANSWER = "سلام. مدارک شما رسید و رتبه‌بندی انجام شد."


@pytest.fixture
def case() -> Case:
    make_reference()
    return make_case(at=timezone.now() - timedelta(days=4))


def press_persian(page: Page, key: str, letter: str) -> None:
    """Press a key as a Persian keyboard sends it: the letter of the key is another, its place is the same."""
    page.evaluate(
        "([key, code]) => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))",
        [letter, f"Key{key.upper()}"],
    )


def test_case_when_only_the_keyboard_is_used_then_it_is_taken_and_answered(
    browser_page: OpenPage, case: Case
) -> None:
    page = browser_page("/admin/")
    sign_in(page)

    page.keyboard.press("q")
    page.wait_for_url("**/admin/feedback/case/")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{case.pk}/change/")
    press_persian(page, "t", "ف")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.type(ANSWER)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/admin/feedback/case/**")
    expect(page.locator(".messagelist .success")).to_be_visible()

    case.refresh_from_db()
    assert case.assigned_to is not None
    assert case.assigned_to.username == "cont.officer"

    # The next one that nobody holds comes at one key; nothing is done but take, answer, send.
    following = make_case(at=timezone.now())
    page.keyboard.press("t")
    page.wait_for_url(f"**/{following.pk}/change/")
    page.keyboard.press("a")
    page.keyboard.type(ANSWER)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/admin/feedback/case/")
    following.refresh_from_db()
    assert (following.assigned_to, following.status) == (case.assigned_to, Status.ANSWERED)


def test_keys_when_listed_and_switched_off_then_letters_mean_nothing(
    browser_page: OpenPage, case: Case
) -> None:
    page = browser_page("/admin/")
    sign_in(page)
    page.goto("/admin/feedback/case/")

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert {"h", "q", "e", "/"} <= {*page.locator("[data-keys-here] kbd").all_inner_texts()}
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.press("?")

    expect(page.locator("#keys")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") != "searchbar"
    assert page.locator("[aria-keyshortcuts]").count() == 0

    page.get_by_role("button", name="کلیدها").click()
    page.locator("[data-keys-switch]").check()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "searchbar"
    page.keyboard.type("n?q")
    assert page.input_value("#searchbar") == "n?q"
