"""The citizen's pages in a real browser: accessible, never wider than the screen, whole without the script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.enums import Role
from feedback import services
from feedback.enums import Channel, Kind
from feedback.models import Case
from feedback.tests.factories import make_receipt, make_user
from feedback.tests.pages import BODY, SUBJECT, make_basics
from portal.kernel import codes
from portal.tests.browser import PREFIXES, OpenPage, page_faults

SEND = "main form:has([name=form_token]) button:not([type=button])"
OPEN = "main form:has([name=code]) button"
LONG_WORD = "ب" * 9_000


@pytest.fixture(autouse=True)
def _basics(transactional_db: None, settings: LazySettings) -> None:
    settings.FORM_MIN_SECONDS = 0
    make_basics()


@pytest.fixture
def answered() -> services.Receipt:
    """Return a case with a question, a reply that holds one endless word, and an answer."""
    now = timezone.now()
    receipt = make_receipt(at=now - timedelta(days=9))
    case, actor = receipt.case.pk, make_user("officer", receipt.case.unit.code)
    services.ask(case_id=case, actor=actor, body="شمارهٔ پرونده چیست؟", at=now - timedelta(days=7))
    services.reply(case_id=case, body=LONG_WORD, at=now - timedelta(days=5))
    services.answer(case_id=case, actor=actor, body="سلام.\n\nحق با شماست.", at=now - timedelta(days=1))
    return receipt


def fill(page: Page, **fields: str) -> None:
    for name, value in {"subject": SUBJECT, "body": BODY, **fields}.items():
        page.fill(f"[name={name}]", value)


def press(page: Page, button: str) -> None:
    """Press a button that sends a form, and wait until the page it leads to is there."""
    with page.expect_navigation():
        page.click(button)


def enter(page: Page, code: str) -> None:
    page.fill("[name=code]", code)
    press(page, OPEN)


def stations(page: Page, prefix: str, receipt: services.Receipt) -> Iterator[str]:
    """Lead a browser through every page of a citizen's way, naming each."""
    page.goto(f"{prefix}/feedback/new/")
    yield "choose"
    for kind in Kind:
        page.goto(f"{prefix}/feedback/new/{kind}/")
        yield kind
    fill(page, body="", phone="0916")
    press(page, SEND)
    yield "refused"
    page.goto(f"{prefix}/feedback/new/suggestion/?unit=CONT")
    yield "written to a unit"
    fill(page, body="", phone="0916")
    press(page, SEND)
    page.eval_on_selector("[name=homepage]", "trap => trap.value = 'x'")
    fill(page, phone="", subject="ع" * 120)
    press(page, SEND)
    yield "question"
    page.goto(f"{prefix}/feedback/new/misconduct/")
    fill(page, subject="ع" * 120)
    press(page, SEND)
    yield "received"
    page.click("main form button")  # goes nowhere before the box is ticked
    page.check("main form [type=checkbox]")
    press(page, "main form button")
    yield "track"
    page.goto(f"{prefix}/feedback/received/")
    yield "receipt gone"
    page.go_back()
    enter(page, "1234")
    yield "typo"
    enter(page, codes.draw())
    yield "unknown"
    enter(page, receipt.code)
    yield "case"
    press(page, "main form:has([name=body]) button:not([type=button])")
    yield "nothing to send"
    press(page, "[name=score][value='2']")
    yield "rated"
    press(page, "form[action$='/review/'] button")
    yield "review asked"
    page.goto(f"{prefix}/track/case/print/")
    yield "printed"
    page.go_back()
    press(page, "form[action$='/leave/'] button")
    yield "left"
    page.goto(f"{prefix}/track/case/")
    yield "ended"
    entered = make_receipt(channel=Channel.PHONE, operator=make_user("clerk", "DESK", Role.CLERK))
    page.goto(f"{prefix}/track/")
    enter(page, entered.code)
    yield "new code"


@pytest.mark.parametrize("is_unticked", [False, True])
def test_unit_when_written_to_from_its_page_without_script_then_it_gets_the_message_until_it_is_unticked(
    browser_page: OpenPage, is_unticked: bool
) -> None:
    page = browser_page("/contact/STAT/", java_script_enabled=False)
    press(page, "main a[href*='?unit=STAT']")
    press(page, "main a[href*='/request/']")
    fill(page, subject="پرسش", body="")
    press(page, SEND)
    if is_unticked:
        page.uncheck("[name=addressed_unit]")
    fill(page, subject="پرسش", body="پاسخی نیامده است.")
    press(page, SEND)

    assert Case.objects.get().unit.code == ("DESK" if is_unticked else "STAT")


@pytest.mark.parametrize(("language", "width", "dark"), [("fa", 390, True), ("en", 1280, False)])
def test_pages_when_looked_at_then_nothing_is_amiss_and_endless_words_do_not_overflow(
    browser_page: OpenPage, answered: services.Receipt, language: str, width: int, dark: bool
) -> None:
    page = browser_page("", language=language, width=width, dark=dark)
    faults = []

    for station in stations(page, PREFIXES[language], answered):
        faults += [(station, *fault) for fault in page_faults(page)]

    assert faults == []


def test_way_when_there_is_no_script_then_a_message_is_sent_and_read_all_the_same(
    browser_page: OpenPage,
) -> None:
    page = browser_page("/feedback/new/complaint/", java_script_enabled=False)
    fill(page)
    press(page, SEND)
    code = page.get_attribute("[data-tracking-code]", "data-tracking-code") or ""
    page.goto("/")
    enter(page, codes.grouped(code))
    page.fill("main form:has([name=body]) textarea", "یک چیز دیگر.")
    press(page, "main form:has([name=body]) button:not([type=button])")

    assert page.get_attribute("[data-case-status]", "data-case-status") == "received"
    assert page.locator("[data-message-by=citizen]").count() == 2
    assert Case.objects.get().messages.count() == 2


def test_receipt_when_kept_as_a_file_or_printed_then_file_and_single_page_hold_the_code(
    browser_page: OpenPage, tmp_path: Path
) -> None:
    page = browser_page("/feedback/new/complaint/")
    fill(page)
    press(page, SEND)
    with page.expect_download() as download:
        page.click("[data-save]")
    download.value.save_as(tmp_path / "receipt.txt")

    paper = page.pdf(format="A4", prefer_css_page_size=True)

    kept = (tmp_path / "receipt.txt").read_text(encoding="utf-8-sig")
    assert page.get_attribute("[data-tracking-code]", "data-tracking-code") in kept
    assert SUBJECT in kept
    assert len(re.findall(rb"/Type /Page\b", paper)) == 1


def test_form_when_gone_back_to_after_the_receipt_then_no_word_of_the_message_is_there(
    browser_page: OpenPage,
) -> None:
    page = browser_page("/feedback/new/misconduct/")
    fill(page, phone="0916")
    press(page, SEND)  # refused: there are two pages to go back to
    fill(page, phone="")
    press(page, SEND)
    assert "/received/" in page.url

    for _page in range(2):
        page.go_back()
        expect(page.locator("[name=body]")).to_have_value("")
        expect(page.locator("[name=subject]")).to_have_value("")


def test_form_when_gone_back_to_before_it_was_sent_then_every_word_is_there(browser_page: OpenPage) -> None:
    page = browser_page("/feedback/new/misconduct/")
    fill(page)
    press(page, SEND)
    page.goto("/feedback/new/complaint/")
    fill(page)

    page.goto("/about/rights/")
    page.go_back()

    expect(page.locator("[name=body]")).to_have_value(BODY)


def test_form_when_no_name_is_wanted_then_its_fields_fold_away_and_keep_their_words(
    browser_page: OpenPage,
) -> None:
    page = browser_page("/feedback/new/complaint/")
    page.fill("[name=full_name]", "نام من")
    page.check("[name=anonymous]")
    assert page.is_hidden("[name=full_name]")
    page.uncheck("[name=anonymous]")

    assert page.input_value("[name=full_name]") == "نام من"


def test_form_when_refused_then_the_summary_is_read_first_and_leads_into_the_field(
    browser_page: OpenPage,
) -> None:
    page = browser_page("/feedback/new/complaint/")
    fill(page, body="")
    press(page, SEND)
    assert page.evaluate("document.activeElement.className") == "errors"
    page.click(".errors a")

    assert page.evaluate("document.activeElement.name") == "body"
