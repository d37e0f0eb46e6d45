"""The directory for address books, machines and files, and for those who keep it."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoDbBlocker

from directory.enums import Role
from directory.models import Membership, Position, Unit, User
from directory.services import load_reference
from portal.tests.once import made_once

pytestmark = [pytest.mark.usefixtures("organization"), pytest.mark.django_db]

FOLDER = "/admin/directory/position"


@pytest.fixture(scope="module")
def organization(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, int]]:
    """Load the reference data once."""
    yield from made_once(load_reference, django_db_blocker)


@pytest.fixture
def staff() -> Client:
    keeper = User.objects.create(username="pr.officer", is_staff=True)
    Membership.objects.create(user=keeper, unit=Unit.objects.get(code="PR"), role=Role.EDITOR)
    client = Client()
    client.force_login(keeper)
    return client


def head(code: str = "CONT") -> Position:
    return Position.objects.get(unit__code=code, is_head=True)


# --- For the public -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked", ["۰۶۶-۰۰۰۰-۰۱۰۸", "066 0000 0108", "+98 66 0000 0108", "0108", "contractors@example.ir"]
)
def test_search_when_it_is_a_number_or_an_address_then_its_unit_is_found(client: Client, asked: str) -> None:
    html = client.get("/contact/", {"q": asked}).content.decode()

    assert re.findall(r'id="u-(\w+)"', html) == ["CONT"]


def test_unit_when_saved_then_all_its_entries_come_as_one_file(client: Client) -> None:
    unit = head().unit
    Position.objects.create(
        unit=unit, title_fa="جانشین", holder_fa="مدیر نمونه ۲۲", is_deputy=True, is_head=False
    )

    response = client.get("/contact/CONT/card.vcf")

    text = response.content.decode().replace("\r\n ", "")
    assert response["Content-Type"] == "text/vcard; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="CONT.vcf"'
    assert re.findall(r"FN:(.*)\r\n", text) == ["مدیر نمونه ۸", "مدیر نمونه ۲۲"]
    assert "NOTE:(جانشین)" in text


def test_entry_when_saved_then_it_comes_alone_and_in_the_language_of_the_page(client: Client) -> None:
    text = client.get(f"/en/contact/CONT/{head().pk}.vcf").content.decode()

    assert text.count("BEGIN:VCARD") == 1
    assert "FN:Sample Manager 8" in text


def test_entry_when_it_is_of_another_unit_or_withdrawn_then_it_is_missing(client: Client) -> None:
    assert client.get(f"/contact/BUD/{head().pk}.vcf").status_code == 404
    Unit.objects.filter(code="CONT").update(is_active=False)
    assert client.get(f"/contact/CONT/{head().pk}.vcf").status_code == 404
    assert client.get("/contact/CONT/card.vcf").status_code == 404


def test_unit_when_machines_read_it_then_nothing_in_it_is_markup(client: Client) -> None:
    Position.objects.filter(pk=head().pk).update(holder_fa="</script><b>&")

    html = client.get("/contact/CONT/").content.decode()

    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert block
    assert json.loads(block[1])["contactPoint"][0]["name"] == "</script><b>&"
    assert "</script><b>" not in html


@pytest.mark.parametrize("language", ["fa", "en"])
def test_wrong_entry_when_told_then_the_subject_names_the_number_or_else_the_unit(
    client: Client, language: str
) -> None:
    Position.objects.filter(unit__code="BUD").update(phone="")
    subjects = {}
    for code in ("CONT", "BUD", "contacts"):
        prefix = "/en" if language == "en" else ""
        html = client.get(f"{prefix}/feedback/new/request/", {"entry": code}).content.decode()
        subjects[code] = re.findall(r'name="subject"[^>]*value="([^"]*)"', html)[0]

    assert subjects["CONT"].endswith(": 06600000108")
    assert "0660" not in subjects["contacts"]
    with override(language):
        assert subjects["BUD"].endswith(f": {head('BUD').unit.name}")


@pytest.mark.parametrize("entry", ["NONE", "x' OR 1=1", "\x00", "ا" * 3000])
def test_wrong_entry_when_there_is_none_then_the_form_is_empty(client: Client, entry: str) -> None:
    html = client.get("/feedback/new/request/", {"entry": entry}).content.decode()

    assert re.search(r'<input[^>]*name="subject"[^>]*>', html)
    assert not re.search(r'<input[^>]*name="subject"[^>]*value="[^"]', html)


# --- For those who keep it ----------------------------------------------------------------------------------------


@time_machine.travel("2026-11-28T09:00:00Z", tick=False)
def test_entries_when_due_for_a_look_then_they_are_listed_until_somebody_looked(staff: Client) -> None:
    Position.objects.update(checked_on=date(2026, 11, 1))
    Position.objects.filter(pk=head().pk).update(checked_on=date(2026, 5, 1))
    due = staff.get(f"{FOLDER}/?look=due").content.decode()
    assert re.findall(rf"{FOLDER}/(\d+)/change/", due) == [str(head().pk)]

    data = {"action": "found_right", "_selected_action": [head().pk], "index": "0"}
    staff.post(f"{FOLDER}/", data)

    assert head().checked_on == date(2026, 11, 28)
    assert f"{FOLDER}/{head().pk}/change/" not in staff.get(f"{FOLDER}/?look=due").content.decode()
    assert "نگاه شد و درست بود" in staff.get(f"{FOLDER}/{head().pk}/history/").content.decode()


def test_entry_when_changed_then_its_history_says_what_it_was_and_is(staff: Client) -> None:
    post = head()
    data = {
        "unit": post.unit_id, "title_fa": post.title_fa, "holder_fa": "مدیر نمونه ۳۰", "phone": "06600000999",
        "is_head": "on", "order": "0",
    }  # fmt: skip

    assert staff.post(f"{FOLDER}/{post.pk}/change/", data).status_code == 302

    history = staff.get(f"{FOLDER}/{post.pk}/history/").content.decode()
    assert "«مدیر نمونه ۸» ← «مدیر نمونه ۳۰»" in history
    assert "«06600000108» ← «06600000999»" in history


def filled(post: Position, **changes: str) -> dict[str, str]:
    """Return the form of an entry with what it says, but for the `changes`."""
    kept = {"unit": str(post.unit_id), "title_fa": post.title_fa, "phone": post.phone, "order": "0"}
    return {**kept, "is_head": "on", **changes}


@time_machine.travel("2026-11-28T09:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("phone", "abc", "در شمارهٔ تلفن فقط رقم می‌آید"),
        ("phone", "0660000", "رقم است؛ این یکی ۷ رقم دارد"),
        ("internal", "۱۲x", "این‌جا فقط رقم می‌آید"),
        ("checked_on", "1410/01/01", "این روز هنوز نیامده است"),
    ],
)
def test_entry_when_a_number_or_day_cannot_be_then_it_is_refused_on_its_page_and_in_files(
    staff: Client, field: str, typed: str, said: str
) -> None:
    post, stored = head(), Position.objects.values().get(pk=head().pk)
    file = f"unit,title_fa,{field}\nCONT,{post.title_fa},{typed}\n".encode()

    page = staff.post(f"{FOLDER}/{post.pk}/change/", filled(post, **{field: typed}))
    rows = staff.post(f"{FOLDER}/import/", {"file": SimpleUploadedFile("x.csv", file)})

    assert list(page.context["adminform"].form.errors) == [field]
    assert said in page.content.decode()
    assert said in rows.content.decode()
    assert Position.objects.values().get(pk=post.pk) == stored


@pytest.mark.parametrize("typed", ["06600000105", "۰۶۶-۰۰۰۰-۰۱۰۵", "+98 66 0000 0105", "(066) 0000 0105"])
def test_entry_when_its_numbers_are_typed_any_way_then_they_are_kept_as_dialled_at_home(
    staff: Client, typed: str
) -> None:
    post = head()

    staff.post(
        f"{FOLDER}/{post.pk}/change/",
        filled(post, phone=typed, internal="۱۰ ۷", checked_on="۱۴۰۵/۰۹/۰۷"),
    )

    post.refresh_from_db()
    assert (post.phone, post.internal, post.checked_on) == ("06600000105", "107", date(2026, 11, 28))


def test_entry_when_its_unit_has_a_head_then_a_second_one_is_refused(staff: Client) -> None:
    post = head()
    other = Position.objects.create(unit=post.unit, title_fa="جانشین", is_head=False)

    own = staff.post(f"{FOLDER}/{post.pk}/change/", filled(post, order="3"))
    second = staff.post(f"{FOLDER}/{other.pk}/change/", filled(other))
    third = staff.post(f"{FOLDER}/add/", filled(post))

    assert own.status_code == 302
    for page in (second, third):
        assert list(page.context["adminform"].form.errors) == ["is_head"]
        assert f"«{post.title_fa}»" in page.content.decode()
    assert Position.objects.filter(unit=post.unit, is_head=True).count() == 1


def test_keeper_when_other_tables_are_asked_for_then_units_are_read_only_and_people_are_shut(
    staff: Client,
) -> None:
    unit = Unit.objects.get(code="CONT")

    assert staff.get(f"/admin/directory/unit/{unit.pk}/change/").status_code == 200
    assert staff.post(f"/admin/directory/unit/{unit.pk}/change/", {"name_fa": "دیگر"}).status_code == 403
    assert staff.get("/admin/directory/user/").status_code == 403
    assert staff.get("/admin/directory/membership/").status_code == 403


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_directory_when_exported_and_sent_back_then_nothing_would_change(staff: Client, form: str) -> None:
    Position.objects.filter(pk=head().pk).update(
        checked_on=date(2026, 11, 1), phone="+98 66 0000 0108", room="=1+1"
    )
    file = staff.get(f"{FOLDER}/export.{form}").content

    page = staff.post(f"{FOLDER}/import/", {"file": SimpleUploadedFile("x", file)})

    assert [(plan.outcome, plan.faults) for plan in page.context["form"].plans] == [("same", [])] * 14
    assert "فرق ندارد" in page.content.decode()


def test_directory_when_a_file_changes_it_then_it_is_shown_first_and_stored_after(staff: Client) -> None:
    file = (
        "unit,title_fa,holder_fa,phone,is_deputy,is_head\n"
        "cont,رئیس گروه,مدیر نمونه ۳۱,۰۶۶۰۰۰۰۰۹۹۹,0,1\n"
        "CONT,کارشناس مسئول,مدیر نمونه ۳۲,,بله,0\n"
    ).encode()

    page = staff.post(f"{FOLDER}/import/", {"file": SimpleUploadedFile("x.csv", file)})
    assert head().holder_fa == "مدیر نمونه ۸"
    staff.post(f"{FOLDER}/import/", {"rehearsed": page.context["rehearsed"]})

    assert (head().holder_fa, head().phone, head().email) == (
        "مدیر نمونه ۳۱",
        "06600000999",
        "contractors@example.ir",
    )
    fresh = Position.objects.get(title_fa="کارشناس مسئول")
    assert (fresh.unit.code, fresh.is_deputy, fresh.is_head) == ("CONT", True, False)
    assert "تلفن" in staff.get(f"{FOLDER}/{head().pk}/history/").content.decode()


def test_directory_when_a_row_of_a_file_has_a_fault_then_all_stays(staff: Client) -> None:
    file = "unit,title_fa,email\nCONT,رئیس گروه,no address\nNOPE,رئیس,\nPR,\nPR,مسئول تازه,\n".encode()

    page = staff.post(f"{FOLDER}/import/", {"file": SimpleUploadedFile("x.csv", file)})
    staff.post(f"{FOLDER}/import/", {"rehearsed": file.decode()})

    assert [bool(plan.faults) for plan in page.context["form"].plans] == [True, True, True, False]
    assert not Position.objects.filter(title_fa="مسئول تازه").exists()


def test_lists_when_longer_then_no_more_queries(staff: Client, django_assert_max_num_queries: Any) -> None:
    for page in ("position", "servicecardversion", "announcement"):
        with django_assert_max_num_queries(12):
            assert staff.get(f"/admin/directory/{page}/").status_code == 200
