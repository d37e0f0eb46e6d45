"""Messages from other channels, entered by staff, and the one-time code that its citizen replaces."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from directory.enums import Role
from directory.models import Unit, User
from feedback import services
from feedback.enums import Channel, Status
from feedback.models import Attachment, Case, CaseEvent
from feedback.selectors import case_by_code
from feedback.tests.factories import AT, make_receipt, make_user
from feedback.tests.pages import BODY, SUBJECT, code_of, text_of, value_of
from portal.kernel import codes, jalali
from portal.kernel.text import persian_digits
from portal.tests.sounds import mp3

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

ENTRY = "/admin/feedback/case/entry/"
SLIP = f"{ENTRY}slip/"


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", "DESK", Role.CLERK)


@pytest.fixture
def staff(clerk: User) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def fields(staff: Client, **changes: Any) -> dict[str, Any]:
    """Open the page and fill in a phone call about a contractor's ranking."""
    page = text_of(staff.get(ENTRY))
    return {
        "form_token": value_of(page, "form_token"),
        "received_on": value_of(page, "received_on"),
        "channel": "phone",
        "kind": "complaint",
        "subject": SUBJECT,
        "body": BODY,
        **changes,
    }


def enter(staff: Client, button: str = "_save", **changes: Any) -> Any:
    return staff.post(ENTRY, {**fields(staff, **changes), button: "1"})


def handed_over(staff: Client, **changes: Any) -> str:
    """Enter a message and return the code of its slip."""
    response = enter(staff, **changes)
    assert response.status_code == 302, faults(response)
    return code_of(text_of(staff.get(response["Location"])))


def faults(response: Any) -> dict[str, str]:
    found = re.findall(r'<ul class="errorlist" id="id_(\w+)_error"><li>(.*?)</li>', text_of(response))
    return dict(found)


# --- Entering -----------------------------------------------------------------------------------------------------


def test_entry_when_saved_then_channel_operator_and_record_are_kept(staff: Client, clerk: User) -> None:
    handed_over(staff, place="خط ۱۱۱", phone="09160000001", full_name="مریم نمونه")

    case = Case.objects.get()
    assert (case.channel, case.operator, case.place, case.unit.code) == (
        Channel.PHONE,
        clerk,
        "خط ۱۱۱",
        "CONT",
    )
    assert (case.full_name, case.phone, case.code_is_one_time) == ("مریم نمونه", "+989160000001", True)
    event = CaseEvent.objects.get(kind="entered")
    assert (event.actor, event.reason, event.side) == (clerk, "خط ۱۱۱", "staff")


@pytest.mark.parametrize(("kind", "kept"), [("request", "STAT"), ("suggestion", "STAT"), ("complaint", None)])
def test_entry_when_written_to_a_unit_then_it_is_kept_of_requests_and_suggestions(
    staff: Client, kind: str, kept: str | None
) -> None:
    unit = Unit.objects.get(code="STAT").pk
    handed_over(staff, kind=kind, addressed_unit=unit, subject="پرسش", body="پاسخی نیامده است.")

    case = Case.objects.get()
    assert (case.addressed_unit and case.addressed_unit.code, case.unit.code) == (kept, kept or "DESK")


@time_machine.travel(AT, tick=False)
def test_entry_when_it_came_in_earlier_then_the_working_days_count_from_then(staff: Client) -> None:
    day = (AT - timedelta(days=5)).date()
    handed_over(staff, received_on=persian_digits(jalali.short(day)))

    case = Case.objects.get()
    deadline = case.deadlines.get()
    online = make_receipt(at=AT - timedelta(days=5)).case
    assert jalali.local(case.received_at).date() == deadline.registered_on == day
    assert case.due_on == online.due_on
    assert case.entered_at == AT


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"channel": "web"}, "channel"),
        ({"received_on": "1499/01/01"}, "received_on"),
        ({"received_on": "1390/01/01"}, "received_on"),
        ({"received_on": "دیروز"}, "received_on"),
        ({"body": ""}, "body"),
        ({"kind": ""}, "kind"),
        ({"channel": "letter"}, "organization"),
        ({"channel": "letter", "organization": "شهرداری"}, "letter_number"),
        ({"channel": "letter", "anonymous": "on"}, "anonymous"),
    ],
)
def test_entry_when_something_is_missing_or_odd_then_is_shown_again(
    staff: Client, changes: dict[str, str], name: str
) -> None:
    response = enter(staff, **changes)

    assert name in faults(response)
    assert not Case.objects.exists()


def test_entry_when_a_letter_comes_from_an_agency_then_its_number_is_kept(staff: Client) -> None:
    handed_over(staff, channel="letter", organization="شهرداری خرم‌آباد", letter_number="۱۲/ش/۴۵")

    case = Case.objects.get()
    assert (case.channel, case.organization, case.letter_number) == ("letter", "شهرداری خرم‌آباد", "۱۲/ش/۴۵")


def test_entry_when_it_is_a_voice_mail_then_the_recording_alone_will_do(staff: Client) -> None:
    handed_over(staff, channel="voice", body="", voice=SimpleUploadedFile("پیام.mp3", mp3()))

    assert Attachment.objects.get().is_voice
    assert Case.objects.get().messages.get().body == ""


def test_entry_when_without_a_name_then_nothing_of_it_is_kept(staff: Client) -> None:
    handed_over(staff, anonymous="on", full_name="مریم نمونه", phone="09160000001")

    case = Case.objects.get()
    assert (case.is_anonymous, case.full_name, case.phone) == (True, "", "")


def test_entry_when_the_button_is_pressed_twice_then_there_is_one_case(staff: Client) -> None:
    sent = {**fields(staff), "_save": "1"}

    for _ in range(2):
        assert staff.post(ENTRY, sent).status_code == 302

    assert Case.objects.count() == 1


def test_entry_when_it_is_misconduct_then_the_clerk_does_not_see_the_case(staff: Client) -> None:
    handed_over(staff, kind="misconduct")

    case = Case.objects.get()
    assert case.unit.code == "INSP"
    assert staff.get(f"/admin/feedback/case/{case.pk}/change/").status_code == 404


@pytest.mark.parametrize("address", [ENTRY, SLIP])
def test_entry_when_the_role_has_no_cases_then_it_is_shut(address: str) -> None:
    client = Client()
    client.force_login(make_user("manager", "HEAD", Role.MANAGER))

    assert client.get(address).status_code == 403
    assert client.post(address, {}).status_code == 403


# --- A batch from the box -----------------------------------------------------------------------------------------


def test_batch_when_saved_and_next_then_channel_day_and_box_stay(staff: Client) -> None:
    day = jalali.short(timezone.now().date() - timedelta(days=2))
    response = enter(
        staff, "_next", channel="paper", received_on=day, place="صندوق طبقهٔ یک", kind="suggestion"
    )
    page = text_of(staff.get(response["Location"]))

    assert '<option value="paper" selected' in page
    assert value_of(page, "received_on") in (day, persian_digits(day))
    assert value_of(page, "place") == "صندوق طبقهٔ یک"
    assert page.index('name="_next"') < page.index('name="_save"')
    assert Case.objects.get().number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")) in page


def test_batch_when_several_were_saved_then_it_says_how_many_from_this_box(staff: Client) -> None:
    box = {"channel": "paper", "place": "صندوق طبقهٔ یک", "kind": "suggestion"}
    enter(staff, "_next", **{**box, "place": "صندوق طبقهٔ دو"})
    pages = [text_of(staff.get(enter(staff, "_next", **box)["Location"])) for _number in range(2)]

    assert ["امروز ۱ پیام از همین‌جا" in page for page in pages] == [True, False]
    assert "امروز ۲ پیام از همین‌جا" in pages[1]
    assert "امروز" not in text_of(staff.get(ENTRY))


def test_batch_when_the_address_is_forged_then_a_page_comes(staff: Client) -> None:
    for query in ("channel=web", "channel=x", "received_on=" + "9" * 500, "place=%00", "batch=²"):
        assert staff.get(f"{ENTRY}?{query}").status_code == 200


# --- The slip ------------------------------------------------------------------------------------------------------


def test_slip_when_shown_once_then_never_again_and_the_code_is_stored_nowhere(staff: Client) -> None:
    enter(staff)

    page = text_of(staff.get(SLIP))
    again = staff.get(SLIP)

    code = code_of(page)
    assert again.status_code == 404
    assert "data-tracking-code" not in text_of(again)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c::text FROM feedback_case c UNION ALL SELECT e::text FROM outbox_event e"
            " UNION ALL SELECT session_data FROM django_session"
        )
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert code not in stored
    assert not any(code in cookie.value for cookie in staff.cookies.values())


def test_slip_when_a_colleague_has_the_cookie_then_sees_nothing(staff: Client) -> None:
    enter(staff)
    other = Client()
    other.force_login(make_user("other", "DESK", Role.CLERK))
    other.cookies["slip"] = staff.cookies["slip"].value

    assert other.get(SLIP).status_code == 404


# --- The citizen ---------------------------------------------------------------------------------------------------


def type_in(client: Client, code: str, prefix: str = "") -> Any:
    return client.post(f"{prefix}/track/", {"code": code})


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_one_time_code_when_typed_then_a_fresh_one_must_be_kept_first(
    client: Client, staff: Client, prefix: str
) -> None:
    one_time = handed_over(staff)

    response = type_in(client, one_time, prefix)

    assert (response.status_code, response["Location"]) == (303, f"{prefix}/track/new-code/")
    page = text_of(client.get(response["Location"]))
    fresh = code_of(page)
    assert fresh != one_time
    assert SUBJECT not in page
    assert "data-case-status" not in text_of(client.get(f"{prefix}/track/case/"))
    assert code_of(text_of(client.get(f"{prefix}/track/new-code/"))) == fresh
    assert case_by_code(fresh) is None


def test_one_time_code_when_replaced_then_is_as_unknown_as_any_other(client: Client, staff: Client) -> None:
    one_time = handed_over(staff)
    type_in(client, one_time)
    fresh = code_of(text_of(client.get("/track/new-code/")))

    assert client.post("/track/new-code/", {}).status_code == 200
    response = client.post("/track/new-code/", {"kept": "1"})

    assert (response.status_code, response["Location"]) == (303, "/track/case/")
    assert f'data-case-status="{Status.RECEIVED}"' in text_of(client.get("/track/case/"))
    assert type_in(Client(), one_time).content == type_in(Client(), codes.draw()).content
    assert type_in(Client(), fresh)["Location"] == "/track/case/"
    assert Case.objects.get().code_is_one_time is False
    assert CaseEvent.objects.filter(kind="code_replaced", side="citizen").count() == 1


def test_one_time_code_when_two_people_have_it_then_the_first_gets_the_case(staff: Client) -> None:
    one_time = handed_over(staff)
    first, second = Client(), Client()
    for one in (first, second):
        type_in(one, one_time)

    first.post("/track/new-code/", {"kept": "1"})
    response = second.post("/track/new-code/", {"kept": "1"})

    assert response["Location"] == "/track/"
    assert "data-case-status" not in text_of(second.get("/track/case/"))


def test_new_code_when_there_is_no_ticket_or_another_site_posts_then_nothing_opens(
    client: Client, staff: Client
) -> None:
    assert client.get("/track/new-code/")["Location"] == "/track/"
    type_in(client, handed_over(staff))
    response = client.post("/track/new-code/", {"kept": "1"}, headers={"origin": "https://elsewhere.example"})

    assert response.status_code == 403
    assert Case.objects.get().code_is_one_time


def test_replace_code_when_the_code_is_no_one_time_code_then_refuses() -> None:
    case = make_receipt().case

    with pytest.raises(services.CodeSpent):
        services.replace_code(case_id=case.pk, mark=bytes(case.code_hash)[:8].hex(), token="token", at=AT)
