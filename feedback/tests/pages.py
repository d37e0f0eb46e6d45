"""What the tests of the citizen's pages share: filling forms, reading pages."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from directory.services import load_reference
from portal.ui import challenge
from routing.services import load_rules

SUBJECT = "سه بار برگشت خوردن مدارک رتبه‌بندی"
BODY = "اسفند پارسال مدارک ارتقای پایهٔ شرکت را بارگذاری کردیم و سه بار برگشت خورده است."

_VALUE = r'name="{}"[^>]*? value="([^"]*)"'


def make_basics() -> None:
    """Load units, services, counties, closed days and rules, without the demo's staff: the pages need nobody."""
    load_reference()
    load_rules()


def value_of(page: str, name: str) -> str:
    """Return what an input of a page holds; an empty text where there is none."""
    found = re.search(_VALUE.format(name), page)
    return unescape(found[1]) if found else ""


def text_of(response: Any) -> str:
    return response.content.decode()


def errors_of(page: str) -> list[str]:
    """Return the messages beside the fields of a page."""
    return [unescape(error) for error in re.findall(r'<p class="err"[^>]*>(.*?)</p>', page, re.DOTALL)]


def opened(client: Client, kind: str = "complaint", prefix: str = "") -> dict[str, Any]:
    """Open a form and return its fields filled in: a complaint that goes to CONT."""
    page = text_of(client.get(f"{prefix}/feedback/new/{kind}/"))
    return {"subject": SUBJECT, "body": BODY, "form_token": value_of(page, "form_token")}


def send(
    client: Client, fields: dict[str, Any], kind: str = "complaint", prefix: str = "", **extra: Any
) -> Any:
    return client.post(f"{prefix}/feedback/new/{kind}/", fields, **extra)


def with_answer(page: str, fields: dict[str, Any], *, is_right: bool = True) -> dict[str, Any]:
    """Return the fields of a form that asks a plain question, answered."""
    token = value_of(page, "question")
    form_token = value_of(page, "form_token")
    question = challenge.read_question(token, timezone.now(), form_token)
    answer = question.answer if is_right else question.answer + 1
    kept = {"form_token": form_token} if form_token else {}
    return {**fields, **kept, "question": token, "question_answer": str(answer)}


def code_of(page: str) -> str:
    """Return the tracking code of a receipt page."""
    found = re.search(r'data-tracking-code="([0-9]{16})"', page)
    assert found, "no tracking code on this page"
    return found[1]


def received(client: Client, prefix: str = "", kind: str = "complaint", **changes: Any) -> str:
    """Send a message through the pages and return its tracking code."""
    response = send(client, {**opened(client, kind, prefix), **changes}, kind, prefix)
    assert response.status_code == 303, errors_of(text_of(response))
    return code_of(text_of(client.get(response["Location"])))
