"""Files and voice in a real browser: with the script, without it, by keyboard alone, and with a line that breaks."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from playwright.sync_api import Page, Route, expect

from feedback.models import Attachment, Case, HeldFile
from feedback.tests.pages import BODY, SUBJECT, make_basics
from portal.kernel import codes
from portal.tests.browser import PATIENCE, OpenPage
from portal.tests.test_uploads import picture

SEND = "main form:has([name=form_token]) button.big"
VOICE = "[data-voice] li"


@pytest.fixture(autouse=True)
def _basics(transactional_db: None, settings: LazySettings, tmp_path: Path) -> None:
    settings.FORM_MIN_SECONDS = 0
    settings.MEDIA_ROOT = tmp_path / "media"
    make_basics()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Return the paths of a photo, of a page that is called a photo, and of a file that is too big."""
    contents = {"photo": picture(), "page": b"<!doctype html>", "big": b"%PDF-" + b"0" * (11 * 1024 * 1024)}
    for name, content in contents.items():
        (tmp_path / f"{name}.png").write_bytes(content)
    return {name: str(tmp_path / f"{name}.png") for name in contents}


def fill(page: Page) -> None:
    page.fill("[name=subject]", SUBJECT)
    page.fill("[name=body]", BODY)


def rows(page: Page) -> list[str]:
    """Return what each row of the list of files says."""
    return [row.inner_text() for row in page.locator(".files:not([data-voice]) li").all()]


def arrived(page: Page, count: int) -> None:
    expect(page.locator("[name=kept]")).to_have_count(count, timeout=PATIENCE)


def test_files_when_chosen_then_they_arrive_ahead_and_each_refusal_stands_beside_its_file(
    browser_page: OpenPage, files: dict[str, str], page_problems: list[str]
) -> None:
    page = browser_page("/feedback/new/complaint/")
    fill(page)
    page.set_input_files("[name=attachments]", [files["photo"], files["page"], files["big"]])
    arrived(page, 1)
    expect(page.locator(".files .err")).to_have_count(2, timeout=PATIENCE)
    page.locator("li:has-text('page.png') [data-remove]").click()
    faults = Axe().run(page).response["violations"]
    said = rows(page)
    page.click(SEND)
    page_problems.clear()  # the console tells of the refusal, which is an answer of 422

    assert ("photo.png" in said[0], "رسید" in said[0]) == (True, True)
    assert "۱۰ مگابایت" in said[1]
    assert faults == []
    assert page.get_attribute("[data-tracking-code]", "data-tracking-code")
    assert [file.name for file in Attachment.objects.all()] == ["photo.png"]


def test_files_when_six_are_chosen_then_the_sixth_says_that_it_does_not_fit(
    browser_page: OpenPage, files: dict[str, str]
) -> None:
    page = browser_page("/feedback/new/complaint/", width=390)
    page.set_input_files("[name=attachments]", [files["photo"]] * 6)
    arrived(page, 5)

    assert "پنج فایل" in rows(page)[5]


def test_files_when_the_line_breaks_then_they_travel_with_the_message(
    browser_page: OpenPage, files: dict[str, str], page_problems: list[str]
) -> None:
    page = browser_page("/feedback/new/complaint/")
    page.route("**/feedback/files/", lambda route: route.abort())
    fill(page)
    page.set_input_files("[name=attachments]", files["photo"])
    page.wait_for_selector(".files .err")
    page.click(SEND)
    page.wait_for_selector("[data-tracking-code]")
    page_problems.clear()  # the broken line is told in the console

    assert not HeldFile.objects.exists()
    assert [file.name for file in Attachment.objects.all()] == ["photo.png"]


def test_files_when_sent_before_they_arrived_then_they_travel_with_the_message(
    browser_page: OpenPage, files: dict[str, str]
) -> None:
    page = browser_page("/feedback/new/complaint/")
    hung: list[Route] = []
    page.route("**/feedback/files/", lambda route: hung.append(route))
    fill(page)
    page.set_input_files("[name=attachments]", files["photo"])
    page.click(SEND)
    page.wait_for_selector("[data-tracking-code]")

    assert len(hung) == 1
    assert [file.name for file in Attachment.objects.all()] == ["photo.png"]


def test_way_when_there_is_no_script_then_files_survive_a_refusal_and_the_answer_is_found(
    browser_page: OpenPage, files: dict[str, str]
) -> None:
    page = browser_page("/feedback/new/complaint/", java_script_enabled=False, width=390)
    page.fill("[name=subject]", SUBJECT)
    page.set_input_files("[name=attachments]", [files["photo"], files["page"]])
    page.click(SEND)
    kept = page.locator("[name=kept]:checked").count()
    recorder = page.is_visible("[data-recorder]")
    page.fill("[name=body]", BODY)
    page.click(SEND)
    code = page.get_attribute("[data-tracking-code]", "data-tracking-code") or ""
    page.goto("/")
    page.fill("[name=code]", codes.grouped(code))
    page.click("form.slip button")

    assert (kept, recorder) == (1, False)
    assert page.get_attribute("[data-case-status]", "data-case-status") == "received"
    assert "photo.png" in page.inner_text("[data-message-by=citizen]")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on an element, as somebody without a mouse does."""
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard never reaches {selector}")


def test_way_when_only_the_keyboard_is_used_then_a_message_with_a_file_is_sent_and_read(
    browser_page: OpenPage, files: dict[str, str]
) -> None:
    page = browser_page("/")
    # Listened for long before the key is pressed: asked for beside the key, the browser may hear of the key first.
    page.on("filechooser", lambda chooser: chooser.set_files([files["photo"], files["photo"]]))
    tab_to(page, "a[href$='/feedback/new/complaint/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/complaint/")
    tab_to(page, "[name=subject]")
    page.keyboard.type(SUBJECT)
    tab_to(page, "[name=body]")
    page.keyboard.type(BODY)
    tab_to(page, "[name=attachments]")
    page.keyboard.press("Enter")
    arrived(page, 2)
    tab_to(page, "[data-remove]")
    page.keyboard.press("Enter")
    stays_in_the_list = page.evaluate("document.activeElement.matches('[data-remove]')")
    tab_to(page, "button.big")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-tracking-code]")
    code = page.get_attribute("[data-tracking-code]", "data-tracking-code") or ""
    page.goto("/track/")
    tab_to(page, "[name=code]")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-case-status]")

    assert stays_in_the_list
    assert Case.objects.count() == 1
    assert Attachment.objects.count() == 1


def test_voice_when_recorded_then_it_can_be_heard_discarded_and_sent(
    browser_page: OpenPage,
) -> None:
    page = browser_page("/feedback/new/complaint/", permissions=["microphone"])
    fill(page)
    levels = []
    for is_first in (True, False):
        page.click("[data-record]")
        expect(page.locator("[data-clock]")).to_have_text("۰:۰۱", timeout=PATIENCE)
        levels.append(page.evaluate("document.querySelector('[data-recorder] meter').value"))
        page.click("[data-stop]")
        arrived(page, 1)
        if is_first:
            page.click(f"{VOICE} [data-remove]")
    heard = page.evaluate("document.querySelector('[data-voice] audio').src.startsWith('blob:')")
    page.click(SEND)
    page.wait_for_selector("[data-tracking-code]")

    assert heard
    assert max(levels) > 0
    sound = Attachment.objects.get()
    assert (sound.is_voice, sound.content_type, sound.name) == (True, "audio/webm", "پیام صوتی.webm")
