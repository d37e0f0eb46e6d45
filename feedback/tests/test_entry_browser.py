"""Entering a batch from the suggestion box in a browser, without touching the mouse."""

import pytest
from playwright.sync_api import expect

from directory.enums import Role
from feedback.models import Case
from feedback.tests.factories import make_user
from feedback.tests.pages import make_basics
from portal.tests.browser import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LETTERS = ["نوبت‌دهی آسان‌تر شود.", "ساعت کار تا عصر باشد.", "سپاس از همکاران بایگانی."]


def test_batch_when_entered_with_keys_alone_then_every_slip_becomes_a_case(browser_page: OpenPage) -> None:
    make_basics()
    make_user("clerk", "DESK", Role.CLERK)
    page = browser_page("/admin/login/?next=/admin/feedback/case/entry/")
    keys = page.keyboard
    page.focus("input[name=login]")
    for typed in ("clerk", "\t", "password", "\n"):
        keys.press({"\t": "Tab", "\n": "Enter"}[typed]) if typed in "\t\n" else keys.insert_text(typed)

    expect(page.locator("#id_channel")).to_be_focused()
    page.select_option("#id_channel", "paper")
    for _field in ("received_on", "place"):
        keys.press("Tab")
    keys.insert_text("صندوق طبقهٔ یک")
    keys.press("Tab")
    for number, letter in enumerate(LETTERS, start=1):
        expect(page.locator("#id_kind")).to_be_focused()
        page.select_option("#id_kind", "suggestion")
        keys.press("Tab")
        keys.insert_text(f"برگهٔ {number}")
        keys.press("Tab")
        keys.insert_text(letter)
        if number == 1:
            page.focus("button[name=_next]")
            keys.press("Enter")
        else:
            keys.press("Control+Enter")
        expect(page.locator("p.near")).to_contain_text(f"امروز {'۰۱۲۳'[number]} پیام")

    cases = Case.objects.order_by("pk")
    assert [case.messages.get().body for case in cases] == LETTERS
    assert {(case.channel, case.place, case.operator.username) for case in cases} == {
        ("paper", "صندوق طبقهٔ یک", "clerk")
    }
