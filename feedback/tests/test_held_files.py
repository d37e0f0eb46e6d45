"""Files that arrived stay with their form when it comes back, until it is sent; nothing of a message is lost to one."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from feedback import services
from feedback.models import Attachment, Case, HeldFile
from feedback.tests.factories import make_receipt
from feedback.tests.pages import BODY, SUBJECT, errors_of, opened, send, text_of, value_of
from portal.tests.sounds import mp4_film, webm, webm_film
from portal.tests.test_uploads import picture
from portal.ui import challenge
from portal.ui.uploads import MOST_BYTES, MOST_HELD

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    settings.FORM_MIN_SECONDS = 0
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def photo(name: str = "خوب.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(), "image/png")


def voice(content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("صدا.webm", content or webm(), "audio/webm")


def kept(page: str) -> list[str]:
    """Return the numbers of the files that a page shows as arrived."""
    return re.findall(r'name="kept" value="(\d+)" checked', page)


def with_kept(page: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a form as the page that came back would send them."""
    return {
        **fields,
        "form_token": value_of(page, "form_token"),
        "hold": value_of(page, "hold"),
        "kept": kept(page),
    }


def refused(client: Client, **files: Any) -> tuple[str, dict[str, Any]]:
    """Send a form without its text and return the page that comes back, with the fields to send it again."""
    fields = opened(client)
    page = text_of(send(client, {**fields, "body": "", **files}))
    return page, with_kept(page, fields)


def stored() -> list[tuple[str, bool]]:
    return [(file.name, file.is_voice) for file in Attachment.objects.all()]


# --- Kept without a script ---------------------------------------------------------------------------------------


def test_form_when_it_comes_back_then_its_files_and_voice_are_kept_and_sent_with_it(client: Client) -> None:
    page, fields = refused(client, attachments=[photo("یک.png"), photo("دو.png")], voice=voice())

    assert len(kept(page)) == 3
    assert "فایل‌هایی که رسیده‌اند هم سر جایشان هستند" in page
    assert send(client, fields).status_code == 303
    assert stored() == [("یک.png", False), ("دو.png", False), ("صدا.webm", True)]


def test_form_when_a_kept_file_is_unticked_then_it_is_not_sent(client: Client) -> None:
    _page, fields = refused(client, attachments=[photo("یک.png"), photo("دو.png")])

    send(client, {**fields, "kept": fields["kept"][1:]})

    assert stored() == [("دو.png", False)]


def test_form_when_its_files_came_in_any_order_then_they_stay_as_the_page_lists_them(client: Client) -> None:
    _page, fields = refused(client, attachments=[photo("یک.png"), photo("دو.png"), photo("سه.png")])
    first, second, third = fields["kept"]

    send(client, {**fields, "kept": [second, third, first]})

    assert stored() == [("دو.png", False), ("سه.png", False), ("یک.png", False)]


def test_form_when_it_comes_back_twice_then_new_files_join_the_kept_ones(client: Client) -> None:
    _page, fields = refused(client, attachments=[photo("یک.png")])
    page = text_of(send(client, {**fields, "body": "", "attachments": [photo("دو.png")]}))

    assert send(client, with_kept(page, fields)).status_code == 303
    assert stored() == [("یک.png", False), ("دو.png", False)]


def test_form_when_a_second_voice_comes_then_it_takes_the_place_of_the_first(client: Client) -> None:
    _page, fields = refused(client, voice=voice())
    page = text_of(send(client, {**fields, "body": "", "voice": voice()}))

    assert len(kept(page)) == 1


def test_form_when_it_was_open_for_a_day_then_the_fresh_one_keeps_the_files(client: Client) -> None:
    fields = opened(client)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        page = text_of(send(client, {**fields, "attachments": [photo()]}))
        response = send(client, with_kept(page, fields))

    assert response.status_code == 303
    assert stored() == [("خوب.png", False)]


def test_form_when_sent_twice_with_kept_files_then_there_is_one_case(client: Client) -> None:
    _page, fields = refused(client, attachments=[photo()])

    assert [send(client, fields).status_code for _ in range(2)] == [303, 303]
    assert Case.objects.count() == 1
    assert stored() == [("خوب.png", False)]


def test_form_when_a_kept_file_waited_too_long_then_says_so_and_keeps_the_text(client: Client) -> None:
    page, fields = refused(client, attachments=[photo()])
    services.forget_held(at=timezone.now() + timedelta(hours=7))
    again = text_of(send(client, fields))

    assert "زیاد منتظر ماند و پاک شد" in errors_of(again)[0]
    assert BODY in again
    assert kept(again) == []
    assert len(kept(page)) == 1


def test_form_when_kept_and_new_files_are_six_then_the_kept_ones_stay(client: Client) -> None:
    _page, fields = refused(client, attachments=[photo(f"{n}.png") for n in range(4)])
    page = text_of(send(client, {**fields, "attachments": [photo("پنج.png"), photo("شش.png")]}))

    assert "۶ فایل" in errors_of(page)[0]
    assert len(kept(page)) == 5
    assert send(client, with_kept(page, fields)).status_code == 303
    assert Attachment.objects.count() == 5


# --- Bad input: a clear message, the text and the good files kept ------------------------------------------------

HTML = b"<!doctype html><script>alert(1)</script>"
BAD = {
    "one of 11 megabytes": SimpleUploadedFile("بزرگ.pdf", b"%PDF-" + b"0" * (11 * 1024 * 1024)),
    "a program called a photo": SimpleUploadedFile("عکس.jpg", b"MZ\x90\x00", "image/jpeg"),
    "a drawing with a script": SimpleUploadedFile(
        "نقشه.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"
    ),
    "a page": SimpleUploadedFile("صفحه.html", HTML, "text/html"),
    "a page called a photo": SimpleUploadedFile("عکس.png", HTML, "image/png"),
    "nothing": SimpleUploadedFile("خالی.png", b"", "image/png"),
    "a name of 400 letters": SimpleUploadedFile("ن" * 400 + ".exe", b"MZ"),
    "a name that turns round": SimpleUploadedFile("invoice_\u202egpj.exe", b"MZ"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_form_when_a_file_is_refused_then_the_text_and_the_good_file_are_kept(
    client: Client, bad: SimpleUploadedFile
) -> None:
    bad.seek(0)
    fields = opened(client)
    response = send(client, {**fields, "attachments": [photo(), bad]})
    page = text_of(response)

    assert response.status_code == 200
    (fault,) = errors_of(page)
    assert re.search(r"<bdi>.{1,120}</bdi>", fault)
    assert "\u202e" not in page
    assert SUBJECT in page
    assert BODY in page
    assert send(client, with_kept(page, fields)).status_code == 303
    assert stored() == [("خوب.png", False)]


@pytest.mark.parametrize("film", [webm_film(), mp4_film()])
def test_form_when_the_voice_is_a_film_then_the_text_and_the_good_file_are_kept(
    client: Client, film: bytes
) -> None:
    fields = opened(client)
    page = text_of(send(client, {**fields, "attachments": [photo()], "voice": voice(film)}))

    assert "صدا.webm" in errors_of(page)[0]
    assert send(client, with_kept(page, fields)).status_code == 303
    assert stored() == [("خوب.png", False)]


def test_form_when_six_files_come_then_five_are_kept(client: Client) -> None:
    fields = opened(client)
    page = text_of(send(client, {**fields, "attachments": [photo(f"{n}.png") for n in range(6)]}))

    assert "۶" in errors_of(page)[0]
    assert len(kept(page)) == 5
    assert send(client, with_kept(page, fields)).status_code == 303


@pytest.mark.parametrize("name", ["ن" * 400 + ".png", "invoice_\u202egnp.png"])
def test_form_when_a_good_file_has_an_odd_name_then_it_is_kept_under_a_clean_one(
    client: Client, name: str
) -> None:
    page, fields = refused(client, attachments=[photo(name)])

    assert send(client, fields).status_code == 303
    ((shown, _is_voice),) = stored()
    assert len(shown) <= 120
    assert "\u202e" not in shown
    assert "\u202e" not in page


def test_form_when_a_picture_has_a_page_behind_it_then_it_is_drawn_anew(client: Client) -> None:
    polyglot = SimpleUploadedFile("a.html", picture() + HTML, "text/html")
    _page, fields = refused(client, attachments=[polyglot])
    send(client, fields)
    attachment = Attachment.objects.get()
    services.inspect_file(attachment_id=attachment.pk)

    attachment.refresh_from_db()
    assert (attachment.name, attachment.content_type) == ("a.html.png", "image/png")
    assert b"script" not in attachment.file.read()


# --- Sent ahead by the script ------------------------------------------------------------------------------------


def ahead(client: Client, hold: str, prefix: str = "", **files: Any) -> Any:
    return client.post(f"{prefix}/feedback/files/", {"hold": hold, **files})


@pytest.fixture
def hold(client: Client) -> str:
    return value_of(text_of(client.get("/feedback/new/complaint/")), "hold")


def test_file_when_sent_ahead_then_it_joins_the_form(client: Client, hold: str) -> None:
    said = ahead(client, hold, attachments=photo()).json()
    fields = {**opened(client), "hold": hold, "kept": [said["id"]]}

    assert (said["name"], said["size"]) == ("خوب.png", "۱ کیلوبایت")
    assert send(client, fields).status_code == 303
    assert stored() == [("خوب.png", False)]


def test_file_when_its_name_has_half_spaces_then_the_script_sees_to_it_that_they_stay(
    client: Client, hold: str
) -> None:
    name = "نامه\u200cها.png"
    response = client.post("/feedback/files/", {"hold": hold, "attachments": photo(name), "name": name})

    assert response.json()["name"] == name


@pytest.mark.parametrize(("prefix", "words"), [("", "هیچ"), ("/en", "sound recording")])
def test_file_when_sent_ahead_and_refused_then_says_why_in_plain_words(
    client: Client, hold: str, prefix: str, words: str
) -> None:
    response = ahead(client, hold, prefix, voice=voice(b"<b>"))

    assert response.status_code == 422
    fault = response.json()["fault"]
    assert "صدا.webm" in fault
    assert "<" not in fault
    assert prefix == "" or words in fault


@pytest.mark.parametrize("hold", ["", "forged", "a" * 5000])
def test_file_when_the_token_is_not_ours_then_nothing_is_stored(client: Client, hold: str) -> None:
    assert ahead(client, hold, attachments=photo()).status_code == 403
    assert not HeldFile.objects.exists()


def test_file_when_another_site_sends_it_then_it_is_refused(client: Client, hold: str) -> None:
    fields = {"hold": hold, "attachments": photo()}
    response = client.post("/feedback/files/", fields, headers={"sec-fetch-site": "cross-site"})

    assert response.status_code == 403
    assert not HeldFile.objects.exists()


def test_file_when_nothing_comes_or_it_is_asked_for_then_there_is_nothing(client: Client, hold: str) -> None:
    number = ahead(client, hold, attachments=photo()).json()["id"]

    assert ahead(client, hold).status_code == 400
    assert client.get(f"/feedback/files/?hold={hold}&kept={number}").status_code == 405


def test_file_when_it_belongs_to_another_form_then_it_is_not_sent_along(client: Client, hold: str) -> None:
    number = ahead(client, hold, attachments=photo()).json()["id"]
    other = challenge.new_hold(timezone.now())
    page = text_of(send(client, {**opened(client), "hold": other, "kept": [number]}))

    assert errors_of(page)
    assert "خوب.png" not in page
    assert not Attachment.objects.exists()


def test_file_when_the_room_is_full_then_the_form_takes_it_as_ever(
    client: Client, hold: str, settings: LazySettings
) -> None:
    settings.HELD_MOST_BYTES = 10

    assert ahead(client, hold, attachments=photo()).status_code == 503
    page, fields = refused(client, attachments=[photo()])
    assert "لطفاً دوباره انتخابشان کنید" in page
    assert send(client, {**fields, "attachments": [photo()]}).status_code == 303
    assert stored() == [("خوب.png", False)]


def test_file_when_one_form_sends_ever_more_then_there_is_an_end(client: Client, hold: str) -> None:
    codes = [ahead(client, hold, attachments=photo()).status_code for _ in range(MOST_HELD + 1)]

    assert codes == [200] * MOST_HELD + [503]


def test_held_files_when_their_hours_are_over_then_nothing_of_them_is_left(
    client: Client, hold: str, media: Path
) -> None:
    ahead(client, hold, attachments=photo())
    (media / "held" / "orphan").write_bytes(b"left by a broken request")
    services.forget_held(at=timezone.now() + timedelta(hours=5))
    before = len(list((media / "held").iterdir()))
    services.forget_held(at=timezone.now() + timedelta(hours=7))

    assert before == 2
    assert list((media / "held").iterdir()) == []
    assert not HeldFile.objects.exists()


def test_held_file_when_stored_then_nobody_else_on_the_machine_may_read_it(
    client: Client, hold: str, media: Path
) -> None:
    ahead(client, hold, attachments=photo())

    (path,) = (media / "held").iterdir()
    assert (path.stat().st_mode & 0o777, len(path.name)) == (0o600, 32)


# --- The reply ---------------------------------------------------------------------------------------------------


@pytest.fixture
def visiting(client: Client) -> services.Receipt:
    receipt = make_receipt(at=timezone.now())
    client.post("/track/", {"code": receipt.code})
    return receipt


def test_reply_when_a_file_is_refused_then_the_words_and_the_good_files_are_kept(
    client: Client, visiting: services.Receipt
) -> None:
    bad = SimpleUploadedFile("بد.exe", b"MZ")
    page = text_of(client.post("/track/case/", {"body": "دو سطر.", "attachments": [photo(), bad]}))
    fields = {"body": "دو سطر.", "hold": value_of(page, "hold"), "kept": kept(page)}

    assert '<details class="f" open>' in page
    assert client.post("/track/case/", fields).status_code == 303
    assert stored() == [("خوب.png", False)]


def test_reply_when_only_a_kept_file_is_left_then_it_is_enough(
    client: Client, visiting: services.Receipt
) -> None:
    page = text_of(client.post("/track/case/", {"body": "ب" * 11_000, "voice": voice()}))

    fields = {"body": "", "hold": value_of(page, "hold"), "kept": kept(page)}
    assert client.post("/track/case/", fields).status_code == 303
    assert stored() == [("صدا.webm", True)]


def test_reply_when_the_visit_had_ended_then_words_and_files_wait_for_the_code(
    client: Client, visiting: services.Receipt
) -> None:
    client.post("/track/leave/")
    page = text_of(client.post("/track/case/", {"body": "دو سطر.", "attachments": [photo()]}))
    fields = {"code": visiting.code, "body": "دو سطر.", "hold": value_of(page, "hold"), "kept": kept(page)}
    case = text_of(client.post("/track/", fields))
    reply = {"body": "دو سطر.", "hold": value_of(case, "hold"), "kept": kept(case)}

    assert "دو سطر." in case
    assert client.post("/track/case/", reply).status_code == 303
    assert stored() == [("خوب.png", False)]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_microphone_when_a_form_takes_a_voice_then_it_alone_may_ask_for_it(
    client: Client, prefix: str
) -> None:
    def policy(path: str) -> str:
        return str(client.get(prefix + path)["Permissions-Policy"])

    assert "microphone=(self)" in policy("/feedback/new/complaint/")
    assert "microphone=(self)" in policy("/track/case/")
    assert "microphone=()" in policy("/")
    assert "microphone=()" in policy("/feedback/new/")
    assert "microphone=()" in policy("/feedback/received/")
    assert MOST_BYTES == 10 * 1024 * 1024
