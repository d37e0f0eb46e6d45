"""Two officers in two browsers on one case: drafts, a stale page, and taking an answer back."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from directory.enums import Role
from directory.models import User
from feedback.enums import Purpose
from feedback.models import CannedAnswer, Case, Draft, Message, OutgoingStep
from feedback.tests.factories import make_case, make_user
from feedback.tests.pages import make_basics
from feedback.tests.test_admin_browser import faults_of
from portal.tests.browser import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "سلام. مدارک شما رسید."


@pytest.fixture
def case() -> Case:
    make_basics()
    made = make_case(at=timezone.now())
    CannedAnswer.objects.create(unit=made.unit, title="بدرود", text="با احترام، {unit}")
    return made


@pytest.fixture
def at_case(browser_page: OpenPage, case: Case) -> Callable[..., Page]:
    """Return a function that signs an officer in and opens the case in a browser of his own."""

    def open_case(user: User, **options: object) -> Page:
        page = browser_page("/admin/", **options)
        page.fill("input[name=login]", user.username)
        page.fill("input[name=password]", "password")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/admin/")
        page.goto(f"/admin/feedback/case/{case.pk}/change/")
        return page

    return open_case


def type_answer(page: Page, words: str) -> None:
    """Type into the box of the answer and wait until the server has it."""
    page.locator("[name=answer-body]").fill(words)
    expect(page.locator("fieldset:has([name=answer-body]) [data-saved]")).to_contain_text("نگه داشته شد")


def test_draft_when_two_write_then_each_keeps_his_words_and_knows_of_the_other(
    at_case: Callable[..., Page], case: Case, page_problems: list[str]
) -> None:
    first, second = make_user("کارشناس۱", "CONT"), make_user("کارشناس۲", "CONT")
    one, other = at_case(first), at_case(second)

    type_answer(one, WORDS)
    one.select_option("[name=ready]", label="بدرود")
    one.click("button[name=insert]")
    expect(one.locator("[name=answer-body]")).to_have_value(f"{WORDS}\n\nبا احترام، {case.unit.name_fa}")
    type_answer(other, "نوشتهٔ من")
    expect(other.locator("[data-writing]")).to_contain_text("کارشناس۱")
    one.reload()
    expect(one.locator("[name=answer-body]")).to_have_value(f"{WORDS}\n\nبا احترام، {case.unit.name_fa}")
    expect(one.locator("[data-writing]")).to_contain_text("کارشناس۲")
    assert faults_of(one, "draft", page_problems) == []

    # The second sends; the first's page is stale and nothing of his is lost.
    other.click("button[name=_answer]")
    other.wait_for_url("**/feedback/case/")
    one.click("button[name=_answer]")
    one.wait_for_load_state()
    expect(one.get_by_role("alert")).to_contain_text("پرونده پس از باز شدن این صفحه عوض شد")
    expect(one.locator("[name=answer-body]")).to_have_value(f"{WORDS}\n\nبا احترام، {case.unit.name_fa}")
    assert [message.body for message in Message.objects.filter(purpose=Purpose.ANSWER)] == ["نوشتهٔ من"]
    assert not Draft.objects.filter(author=second).exists()


def test_undo_when_pressed_then_the_text_comes_back_and_otherwise_the_answer_goes_out_by_itself(
    at_case: Callable[..., Page], case: Case, settings: Settings, page_problems: list[str]
) -> None:
    settings.UNDO_SECONDS = 30
    page = at_case(make_user("کارشناس۱", "CONT"), java_script_enabled=False)
    colleague = at_case(make_user("کارشناس۲", "CONT", Role.HEAD))

    page.fill("[name=answer-body]", WORDS)
    page.click("button[name=_answer]")
    page.wait_for_load_state()
    assert "ثانیهٔ دیگر فرستاده می‌شود" in page.inner_text(".held h2")
    colleague.reload()
    expect(colleague.locator(".held")).to_contain_text("کارشناس۱")
    assert faults_of(colleague, "held", page_problems) == []
    assert colleague.locator("[name=answer-body]").count() == 0
    page.click("button[name=undo]")
    page.wait_for_load_state()
    assert page.input_value("[name=answer-body]") == WORDS
    assert not OutgoingStep.objects.exists()

    settings.UNDO_SECONDS = 2
    page.click("button[name=_answer]")
    page.wait_for_selector("article.ours", timeout=20_000)  # the page looks again by itself
    assert Message.objects.get(purpose=Purpose.ANSWER).body == WORDS
