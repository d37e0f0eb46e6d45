"""Identity cards: their life, what the database refuses, their page, their files."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from directory import services
from directory.enums import CardState, Role
from directory.forms.card import PARTS
from directory.forms.lines import read_rows, written
from directory.models import Membership, Service, ServiceCardVersion, Unit, User
from directory.policy import CardDefect, CardRefused, duration
from directory.selectors import CONTENT, cards_to_review, catalogue
from portal.templatetags import persian
from portal.tests.once import made_once

pytestmark = [pytest.mark.usefixtures("organization"), pytest.mark.django_db]

AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
FOLDER = "/admin/directory/servicecardversion"


@pytest.fixture(scope="module")
def organization(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the reference data with the first cards once."""
    yield from made_once(_cards, django_db_blocker)


def _cards() -> None:
    services.load_reference()
    services.load_cards(at=AT)


@pytest.fixture
def keeper() -> User:
    user = User.objects.create(username="pr.officer", is_staff=True)
    Membership.objects.create(user=user, unit=Unit.objects.get(code="PR"), role=Role.EDITOR)
    return user


@pytest.fixture
def staff(keeper: User) -> Client:
    client = Client()
    client.force_login(keeper)
    return client


def in_force(code: str = "s01") -> ServiceCardVersion:
    return ServiceCardVersion.objects.in_force().get(service__code=code)


# --- The life of a card -------------------------------------------------------------------------------------------


def test_first_cards_when_loaded_then_each_service_has_one_and_loading_again_adds_none() -> None:
    assert ServiceCardVersion.objects.in_force().count() == Service.objects.count() == 13
    assert services.load_cards(at=AT) == 0
    assert in_force().owner == in_force().service.unit.positions.get()


def test_draft_when_put_in_force_then_it_takes_the_place_of_the_card_before(keeper: User) -> None:
    old = in_force()
    draft = services.copy_card(card_id=old.pk, actor=keeper)
    ServiceCardVersion.objects.filter(pk=draft.pk).update(announced_days=12)

    card = services.publish_card(card_id=draft.pk, actor=keeper, at=AT + timedelta(days=1))

    old.refresh_from_db()
    assert (card.number, card.state, card.announced_days, card.published_by) == (2, "published", 12, keeper)
    assert (old.state, old.retired_at) == (CardState.RETIRED, AT + timedelta(days=1))
    assert in_force() == card


@pytest.mark.parametrize(
    ("field", "defect"),
    [
        ("audiences", CardDefect.NO_AUDIENCE),
        ("steps", CardDefect.NO_STEPS),
        ("channels", CardDefect.NO_CHANNELS),
        ("announced_days", CardDefect.NO_TIME),
    ],
)
def test_draft_when_something_citizens_need_is_missing_then_it_stays_a_draft(
    keeper: User, field: str, defect: CardDefect
) -> None:
    draft = services.copy_card(card_id=in_force().pk, actor=keeper)
    ServiceCardVersion.objects.filter(pk=draft.pk).update(
        **{field: None if field == "announced_days" else []}
    )

    with pytest.raises(CardRefused) as refused:
        services.publish_card(card_id=draft.pk, actor=keeper, at=AT)

    assert refused.value.defect == defect


def test_draft_when_there_is_one_already_then_a_second_is_refused(keeper: User) -> None:
    services.copy_card(card_id=in_force().pk, actor=keeper)

    with pytest.raises(CardRefused) as refused:
        services.copy_card(card_id=in_force().pk, actor=keeper)

    assert refused.value.defect == CardDefect.DRAFT_EXISTS


def test_card_when_reviewed_and_still_right_then_only_its_number_and_dates_are_new(keeper: User) -> None:
    old, later = in_force(), AT + timedelta(days=200)
    assert old in cards_to_review(later.date())

    card = services.confirm_card(card_id=old.pk, actor=keeper, at=later, note="بازبینی شد")

    assert (card.number, card.steps, card.change_note) == (2, old.steps, "بازبینی شد")
    assert card not in cards_to_review(later.date())
    assert card.review_on == (later + timedelta(days=180)).date()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, None])
def test_card_when_somebody_else_takes_a_step_then_it_is_refused(role: Role | None) -> None:
    user = User.objects.create(username="other", is_staff=True)
    if role:
        Membership.objects.create(user=user, unit=Unit.objects.get(code="PR"), role=role)

    for step in (services.copy_card, services.discard_draft):
        with pytest.raises(PermissionDenied):
            step(card_id=in_force().pk, actor=user)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE directory_servicecardversion SET announced_days = 1 WHERE state = 'published'",
        "UPDATE directory_servicecardversion SET state = 'draft', published_at = NULL WHERE state = 'published'",
        "UPDATE directory_servicecardversion SET state = 'retired', retired_at = now(), steps = '[]'",
        "DELETE FROM directory_servicecardversion",
        "SET LOCAL portal.truncate = 'on'; TRUNCATE directory_servicecardversion CASCADE",
    ],
)
def test_card_in_force_when_changed_in_the_database_then_it_refuses(sql: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_card_out_of_force_when_changed_in_the_database_then_it_refuses(keeper: User) -> None:
    card = services.withdraw_card(card_id=in_force().pk, actor=keeper, at=AT)
    assert not ServiceCardVersion.objects.in_force().filter(service=card.service).exists()

    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceCardVersion.objects.filter(service=card.service).update(state="published", retired_at=None)


@pytest.mark.parametrize(
    ("days", "minutes", "written_as"), [(15, None, "P15D"), (None, 20, "PT20M"), (None, None, "")]
)
def test_duration_when_written_then_it_is_iso(days: int | None, minutes: int | None, written_as: str) -> None:
    assert duration(days, minutes) == written_as


# --- Rows written as text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_words", [True, False])
@pytest.mark.parametrize("part", PARTS)
def test_rows_when_written_and_read_again_then_nothing_is_lost(part: str, in_words: bool) -> None:
    for card in ServiceCardVersion.objects.all():
        rows = getattr(card, part)

        assert read_rows(PARTS[part], written(PARTS[part], rows, in_words=in_words)) == rows


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("documents", "| no Persian"),
        ("documents", "a | b | c | d | e"),
        ("costs", "بررسی | Check | رایگان"),
        ("channels", "information | pigeon | کبوتر"),
        ("forms", "فرم | Form | javascript:alert(1)"),
        ("steps", "\n".join(["گام"] * 41)),
    ],
)
def test_rows_when_one_is_not_right_then_it_is_named(part: str, text: str) -> None:
    with pytest.raises(ValidationError):
        read_rows(PARTS[part], text)


# --- The catalogue ------------------------------------------------------------------------------------------------


def codes(**question: str) -> list[str]:
    return [offer.service.code for offer in catalogue(**question)]


def test_catalogue_when_narrowed_then_only_what_fits_is_left() -> None:
    assert codes(audience="staff") == ["s09", "s10", "s12", "s13"]
    assert codes(event="figures") == ["s07", "s08"]
    assert codes(audience="citizens", event="figures", asked="سالنامه") == ["s07"]
    assert codes(asked="اظهارنامه") == ["s01"]
    assert len(codes(audience="martians", event="'")) == 13


def test_services_page_when_narrowed_then_it_says_how_many_and_keeps_the_choice(client: Client) -> None:
    html = client.get("/services/", {"audience": "staff", "q": "دوره"}).content.decode()

    assert '<option value="staff" selected>' in html
    assert "۱ خدمت پیدا شد." in html
    assert "/services/s09/" in html
    assert "/services/s01/" not in html


def test_services_page_when_nothing_fits_then_the_desk_is_offered(client: Client) -> None:
    assert "از میز خدمت بپرسید" in client.get("/services/", {"q": "گذرنامه"}).content.decode()


def test_services_page_when_it_grows_then_the_queries_do_not(
    client: Client, django_assert_num_queries: Any
) -> None:
    for shown in (1, 3):
        Service.objects.exclude(code__in=["s01", "s02", "s03"][:shown]).update(is_active=False)
        client.get("/services/")  # draws what is kept of it
        with django_assert_num_queries(1):
            client.get("/services/")
        with django_assert_num_queries(2):
            client.get("/services/?q=گواهی")
        Service.objects.update(is_active=True)


# --- The admin ----------------------------------------------------------------------------------------------------


def form_data(card: ServiceCardVersion, **changes: Any) -> dict[str, Any]:
    data = {name: getattr(card, name) for name in CONTENT}
    data |= {name: written(columns, getattr(card, name)) for name, columns in PARTS.items()}
    data |= {"owner": card.owner_id, "review_on": "", "change_note": ""}
    return {name: value for name, value in (data | changes).items() if value is not None}


def test_draft_when_changed_in_the_admin_then_the_change_is_stored_and_recorded(
    staff: Client, keeper: User
) -> None:
    draft = services.copy_card(card_id=in_force().pk, actor=keeper)

    response = staff.post(
        f"{FOLDER}/{draft.pk}/change/",
        form_data(draft, announced_days="12", documents="شناسنامه | Booklet | اصل\nکارت ملی"),
    )

    assert response.status_code == 302, response.context["errors"]
    draft.refresh_from_db()
    assert draft.announced_days == 12
    assert draft.documents == [{"fa": "شناسنامه", "en": "Booklet", "note_fa": "اصل"}, {"fa": "کارت ملی"}]
    history = staff.get(f"{FOLDER}/{draft.pk}/history/").content.decode()
    assert "«15» ← «12»" in history


def test_draft_when_a_row_frightens_then_it_is_refused(staff: Client, keeper: User) -> None:
    draft = services.copy_card(card_id=in_force().pk, actor=keeper)
    threat = "مسئولیت صحت مطالب بر عهدهٔ فرستنده است"

    response = staff.post(f"{FOLDER}/{draft.pk}/change/", form_data(draft, steps=threat))

    assert response.status_code == 200
    assert threat in str(response.context["errors"])


def test_card_in_force_when_opened_in_the_admin_then_it_can_only_be_read(staff: Client) -> None:
    card = in_force()

    assert staff.get(f"{FOLDER}/{card.pk}/change/").status_code == 200
    assert staff.post(f"{FOLDER}/{card.pk}/change/", form_data(card)).status_code == 403


def test_card_in_force_when_read_in_the_admin_then_days_and_rows_are_in_words(staff: Client) -> None:
    card = in_force()

    html = staff.get(f"{FOLDER}/{card.pk}/change/").content.decode()

    assert persian.jalali_day(card.review_on) in html
    assert (
        '<div><bdi class="said" dir="rtl">گرفتن پایه برای نخستین بار</bdi> | '
        '<bdi class="said" dir="ltr">First grade</bdi></div>'
    ) in html
    assert "[{" not in html


def test_actions_when_taken_then_each_card_says_what_became_of_it(staff: Client) -> None:
    card = in_force()

    def act(action: str, pk: int) -> str:
        data = {"action": action, "_selected_action": [pk], "index": "0"}
        return staff.post(f"{FOLDER}/", data, follow=True).content.decode()

    assert "پیش‌نویس ساخته شد" in act("copy", card.pk)
    assert "این خدمت پیش‌نویس دارد" in act("copy", card.pk)
    draft = card.service.cards.get(state="draft")
    assert "جاری شد" in act("publish", draft.pk)
    assert "تأیید شد" in act("confirm", draft.pk)
    assert in_force().number == 3


def test_preview_when_looked_at_then_it_is_the_page_of_the_draft(staff: Client, keeper: User) -> None:
    draft = services.copy_card(card_id=in_force().pk, actor=keeper)
    ServiceCardVersion.objects.filter(pk=draft.pk).update(output_fa="چیزی تازه")

    html = staff.get(f"{FOLDER}/{draft.pk}/preview/").content.decode()

    assert "چیزی تازه" in html
    assert "این پیش‌نمایش است" in html
    assert "چیزی تازه" not in Client().get("/services/s01/").content.decode()


# --- Files --------------------------------------------------------------------------------------------------------


def sent(data: bytes, name: str = "catalogue.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_catalogue_when_exported_and_sent_back_then_nothing_would_change(staff: Client, form: str) -> None:
    file = staff.get(f"{FOLDER}/export.{form}").content

    response = staff.post(f"{FOLDER}/import/", {"file": sent(file, f"catalogue.{form}")})

    assert [plan.faults for plan in response.context["form"].plans if plan.faults] == []
    assert {plan.outcome for plan in response.context["form"].plans} == {"same"}
    assert not ServiceCardVersion.objects.filter(state="draft").exists()


def test_catalogue_when_a_row_is_changed_and_one_is_new_then_both_become_drafts(staff: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(staff.get(f"{FOLDER}/export.xlsx").content))
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    sheet.cell(2, names.index("announced_days") + 1, 9)
    fresh = {
        "code": "s20", "title_fa": "صدور کارت آمارگیری", "unit": "stat", "description_fa": "شرح",
        "output_fa": "کارت", "audiences": "citizens | شرکت‌ها و کسب‌وکارها (G2B)", "announced_days": 3,
        "nature": "sovereign", "level": "provincial", "trigger": "demand", "availability": "active", "visits": 1,
        "steps": "گام یکم\nگام دوم", "channels": "request | desk | میز خدمت",
    }  # fmt: skip
    sheet.append([fresh.get(name, "") for name in names])
    file = io.BytesIO()
    book.save(file)

    rehearsal = staff.post(f"{FOLDER}/import/", {"file": sent(file.getvalue(), "x.xlsx")})
    outcomes = [plan.outcome for plan in rehearsal.context["form"].plans]
    assert (outcomes.count("changed"), outcomes.count("new"), outcomes.count("same")) == (1, 1, 12)
    assert not Service.objects.filter(code="s20").exists()
    staff.post(f"{FOLDER}/import/", {"rehearsed": rehearsal.context["rehearsed"]})

    drafts = {card.service.code: card for card in ServiceCardVersion.objects.filter(state="draft")}
    assert set(drafts) == {"s01", "s20"}
    assert drafts["s01"].announced_days == 9
    assert (drafts["s20"].audiences, len(drafts["s20"].steps)) == (["citizens", "businesses"], 2)
    assert drafts["s20"].owner == Unit.objects.get(code="STAT").positions.get()
    assert in_force("s01").announced_days == 15


def test_catalogue_when_one_row_has_a_fault_then_nothing_at_all_is_stored(staff: Client) -> None:
    file = (
        "code,title_fa,unit,description_fa,output_fa,audiences,nature,steps\n"
        "s31,خدمت نو,STAT,شرح,برونداد,citizens,sovereign,گام\n"
        "s32,خدمت دیگر,NOPE,شرح,برونداد,citizens,sovereign,گام\n"
        "s33,خدمت سوم,STAT,شرح,,martians,loud,مسئولیت صحت مطالب بر عهدهٔ فرستنده است\n"
        "s31,خدمت چهارم,STAT,شرح,برونداد,citizens,sovereign,گام\n"
    ).encode()

    page = staff.post(f"{FOLDER}/import/", {"file": sent(file)})
    again = staff.post(f"{FOLDER}/import/", {"rehearsed": file.decode()})

    faults = {plan.number: len(plan.faults) for plan in page.context["form"].plans}
    assert {number for number, count in faults.items() if count} == {3, 4, 5}
    assert faults[4] >= 4
    assert "چیزی ذخیره نشد" in page.content.decode()
    assert again.status_code == 200
    assert not Service.objects.filter(code="s31").exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "یک فایل انتخاب کنید"),
        (b"code,colour\n1,2\n", "این عنوان‌ها نیست"),
        (b"\x00\x01", "خوانده نمی‌شود"),
    ],
)
def test_catalogue_when_the_file_is_no_list_then_it_says_why(staff: Client, data: bytes, said: str) -> None:
    files = {"file": sent(data)} if data else {}

    assert said in staff.post(f"{FOLDER}/import/", files).content.decode()


def test_files_when_asked_for_by_somebody_else_then_the_door_is_shut() -> None:
    client = Client()
    client.force_login(User.objects.create(username="other", is_staff=True))

    for page in ("import/", "export.csv", "export.xlsx"):
        assert client.get(f"{FOLDER}/{page}").status_code == 403
