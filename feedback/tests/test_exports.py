"""Lists of cases that are taken out: for whom, with what in them, for how long, and what is remembered."""

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from directory.enums import Role
from directory.models import County, Service, Unit, User
from feedback import policy, services, tasks
from feedback.enums import ExportState, Kind, SheetFormat
from feedback.models import Case, Export
from feedback.services import exports
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of
from portal.outbox.models import Event

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

QUEUE = "/admin/feedback/case/"
ASK = f"{QUEUE}export/"
PURPOSE = "گزارش ماهانهٔ معاونت"


@pytest.fixture
def officer() -> User:
    return make_user("officer", "CONT")


@pytest.fixture
def staff(officer: User) -> Client:
    return signed_in(officer)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, query: str = "", **changes: Any) -> Any:
    return client.post(ASK + query, {"purpose": PURPOSE, "form": "csv", **changes})


def make_all() -> None:
    """Do what the outbox would do: hand every part to its handler, also those that a part asks for."""
    seen: set[int] = set()
    while fresh := Event.objects.filter(name="export.asked").exclude(pk__in=seen):
        for event in fresh:
            tasks.make_export(**event.payload)
            seen.add(event.pk)


def asked(actor: User, cases: list[Case], **changes: Any) -> Export:
    facts: dict[str, Any] = {
        "narrowed": "همه", "purpose": PURPOSE, "form": SheetFormat.CSV, "language": "fa", "at": AT,
    }  # fmt: skip
    return services.ask_export(actor=actor, case_ids=[case.pk for case in cases], **{**facts, **changes})


def rows_of(export: Export) -> list[list[str]]:
    export.refresh_from_db()
    with export.file.open("rb") as file:
        return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline="")))


# --- From the queue to the file -----------------------------------------------------------------------------------


@time_machine.travel(AT, tick=False)
def test_export_when_asked_from_the_queue_then_its_asker_downloads_just_those_cases(
    staff: Client, officer: User
) -> None:
    case, praise = make_case(), make_case(kind=Kind.PRAISE)
    page = text_of(staff.get(f"{QUEUE}?kind=complaint"))
    assert f"{ASK}?kind=complaint" in page
    assert "نوع: شکایت" in text_of(staff.get(f"{ASK}?kind=complaint"))

    response = ask(staff, "?kind=complaint")
    make_all()

    export = Export.objects.get()
    assert response["Location"] == f"/admin/feedback/export/{export.pk}/change/"
    assert (export.asked_by, export.purpose, export.narrowed, export.count, export.state) == (
        officer, PURPOSE, "وضعیت: باز؛ نوع: شکایت", 1, "ready",
    )  # fmt: skip
    download = staff.get(f"/admin/feedback/export/{export.pk}/file/")
    assert download["Content-Disposition"] == f'attachment; filename="cases-1405-02-30-{export.pk}.csv"'
    assert download["X-Content-Type-Options"] == "nosniff"
    content = b"".join(download).decode("utf-8-sig")
    assert case.number in content
    assert praise.number not in content
    export.refresh_from_db()
    assert export.fetched_at == AT


def test_export_when_the_last_proof_is_old_then_it_is_asked_for_first(staff: Client, settings: Any) -> None:
    settings.STEP_UP_REQUIRED = True
    make_case()

    opened, sent = staff.get(f"{ASK}?kind=complaint"), ask(staff, "?kind=complaint")

    assert opened["Location"].startswith(f"/accounts/reauthenticate/?next={quote(ASK, safe='')}")
    assert sent["Location"] == f"{ASK}?kind=complaint"
    assert not Export.objects.exists()


def test_export_when_made_then_days_stand_in_both_calendars_and_no_sender_is_in_it(officer: User) -> None:
    service, county = Service.objects.earliest("pk"), County.objects.earliest("pk")
    case = make_case(
        full_name="مریم نمونه", phone="+989160000001", email="m@example.ir", service=service, county=county
    )
    export = asked(officer, [case])

    make_all()

    head, row = rows_of(export)
    assert head[:2] == ["شمارهٔ پرونده", "عنوان"]
    assert row[0] == case.number
    assert {str(service), str(county)} <= set(row)
    assert row[head.index("خطاب به")] == ""
    assert "1405/02/30 10:24" in row
    assert "2026-05-20 10:24" in row
    assert not {"مریم نمونه", "+989160000001", "m@example.ir"} & set(row)
    assert not [cell for cell in row if "برگشت خورده است" in cell]


def test_export_when_a_case_was_written_to_a_unit_then_names_it(officer: User) -> None:
    export = asked(officer, [make_case(kind=Kind.REQUEST, addressed_unit="STAT")])

    make_all()

    head, row = rows_of(export)
    assert row[head.index("خطاب به")] == Unit.objects.get(code="STAT").name_fa


def test_export_when_a_subject_looks_like_a_formula_then_it_is_harmless(officer: User) -> None:
    export = asked(officer, [make_case(subject="=HYPERLINK(رتبه‌بندی)")])
    make_all()

    assert rows_of(export)[1][1] == "'=HYPERLINK(رتبه‌بندی)"


def test_export_when_a_workbook_in_english_is_asked_for_then_it_is_one(officer: User) -> None:
    export = asked(officer, [make_case()], form=SheetFormat.XLSX, language="en")
    make_all()

    export.refresh_from_db()
    with zipfile.ZipFile(export.file.open("rb")) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "Case number" in page
    assert "rightToLeft" not in page


def test_export_when_it_has_several_parts_then_progress_shows_and_the_order_is_kept(
    staff: Client, officer: User
) -> None:
    cases = [make_case() for _number in range(3)]
    number = exports.PART
    export = asked(officer, cases[::-1] * number)

    tasks.make_export(export_id=export.pk, part=0)
    export.refresh_from_db()
    page = staff.get(f"/admin/feedback/export/{export.pk}/change/")
    assert (export.state, export.done) == ("running", number)
    assert f'<progress max="{3 * number}" value="{number}">' in text_of(page)
    assert page["Refresh"] == "3"
    make_all()

    assert [row[0] for row in rows_of(export)[1:4]] == [case.number for case in cases[::-1]]
    assert export.count == 3 * number
    assert not export.parts.exists()


def test_export_when_a_part_comes_twice_then_its_rows_are_in_the_file_once(officer: User) -> None:
    export = asked(officer, [make_case()])

    for _again in range(3):
        tasks.make_export(export_id=export.pk, part=0)

    assert len(rows_of(export)) == 2


# --- Walls --------------------------------------------------------------------------------------------------------


def test_export_when_the_asker_may_not_see_a_case_any_more_then_it_is_left_out(officer: User) -> None:
    kept, moved = make_case(), make_case()
    export = asked(officer, [kept, moved])
    Case.objects.filter(pk=moved.pk).update(unit=Unit.objects.get(code="BUD"))

    make_all()

    assert [row[0] for row in rows_of(export)[1:]] == [kept.number]


def test_export_when_the_asker_has_left_then_there_is_no_file(officer: User) -> None:
    export = asked(officer, [make_case()])
    User.objects.filter(pk=officer.pk).update(is_active=False)

    make_all()

    export.refresh_from_db()
    assert (export.state, export.count, export.file.name) == (ExportState.FAILED, 0, "")


def test_export_when_an_inspector_asks_then_no_report_of_misconduct_is_in_it() -> None:
    inspector = make_user("inspector", "INSP", Role.INSPECTOR)
    report = make_case(kind=Kind.MISCONDUCT)
    client = signed_in(inspector)

    response = ask(client)
    asked_directly = asked(inspector, [report])
    make_all()

    assert "هیچ پرونده‌ای" in text_of(response)
    asked_directly.refresh_from_db()
    assert (asked_directly.state, asked_directly.count) == ("failed", 0)


@pytest.mark.parametrize("role", ["head", "administrator", "superuser", "anonymous"])
def test_download_when_somebody_else_asks_then_it_is_not_there(officer: User, role: str) -> None:
    export = asked(officer, [make_case()], at=AT)
    with time_machine.travel(AT):
        make_all()
    client = Client()
    if role != "anonymous":
        other = make_user(role) if role == "superuser" else make_user(role, "CONT", Role(role))
        User.objects.filter(pk=other.pk).update(is_superuser=role == "superuser")
        client.force_login(User.objects.get(pk=other.pk))

    with time_machine.travel(AT):
        response = client.get(f"/admin/feedback/export/{export.pk}/file/")

    assert response.status_code == (302 if role == "anonymous" else 404)


@pytest.mark.parametrize(("role", "sees"), [(Role.ADMINISTRATOR, True), (Role.OFFICER, False)])
def test_record_when_opened_then_administrators_see_all_lists_and_others_their_own(
    officer: User, role: Role, sees: bool
) -> None:
    export = asked(officer, [make_case()])
    client = signed_in(make_user("somebody", "CONT", role))

    page = text_of(client.get("/admin/feedback/export/"))
    one = client.get(f"/admin/feedback/export/{export.pk}/change/")

    assert (PURPOSE in page) == sees
    assert one.status_code == (200 if sees else 404)


# --- Limits -------------------------------------------------------------------------------------------------------


def test_export_when_no_purpose_is_given_then_it_is_asked_for(staff: Client) -> None:
    make_case()

    page = text_of(ask(staff, purpose=""))

    assert "بنویسید" in page
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("cases", "lately", "why"),
    [(0, 0, "empty"), (policy.EXPORT_MOST + 1, 0, "large"), (1, policy.EXPORTS_A_DAY, "often")],
)
def test_check_export_when_it_is_beyond_a_limit_then_it_says_which(cases: int, lately: int, why: str) -> None:
    with pytest.raises(policy.ExportRefused, match=why):
        policy.check_export(cases=cases, lately=lately)


def test_export_when_twenty_were_made_today_then_the_next_waits_for_tomorrow(
    staff: Client, officer: User
) -> None:
    case = make_case()
    for _number in range(policy.EXPORTS_A_DAY):
        asked(officer, [case])

    with time_machine.travel(AT + timedelta(hours=1)):
        refused = text_of(ask(staff))
    with time_machine.travel(AT + timedelta(days=2)):
        response = ask(staff)

    assert "۲۰ فهرست" in refused
    assert response.status_code == 302


def test_export_when_found_by_a_search_then_its_words_are_not_repeated(staff: Client) -> None:
    make_case(full_name="مریم نمونه")
    found = staff.post(f"{QUEUE}search/", {"q": "مریم"})["Location"].partition("?")[2]

    ask(staff, f"?{found}")

    assert Export.objects.get().narrowed == "وضعیت: همه؛ یافته با جست‌وجو"


# --- A day later --------------------------------------------------------------------------------------------------


def test_file_when_a_day_has_passed_then_it_is_gone_and_the_record_stays(
    staff: Client, officer: User, django_capture_on_commit_callbacks: Any
) -> None:
    export = asked(officer, [make_case()])
    with time_machine.travel(AT):
        make_all()
    export.refresh_from_db()
    name = str(export.file.name)
    assert default_storage.exists(name)

    with time_machine.travel(AT + policy.EXPORT_KEPT):
        before = staff.get(f"/admin/feedback/export/{export.pk}/file/").status_code
        with django_capture_on_commit_callbacks(execute=True):
            services.forget_exports(at=AT + policy.EXPORT_KEPT)

    export.refresh_from_db()
    assert before == 404
    assert (export.state, export.file.name, export.count) == ("gone", "", 1)
    assert not default_storage.exists(name)
    assert "حذف شده" in text_of(staff.get(f"/admin/feedback/export/{export.pk}/change/"))


def test_name_of_the_file_when_stored_then_it_says_nothing(officer: User) -> None:
    export = asked(officer, [make_case()])
    make_all()

    export.refresh_from_db()
    assert len(str(export.file.name)) == len("exports/") + 32


def test_export_when_a_case_is_erased_before_the_file_is_made_then_its_words_are_not_in_it(
    officer: User,
) -> None:
    case, other = make_case(), make_case()
    services.answer(case_id=case.pk, actor=officer, body="پاسخ.", at=AT)
    export = asked(officer, [case, other])
    export.parts.update(cases=[case.pk])
    export.parts.create(number=1, cases=[other.pk])
    services.make_export_part(export_id=export.pk, part=0, at=AT)

    assert len(list(services.erase_expired(at=AT + timedelta(days=3650)))) == 1
    services.make_export_part(export_id=export.pk, part=1, at=AT)

    export.refresh_from_db()
    _head, *rows = rows_of(export)
    assert [row[1] for row in rows if row[0] == case.number] == [policy.ERASED]
    assert [row[1] for row in rows if row[0] == other.number] == [other.subject]
