"""Notices after they were queued: sent again, gathered, and kept away from addresses that do not work."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.models import Unit, User
from feedback import policy, services, tasks
from feedback.enums import NoticeChannel, NoticeState, NoticeTopic
from feedback.models import Case, CaseEvent, Notice
from feedback.notifications import compose
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of
from portal.channels import sms_outbox
from portal.outbox import company
from portal.outbox.models import Event
from portal.tests.kernel.test_bounces import report
from portal.tests.test_channels import SmtpSink, running

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

PHONE, EMAIL = "+989160000001", "citizen@example.ir"


@pytest.fixture
def officer() -> User:
    user = make_user("officer", "CONT")
    User.objects.filter(pk=user.pk).update(email="officer@example.ir")
    user.refresh_from_db()
    return user


@pytest.fixture
def staff(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture(autouse=True)
def _sms(settings: Any) -> None:
    settings.SMS_BACKEND = "locmem"
    sms_outbox.clear()


def reachable(**changes: Any) -> Case:
    return make_case(**{"full_name": "مریم نمونه", "phone": PHONE, "email": EMAIL, **changes})


def notice_of(case: Case, channel: str = "email", **changes: Any) -> Notice:
    tasks.acknowledge(case_id=case.pk)
    notice = Notice.objects.get(case=case, channel=channel)
    Notice.objects.filter(pk=notice.pk).update(**changes)
    notice.refresh_from_db()
    return notice


@pytest.fixture
def _refused(settings: Any) -> Iterator[None]:
    """Send e-mail to a server that knows no such mailbox."""
    with running(SmtpSink, RCPT="550 5.1.1 no such mailbox") as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = (
            "127.0.0.1",
            server.server_address[1],
            5,
        )
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield


# --- An address that does not work --------------------------------------------------------------------------------


def test_answer_when_told_by_email_then_the_survey_is_offered_without_code_or_words() -> None:
    case = reachable()
    notice = notice_of(case, topic=NoticeTopic.ANSWERED)

    letter = compose(notice)

    assert (
        letter.text.count("/surveys/service/\n") + letter.text.endswith("/surveys/service/") == 2
    )  # fa and en
    assert "?" not in letter.text.partition("/surveys/service/")[2].partition("\n")[0]
    assert case.subject not in letter.text


@pytest.mark.parametrize("topic", [NoticeTopic.RECEIVED, NoticeTopic.ASKED, NoticeTopic.ANSWERED])
def test_letter_when_it_leads_to_a_page_then_each_half_to_that_of_its_language(
    topic: NoticeTopic, settings: Any
) -> None:
    persian, english = compose(notice_of(reachable(), topic=topic)).text.split("\n\n--\n\n")

    for half, begin in ((persian, settings.PUBLIC_URL), (english, f"{settings.PUBLIC_URL}/en")):
        pages = re.findall(r"https?://\S+", half)
        assert pages
        assert {page.rpartition("/track/")[0] or page.rpartition("/surveys/")[0] for page in pages} == {begin}


@pytest.mark.usefixtures("_refused")
def test_notice_when_refused_for_good_then_the_address_is_marked_and_nothing_more_goes_there(
    staff: Client,
) -> None:
    case = reachable()
    notice = notice_of(case)

    with time_machine.travel(AT, tick=False):
        tasks.send_notice(notice_id=notice.pk)
    tasks.notify_moved(case_id=case.pk)

    notice.refresh_from_db()
    case.refresh_from_db()
    assert (notice.state, notice.error) == ("failed", "SMTP 550")
    assert (case.email_failed_at, case.phone_failed_at) == (AT, None)
    assert list(Notice.objects.filter(topic="moved").values_list("channel", flat=True)) == ["sms"]
    page = text_of(staff.get(f"/admin/feedback/case/{case.pk}/change/"))
    assert "از ۳۰ اردیبهشت ۱۴۰۵ پیام نمی‌رسد" in page
    assert "نمی‌رسد؛ تلفن یا ایمیلش باید اصلاح شود" in text_of(staff.get("/admin/feedback/notice/"))


def test_notice_when_the_server_is_only_away_then_the_address_is_not_marked(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    notice = notice_of(reachable(), attempts=tasks.MAX_TRIES)

    tasks.send_notice(notice_id=notice.pk)

    notice.refresh_from_db()
    assert notice.state == "failed"
    assert notice.case.email_failed_at is None


def test_acknowledge_when_no_sms_is_sent_then_none_is_queued(settings: Any) -> None:
    settings.SMS_BACKEND = "none"
    case = reachable()

    tasks.acknowledge(case_id=case.pk)

    assert list(Notice.objects.filter(case=case).values_list("channel", flat=True)) == ["email"]


def test_notice_when_sms_were_switched_off_meanwhile_then_it_is_neither_sent_nor_the_number_marked(
    settings: Any,
) -> None:
    notice = notice_of(reachable(), channel="sms")
    settings.SMS_BACKEND = "none"

    outcome = tasks.send_notice(notice_id=notice.pk)

    notice.refresh_from_db()
    assert (outcome is None, notice.state, notice.sent_at) == (False, "retrying", None)
    assert notice.error == "no SMS is sent: SMS_BACKEND is none"
    assert notice.case.phone_failed_at is None


def test_acknowledge_when_many_are_told_at_once_then_in_a_few_statements_and_each_once() -> None:
    cases = [reachable(email=f"citizen-{number}@example.ir") for number in range(4)]
    tasks.acknowledge(case_id=cases[0].pk)

    with CaptureQueriesContext(connection) as queries:
        company.call("feedback.tasks.acknowledge", [{"case_id": case.pk} for case in (*cases, cases[3])])

    work = [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert work == ["SELECT", "SELECT", "INSERT", "INSERT"]
    assert Notice.objects.count() == Event.objects.filter(name="notice.queued").count() == 2 * 4
    with pytest.raises(Case.DoesNotExist):
        company.call("feedback.tasks.acknowledge", [{"case_id": cases[0].pk}, {"case_id": 404}])


def test_notice_when_the_database_has_no_room_to_note_it_then_nothing_is_sent() -> None:
    notice = notice_of(reachable())
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$;
            CREATE TRIGGER no_room BEFORE UPDATE ON feedback_notice EXECUTE FUNCTION no_room()"""
        )

    with pytest.raises(OperationalError), transaction.atomic():
        tasks.send_notice(notice_id=notice.pk)

    assert mail.outbox == []


def test_notice_when_it_arrives_after_all_then_the_mark_goes() -> None:
    case = reachable()
    notice = notice_of(case)
    Case.objects.filter(pk=case.pk).update(email_failed_at=AT)

    tasks.send_notice(notice_id=notice.pk)

    case.refresh_from_db()
    assert case.email_failed_at is None


@pytest.mark.usefixtures("_refused")
def test_notice_when_it_was_for_an_officer_then_the_case_is_not_marked(officer: User) -> None:
    case = reachable()
    services.assign(case_id=case.pk, at=AT)
    tasks.notify_officer(case_id=case.pk)

    tasks.send_notice(notice_id=Notice.objects.get().pk)

    case.refresh_from_db()
    assert (case.email_failed_at, case.phone_failed_at) == (None, None)


def come_back(monkeypatch: pytest.MonkeyPatch, number: str, status: str) -> str:
    """Hand a returned letter to the command as a mail server does; return what it says."""
    letter, said = report(number=number, status=status), StringIO()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(letter)))
    call_command("take_bounce", stdout=said)
    return said.getvalue().strip()


@pytest.mark.parametrize(("status", "is_for_good"), [("5.1.1", True), ("4.4.7", False)])
def test_notice_when_it_comes_back_then_it_failed_and_a_dead_address_is_marked(
    monkeypatch: pytest.MonkeyPatch, status: str, is_for_good: bool
) -> None:
    notice = notice_of(reachable())
    tasks.send_notice(notice_id=notice.pk)
    number = mail.outbox[0].extra_headers["Message-ID"]

    assert come_back(monkeypatch, number, status) == "noted"
    assert come_back(monkeypatch, number, status) == "nothing of ours came back"

    notice.refresh_from_db()
    assert (notice.state, notice.error) == (NoticeState.FAILED, f"it came back: {status}")
    assert (Case.objects.get().email_failed_at is not None) == is_for_good


def test_notice_when_a_letter_with_a_forged_number_comes_back_then_nothing_happens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notice = notice_of(reachable())
    tasks.send_notice(notice_id=notice.pk)
    number = mail.outbox[0].extra_headers["Message-ID"]
    forged = number.replace(number.partition("@")[0][-32:], "0" * 32)

    for odd in (forged, "<1@elsewhere.example>", f"<notice-{notice.pk}@example.ir>"):
        assert come_back(monkeypatch, odd, "5.1.1") == "nothing of ours came back"

    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT
    assert Case.objects.get().email_failed_at is None


def test_contact_when_corrected_then_the_mark_goes_and_the_record_names_no_address(
    staff: Client, officer: User
) -> None:
    case = reachable()
    Case.objects.filter(pk=case.pk).update(email_failed_at=AT, phone_failed_at=AT)

    response = staff.post(
        f"/admin/feedback/case/{case.pk}/contact/", {"phone": "09160000001", "email": "new@example.ir"}
    )

    case.refresh_from_db()
    assert response["Location"] == f"/admin/feedback/case/{case.pk}/change/#notices"
    assert (case.phone, case.email) == (PHONE, "new@example.ir")
    assert (case.email_failed_at, case.phone_failed_at) == (None, AT)
    event = CaseEvent.objects.get(kind="contact")
    assert (event.actor, event.reason) == (officer, "")


@pytest.mark.parametrize("method", ["get", "post"])
def test_contact_when_the_sender_is_unknown_or_the_case_hidden_then_there_is_no_page(
    staff: Client, method: str
) -> None:
    nameless, hidden = make_case(is_anonymous=True), reachable()
    Case.objects.filter(pk=hidden.pk).update(unit=Unit.objects.get(code="BUD"))

    answers = [
        getattr(staff, method)(f"/admin/feedback/case/{pk}/contact/", {"phone": "09160000009"})
        for pk in (nameless.pk, hidden.pk, 987_654_321)
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    nameless.refresh_from_db()
    assert nameless.phone == ""


def test_contact_when_a_number_is_wrong_then_the_page_says_so(staff: Client) -> None:
    case = reachable()

    page = text_of(staff.post(f"/admin/feedback/case/{case.pk}/contact/", {"phone": "12", "email": EMAIL}))

    assert 'href="#id_phone"' in page
    case.refresh_from_db()
    assert case.phone == PHONE


@pytest.mark.parametrize("state", ["failed", "held"])
def test_notice_when_it_came_to_an_end_or_is_held_then_a_late_delivery_sends_nothing(
    officer: User, state: str
) -> None:
    notice = notice_of(reachable(), state=state, recipient=officer)

    tasks.send_notice(notice_id=notice.pk)

    notice.refresh_from_db()
    assert (notice.state, mail.outbox) == (state, [])


# --- Once more ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "goes"),
    [
        ({"state": "failed", "error": "SMTP 550"}, True),
        ({"state": "sent", "sent_at": AT}, True),
        ({"state": "queued"}, False),
        ({"state": "retrying"}, False),
        ({"state": "failed", "resends": policy.MOST_RESENDS}, False),
    ],
)
def test_notice_when_sent_again_then_only_one_that_came_to_an_end_goes(
    staff: Client, officer: User, changes: dict[str, Any], goes: bool
) -> None:
    case = reachable()
    notice = notice_of(case, **changes)
    before = Event.objects.filter(name="notice.queued").count()

    response = staff.post(f"/admin/feedback/notice/{notice.pk}/again/")

    notice.refresh_from_db()
    assert response["Location"] == f"/admin/feedback/case/{case.pk}/change/#notices"
    assert (notice.state == "queued" and notice.resends == 1) == goes
    assert Event.objects.filter(name="notice.queued").count() - before == int(goes)
    assert CaseEvent.objects.filter(kind="resent", actor=officer).exists() == goes


def test_notice_when_sent_again_after_a_correction_then_it_goes_to_the_new_address(
    staff: Client, officer: User
) -> None:
    case = reachable()
    notice = notice_of(case, state="failed")
    services.correct_contact(case_id=case.pk, actor=officer, phone="", email="new@example.ir", at=AT)

    staff.post(f"/admin/feedback/notice/{notice.pk}/again/")
    fresh = Notice.objects.get(address="new@example.ir")
    tasks.send_notice(notice_id=fresh.pk)

    assert [letter.to for letter in mail.outbox] == [["new@example.ir"]]
    notice.refresh_from_db()
    assert notice.state == "failed"


def test_notice_when_its_address_is_gone_then_it_is_refused(officer: User) -> None:
    case = reachable()
    notice = notice_of(case, "sms", state="failed")
    services.correct_contact(case_id=case.pk, actor=officer, phone="", email=EMAIL, at=AT)

    with pytest.raises(policy.NoticeRefused, match="address"):
        services.resend_notice(notice_id=notice.pk, actor=officer, at=AT)


def test_notices_when_chosen_in_the_list_then_those_that_may_are_sent_again(staff: Client) -> None:
    failed, waiting = notice_of(reachable(), state="failed"), notice_of(reachable())

    page = staff.post(
        "/admin/feedback/notice/",
        {"action": "send_again", "_selected_action": [failed.pk, waiting.pk], "index": "0"},
        follow=True,
    )

    assert "۱ اطلاع‌رسانی دوباره فرستاده می‌شود" in text_of(page)
    assert "هنوز در راه است" in text_of(page)


# --- Many at once -------------------------------------------------------------------------------------------------


def news_for(officer: User, count: int, at: Any = AT) -> list[Notice]:
    found = []
    for _number in range(count):
        case = make_case()
        services.assign(case_id=case.pk, at=at)
        notice = services.notify_officer(
            case=case, message=case.messages.get(), topic=NoticeTopic.UNIT_NEW, officer=officer, at=at
        )
        found.append(notice)
    return found


def test_officer_when_many_notices_come_within_an_hour_then_the_rest_goes_out_as_one(
    officer: User, settings: Any
) -> None:
    settings.NOTICES_AN_HOUR = 2
    first, second, *rest = news_for(officer, 5)
    hour_later = AT + timedelta(hours=1)

    too_early = services.gather_notices(at=hour_later - timedelta(seconds=1))
    went_out = services.gather_notices(at=hour_later)
    again = services.gather_notices(at=hour_later)

    assert (too_early, went_out, again) == (0, 1, 0)
    assert [first.state, second.state] == ["queued"] * 2
    for notice in rest:
        notice.refresh_from_db()
    assert [notice.state for notice in rest] == ["gathered", "gathered", "queued"]
    assert [notice.digest for notice in rest] == [rest[2], rest[2], None]
    letter = compose(rest[2])
    assert letter.subject == "خبر تازه در ۳ پرونده"
    assert "News" not in letter.subject
    assert "3 cases" in letter.text


def test_officer_when_an_hour_has_passed_then_notices_come_one_by_one_again(
    officer: User, settings: Any
) -> None:
    settings.NOTICES_AN_HOUR = 2
    news_for(officer, 2)

    later = news_for(officer, 1, at=AT + timedelta(hours=1, minutes=1))

    assert later[0].state == "queued"


def test_officer_when_a_held_case_moved_away_then_it_is_not_counted(officer: User, settings: Any) -> None:
    settings.NOTICES_AN_HOUR = 0
    moved, kept = news_for(officer, 2)
    Case.objects.filter(notices=moved).update(unit=Unit.objects.get(code="BUD"))

    services.gather_notices(at=AT + timedelta(hours=1))

    moved.refresh_from_db()
    kept.refresh_from_db()
    assert (moved.state, kept.state) == ("failed", "queued")
    assert kept.case.number in compose(kept).subject


def test_citizen_when_many_notices_come_then_none_is_held(settings: Any) -> None:
    settings.NOTICES_AN_HOUR = 0
    case = reachable()

    tasks.acknowledge(case_id=case.pk)

    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.QUEUED}
    assert set(Notice.objects.values_list("channel", flat=True)) == {NoticeChannel.EMAIL, NoticeChannel.SMS}


# --- The survey, offered some hours after the answer ----------------------------------------------------------------


def offered(case: Case, officer: User, *, hours: int) -> Any:
    """Answer a case and let the offer run so many hours later; return what the task says."""
    message = services.answer(case_id=case.pk, actor=officer, body="انجام شد", at=AT)
    with time_machine.travel(AT + timedelta(hours=hours), tick=False):
        return tasks.offer_survey(message_id=message.pk)


def test_survey_when_a_mobile_is_all_there_is_then_one_sms_offers_it_without_case_and_code(
    officer: User, settings: Any
) -> None:
    settings.SURVEY_SMS = True
    case = reachable(email="")

    early = offered(case, officer, hours=1)
    (message,) = case.messages.filter(purpose="answer")
    with time_machine.travel(AT + timedelta(hours=5), tick=False):
        for _twice in range(2):
            tasks.offer_survey(message_id=message.pk)
    notice = Notice.objects.get(topic=NoticeTopic.SURVEY)
    text = compose(notice).text

    assert early.at == AT + tasks.OFFERED_AFTER
    assert notice.channel == NoticeChannel.SMS
    assert text == f"چطور بود؟ {settings.PUBLIC_URL}/surveys/"
    assert case.number not in text
    tasks.send_notice(notice_id=notice.pk)
    assert len(sms_outbox) == 1


@pytest.mark.parametrize(
    ("is_on", "backend", "email", "phone"),
    [
        (False, "locmem", "", PHONE),
        (True, "locmem", EMAIL, PHONE),
        (True, "locmem", "", ""),
        (True, "none", "", PHONE),
    ],
)
def test_survey_when_off_or_an_email_offers_it_or_nothing_can_be_sent_then_no_sms_does(
    officer: User, settings: Any, is_on: bool, backend: str, email: str, phone: str
) -> None:
    settings.SURVEY_SMS, settings.SMS_BACKEND = is_on, backend

    outcome = offered(reachable(email=email, phone=phone), officer, hours=5)

    assert outcome is None
    assert not Notice.objects.filter(topic=NoticeTopic.SURVEY).exists()
