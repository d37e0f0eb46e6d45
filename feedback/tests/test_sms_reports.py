"""What the SMS gateway reports: which messages arrived, and at which numbers none ever will."""

from typing import Any

import pytest
from django.test import Client

from directory.models import User
from feedback import services, tasks
from feedback.models import Case, Notice
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of
from portal.tests.test_channels import Gateway, running

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

TOKEN = "4815162342" * 4
DOOR = f"/sms/reports/{TOKEN}/"
DELIVERED, UNDELIVERED, BARRED, ON_ITS_WAY = "10", "11", "14", "5"


@pytest.fixture(autouse=True)
def _reports(settings: Any) -> None:
    settings.SMS_REPORTS = {
        "token": TOKEN,
        "id": "messageid",
        "state": "status",
        "states": {DELIVERED: "delivered", UNDELIVERED: "undelivered", BARRED: "barred"},
    }


@pytest.fixture
def officer() -> User:
    return make_user("officer", "CONT")


def sent(number: str = "8792343") -> Notice:
    """Send a notice by SMS, of which the gateway gave this number."""
    tasks.acknowledge(case_id=make_case(full_name="مریم نمونه", phone="+989160000001").pk)
    notice = Notice.objects.get(gateway_id="", channel="sms")
    services.mark_sent(notice=notice, at=AT)
    services.note_gateway(notice_id=notice.pk, gateway_id=number)
    return notice


def report(state: str, number: str = "8792343", client: Client | None = None) -> int:
    answer = (client or Client(enforce_csrf_checks=True)).post(DOOR, {"messageid": number, "status": state})
    return int(answer.status_code)


def stands(notice: Notice) -> tuple[str, str, bool]:
    """Return the state of a notice, why it failed, and whether its number is marked."""
    notice.refresh_from_db()
    return notice.state, notice.error, Case.objects.get(notices=notice).phone_failed_at is not None


def test_notice_when_the_gateway_takes_it_then_its_number_there_is_kept(settings: Any) -> None:
    tasks.acknowledge(case_id=make_case(full_name="مریم نمونه", phone="+989160000001").pk)
    notice = Notice.objects.get(channel="sms")
    with running(Gateway, body='{"return":{"status":200},"entries":[{"messageid":8792343}]}') as server:
        settings.SMS_BACKEND = "http"
        settings.SMS_GATEWAY = {
            "url": f"http://127.0.0.1:{server.server_address[1]}/send",
            "method": "POST",
            "body": "receptor=$local&message=$text",
            "headers": {},
            "key": "k",
            "timeout": 60,
            "expect": r"messageid[^0-9]+([0-9]+)",
        }
        tasks.send_notice(notice_id=notice.pk)

    notice.refresh_from_db()
    assert (notice.state, notice.gateway_id) == ("sent", "8792343")


@pytest.mark.parametrize(
    ("states", "state", "error", "is_marked"),
    [
        ([DELIVERED], "arrived", "", False),
        ([UNDELIVERED], "failed", "SMS gateway: undelivered (11)", False),
        ([BARRED], "failed", "SMS gateway: barred (14)", True),
        ([ON_ITS_WAY], "sent", "", False),
        ([ON_ITS_WAY, DELIVERED, DELIVERED], "arrived", "", False),
        # Reports overtake each other; what arrived has arrived.
        ([DELIVERED, BARRED], "arrived", "", False),
        ([BARRED, BARRED, DELIVERED], "arrived", "", False),
        ([BARRED, UNDELIVERED], "failed", "SMS gateway: barred (14)", True),
    ],
)
def test_report_when_it_comes_in_any_order_then_the_notice_and_the_number_say_so(
    states: list[str], state: str, error: str, is_marked: bool
) -> None:
    notice = sent()

    answers = {report(one) for one in states}

    assert answers == {204}
    assert stands(notice) == (state, error, is_marked)


def test_report_when_several_come_as_json_then_each_is_noted() -> None:
    first, second = sent("1"), sent("2")

    one = Client().post(DOOR, {"messageid": 1, "status": 10}, content_type="application/json")
    many = Client().post(
        DOOR,
        [{"messageid": 1, "status": 10}, {"messageid": "2", "status": 11}],
        content_type="application/json",
    )

    assert (one.status_code, many.status_code) == (204, 204)
    assert (stands(first)[0], stands(second)[0]) == ("arrived", "failed")


def test_report_when_the_message_is_not_known_then_the_gateway_is_told_to_come_again() -> None:
    notice = sent()

    assert report(BARRED, number="1") == 404
    assert report(BARRED, number=" ") == 404
    assert stands(notice) == ("sent", "", False)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", "application/x-www-form-urlencoded"),
        ("status=10", "application/x-www-form-urlencoded"),
        ("{", "application/json"),
        ("7", "application/json"),
        ("[7]", "application/json"),
        ('{"messageid": {"a": 1}, "status": 10}', "application/json"),
        ('{"messageid": 1, "status": []}', "application/json"),
        ("\udcff".encode("utf-8", "surrogateescape"), "application/json"),
        ("[" * 100_000, "application/json"),
    ],
)
def test_report_when_it_cannot_be_read_then_it_is_refused(body: str | bytes, kind: str) -> None:
    answer = Client().post(DOOR, body, content_type=kind)

    assert answer.status_code == 400


@pytest.mark.parametrize("number", ["\x00", "\ud800", "1\x00", "9" * 100_000])
def test_report_when_the_number_is_none_that_could_be_kept_then_the_message_is_not_known(number: str) -> None:
    answer = Client().post(DOOR, {"messageid": number, "status": BARRED}, content_type="application/json")

    assert answer.status_code == 404


def test_report_when_the_token_is_wrong_or_there_is_none_then_there_is_no_page(settings: Any) -> None:
    notice = sent()
    data = {"messageid": "8792343", "status": BARRED}

    wrong = Client().post(DOOR.replace("4815", "4816", 1), data)
    odd = Client().post("/sms/reports/%D9%81/", data)
    read = Client().get(DOOR, data)
    settings.SMS_REPORTS = {**settings.SMS_REPORTS, "token": ""}
    off = [Client().post(address, data) for address in (DOOR, "/sms/reports//")]

    assert [answer.status_code for answer in (wrong, odd, read, *off)] == [404, 404, 405, 404, 404]
    assert stands(notice) == ("sent", "", False)


def test_report_when_the_notice_was_sent_again_meanwhile_then_it_is_of_the_old_message(
    officer: User,
) -> None:
    notice = sent()
    report(UNDELIVERED)
    services.resend_notice(notice_id=notice.pk, actor=officer, at=AT)

    late = report(BARRED)

    assert late == 404
    assert stands(notice) == ("queued", "", False)


def test_report_when_the_message_arrived_then_the_case_shows_it(officer: User) -> None:
    notice = sent()
    client = Client()
    client.force_login(officer)
    page = f"/admin/feedback/case/{notice.case_id}/change/"

    before = text_of(client.get(page))
    report(DELIVERED)

    assert "<td>فرستاده شد، " in before
    assert "<td>رسید، " in text_of(client.get(page))
