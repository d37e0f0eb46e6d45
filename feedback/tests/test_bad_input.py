"""Whatever is typed into any field of the citizen's pages: a clear answer, the text kept, never an error of ours.

The fields are taken from the forms themselves, so a new one joins by itself.
"""

import re
from urllib.parse import quote_from_bytes

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm, CheckboxInput, FileField, HiddenInput
from django.forms.widgets import ChoiceWidget
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from feedback.enums import Kind
from feedback.forms import CaseForm, CodeForm, ReplyForm
from feedback.tests.factories import AT, make_receipt
from feedback.tests.pages import errors_of, opened, text_of

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

MULTIPART = "multipart/form-data; boundary=odd"
PERSIAN = re.compile("[\u0600-\u06ff]")
ENGLISH = re.compile("[A-Za-z]{3,}")

HOSTILE: dict[str, str] = {
    "empty": "",
    "blank": " \u200c\u200f\n ",
    "megabyte": "a" * 1_000_000,
    "nul": "نام\x00نام",
    "surrogate": "نام\ud800نام",
    "emoji": "🙂👨‍👩‍👧‍👦\ufe0f",
    "bidi": "\u202eelif.exe\u2066\u2069\u202c",
    "markup": "\"'><script>alert(1)</script><img src=x onerror=alert(1)>",
    "long word": "ب" * 100_000,
    "zalgo": "ه" + "\u0301\u0316" * 500,
    "lines": "\r\n\u2028\x85" * 5_000,
    "quote": "'; DROP TABLE feedback_case; --",
    "template": "{{ settings.SECRET_KEY }}{% debug %}%(subject)s%s{0.__class__}",
    "number": "1e9²1_000٫۰-0",
    "list": "[]",
    "header": "a\r\nBcc: x@example.ir",
}


@pytest.fixture(autouse=True)
def _no_hurry(settings: LazySettings) -> None:
    settings.FORM_MIN_SECONDS = 0


def body_of(fields: dict[str, str]) -> str:
    """Encode fields as a browser would that sends text alone, lone surrogates as the bytes of a hostile program."""

    def quoted(text: str) -> str:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass"))

    return "&".join(f"{name}={quoted(value)}" for name, value in fields.items())


def parts_of(fields: dict[str, str]) -> bytes:
    """Encode fields as a browser would whose form takes files; `MULTIPART` is their type."""
    parts = (
        f'--odd\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return f"{''.join(parts)}--odd--\r\n".encode("utf-8", "surrogatepass")


def names(form: BaseForm) -> list[str]:
    return [name for name, field in form.fields.items() if not isinstance(field, FileField)]


def is_typed(form: BaseForm, name: str) -> bool:
    """Tell whether a field holds people's own words, which must come back."""
    return not isinstance(form.fields[name].widget, HiddenInput | CheckboxInput | ChoiceWidget)


def assert_calm(page: str, language: str) -> None:
    """Hold the messages of a page against its language; what people typed is left out of the count."""
    assert f'<html lang="{language}"' in page
    for error in errors_of(page):
        words = re.sub(r"<bdi>.*?</bdi>", "", error)
        assert (PERSIAN if language == "fa" else ENGLISH).search(words), words
        assert language == "fa" or not PERSIAN.search(words), words


CASE_FIELDS = sorted(
    {name for kind in Kind for name in CaseForm(kind=kind, at=AT).fields} - {"attachments", "voice"}
)
LANGUAGES = [("fa", ""), ("en", "/en")]


@pytest.mark.parametrize(("language", "prefix"), LANGUAGES)
@pytest.mark.parametrize("name", CASE_FIELDS)
def test_case_form_when_a_field_holds_anything_then_answers_calmly(
    client: Client, name: str, language: str, prefix: str
) -> None:
    kind = Kind.REQUEST if name == "addressed_unit" else Kind.CRITICISM
    form = CaseForm(kind=kind, at=timezone.now())
    good = opened(client, kind, prefix)
    for value in HOSTILE.values():
        # A mistake elsewhere brings the form back, so that what it does with the value can be seen.
        spoilt = "body" if name != "body" else "subject"
        fields = {**good, spoilt: "", name: value}
        response = client.post(f"{prefix}/feedback/new/{kind}/", parts_of(fields), content_type=MULTIPART)
        page = text_of(response)

        assert response.status_code == 200
        assert_calm(page, language)
        assert "<script>alert" not in page
        if is_typed(form, name) and name != "question_answer" and "\ud800" not in value:
            assert escape(value) in page


@pytest.mark.parametrize("name", CASE_FIELDS)
def test_case_form_when_all_else_is_right_then_is_stored_or_refused_in_plain_words(
    client: Client, name: str
) -> None:
    for turn, value in enumerate(HOSTILE.values()):
        language, prefix = LANGUAGES[(turn + CASE_FIELDS.index(name)) % 2]
        fields = {**opened(client, Kind.CRITICISM, prefix), name: value}
        response = client.post(f"{prefix}/feedback/new/criticism/", parts_of(fields), content_type=MULTIPART)

        assert response.status_code in (200, 303)
        if response.status_code == 200:
            page = text_of(response)
            assert 'class="errors"' in page
            assert_calm(page, language)
        else:
            receipt = text_of(client.get(response["Location"]))
            assert "<script>alert" not in receipt
            assert "\u202e" not in receipt


@pytest.mark.parametrize(("language", "prefix"), LANGUAGES)
@pytest.mark.parametrize("name", names(CodeForm(at=AT)))
def test_code_box_when_a_field_holds_anything_then_answers_calmly(
    client: Client, name: str, language: str, prefix: str
) -> None:
    for value in HOSTILE.values():
        fields = {"code": "1234", name: value}
        response = client.post(
            f"{prefix}/track/", body_of(fields), content_type="application/x-www-form-urlencoded"
        )
        page = text_of(response)

        assert response.status_code == 200
        assert errors_of(page)
        assert_calm(page, language)
        assert "<script>alert" not in page


@pytest.mark.parametrize(("language", "prefix"), LANGUAGES)
@pytest.mark.parametrize("name", names(ReplyForm()))
def test_reply_when_a_field_holds_anything_then_answers_calmly(
    client: Client, name: str, language: str, prefix: str
) -> None:
    receipt = make_receipt()
    client.post(f"{prefix}/track/", {"code": receipt.code})
    for value in HOSTILE.values():
        response = client.post(f"{prefix}/track/case/", parts_of({name: value}), content_type=MULTIPART)

        assert response.status_code in (200, 303)
        page = (
            text_of(client.get(f"{prefix}/track/case/")) if response.status_code == 303 else text_of(response)
        )
        assert_calm(page, language)
        assert "<script>alert" not in page
        assert "data-case-status" in page


@pytest.mark.parametrize(("language", "prefix"), LANGUAGES)
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("body=" + "a" * (2 * 1024 * 1024 + 1), "application/x-www-form-urlencoded"),
        ("&".join(f"f{n}=" for n in range(300)), "application/x-www-form-urlencoded"),
        ("no boundary at all", "multipart/form-data"),
        ("--x\r\nContent-Disposition: nonsense\r\n", "multipart/form-data; boundary=x"),
        ("body=%ff%fe%00", "application/x-www-form-urlencoded; charset=no-such-charset"),
        ('{"body": "x"}', "application/json"),
    ],
)
@pytest.mark.parametrize("path", ["/feedback/new/complaint/", "/track/", "/track/case/"])
def test_pages_when_the_request_is_malformed_then_answer_in_the_page_s_language(
    client: Client, path: str, body: str, content_type: str, language: str, prefix: str
) -> None:
    client.raise_request_exception = False
    response = client.generic("POST", f"{prefix}{path}", body, content_type)

    assert response.status_code in (200, 400, 413, 415)
    assert f'<html lang="{language}"' in text_of(response)


def test_form_when_eleven_files_come_then_says_it_is_too_much(client: Client) -> None:
    client.raise_request_exception = False
    files = [SimpleUploadedFile(f"{n}.png", b"x") for n in range(11)]
    response = client.post("/feedback/new/complaint/", {**opened(client), "attachments": files})

    assert response.status_code in (400, 413)


@pytest.mark.parametrize(
    "name",
    [
        "<script>.png",
        "..\\..\\x.png",
        "a\x00b.png",
        "\u202egnp.exe",
        "ن" * 400 + ".png",
        "a.png\r\nX: y",
        "%2e%2e/x",
    ],
)
def test_form_when_a_file_has_any_name_then_answers_calmly(client: Client, name: str) -> None:
    fields = {**opened(client), "attachments": [SimpleUploadedFile("x.exe", b"MZ")]}
    fields["attachments"][
        0
    ]._name = name  # as it came over the wire, not as the test's own class would mend it
    response = client.post("/feedback/new/complaint/", fields)

    assert response.status_code == 200
    assert "<script>" not in text_of(response).split("<main")[1]
