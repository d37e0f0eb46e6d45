"""An answer waits some seconds before the citizen reads it; until then it can be taken back, and it goes out once."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from directory.models import Membership, User
from feedback import policy, services, tasks
from feedback.enums import Purpose
from feedback.models import Attachment, Case, Draft, DraftFile, Message, OutgoingFile, OutgoingStep
from feedback.tests.factories import AT, make_case, make_receipt, make_user
from feedback.tests.pages import text_of
from feedback.tests.test_admin_case import WORDS, box, hidden, page_of, press, shown, take_step
from feedback.tests.test_drafts import client_of
from portal.outbox.models import Delivery, Event
from portal.outbox.services import begin, claim, perform, spread
from portal.outbox.tasks import Later
from portal.tests.test_uploads import picture

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

SECONDS = 30


@pytest.fixture(autouse=True)
def way_back(settings: Settings) -> None:
    settings.UNDO_SECONDS = SECONDS


@pytest.fixture
def officer() -> User:
    return make_user("cont.officer", "CONT")


@pytest.fixture
def client(officer: User) -> Client:
    return client_of(officer)


@pytest.fixture
def case() -> Case:
    return make_case()


def later(seconds: int = SECONDS) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False)


def test_answer_when_sent_then_waits_and_the_citizen_sees_nothing(client: Client, case: Case) -> None:
    response = take_step(client, case, "answer", answer__body=WORDS)

    assert response["Location"] == page_of(case)
    page = client.get(page_of(case))
    assert 25 <= int(page["Refresh"]) <= SECONDS + 1
    assert WORDS in text_of(page)
    assert "پس گرفتن" in text_of(page)
    case.refresh_from_db()
    assert (case.status, case.messages.count()) == ("received", 1)
    assert Event.objects.filter(name="step.held").exists()


@pytest.mark.parametrize(
    ("step", "fields", "status"),
    [
        ("answer", {"answer__body": WORDS}, "answered"),
        ("ask", {"ask__body": WORDS}, "waiting_citizen"),
        ("refer_out", {"refer_out__body": WORDS}, "referred_out"),
    ],
)
def test_step_when_its_time_has_come_then_goes_out_once(
    client: Client, case: Case, step: str, fields: dict[str, str], status: str
) -> None:
    take_step(client, case, step, **fields)
    held = OutgoingStep.objects.get()

    assert isinstance(tasks.send_held(held_id=held.pk), Later)
    with later():
        assert [tasks.send_held(held_id=held.pk) for _repeat in range(3)] == [None, None, None]

    case.refresh_from_db()
    assert (case.status, case.messages.last().body, case.messages.count()) == (status, WORDS, 2)
    assert not OutgoingStep.objects.exists()


def test_step_when_the_outbox_delivers_it_then_waits_for_its_moment_and_no_longer(
    client: Client, case: Case
) -> None:
    take_step(client, case, "answer", answer__body=WORDS)
    due = OutgoingStep.objects.get().due_at
    Event.objects.exclude(name="step.held").delete()
    spread(at=timezone.now())
    delivery = Delivery.objects.get()

    _attempt(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.not_before) == ("waiting", due)
    with time_machine.travel(due, tick=False):
        _attempt(delivery)

    delivery.refresh_from_db()
    assert (delivery.state, Case.objects.get().status) == ("done", "answered")


def _attempt(delivery: Delivery) -> None:
    claim(at=timezone.now())
    [attempt] = begin([delivery.pk], at=timezone.now())
    perform(attempt, at=timezone.now())


def test_step_when_the_page_is_opened_after_its_time_then_goes_out_without_a_worker(
    client: Client, case: Case
) -> None:
    take_step(client, case, "answer", answer__body=WORDS)

    with later():
        page = client.get(page_of(case))

    assert "Refresh" not in page
    assert Message.objects.get(purpose=Purpose.ANSWER).body == WORDS


def test_answer_when_taken_back_then_it_is_a_draft_and_the_record_says_so(client: Client, case: Case) -> None:
    photo = SimpleUploadedFile("عکس.png", picture("PNG"), "image/png")
    take_step(client, case, "answer", answer__body=WORDS, answer__attachments=photo)
    held = OutgoingStep.objects.get()
    assert OutgoingFile.objects.get().name == "عکس.png"

    client.post(page_of(case), {"undo": "1"})
    with later():
        tasks.send_held(held_id=held.pk)
        page = shown(client, case)

    assert box(page, "answer-body") == WORDS
    assert case.events.last().kind == "taken_back"
    assert not Message.objects.filter(purpose=Purpose.ANSWER).exists()
    assert not OutgoingFile.objects.exists()
    assert re.search(r'name="answer-kept" value="\d+" checked> <bdi class="said">عکس.png</bdi>', page)


def test_answer_when_taken_back_and_sent_again_then_its_file_goes_along_and_nothing_is_left(
    client: Client, case: Case, settings: Settings, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    photo = SimpleUploadedFile("عکس.png", picture("PNG"), "image/png")
    take_step(client, case, "answer", answer__body=WORDS, answer__attachments=photo)
    client.post(page_of(case), {"undo": "1"})
    services.forget_held(at=timezone.now() + timedelta(hours=7))

    with django_capture_on_commit_callbacks(execute=True):
        take_step(client, case, "answer", answer__body=WORDS, answer__kept=DraftFile.objects.get().pk)
    with later(), django_capture_on_commit_callbacks(execute=True):
        services.send_held(held_id=OutgoingStep.objects.get().pk, at=timezone.now())

    assert Attachment.objects.get().file.read() == picture("PNG")
    assert not DraftFile.objects.exists()
    assert list((tmp_path / "held").iterdir()) == []


def test_answer_when_it_has_gone_out_then_cannot_be_taken_back(client: Client, case: Case) -> None:
    take_step(client, case, "answer", answer__body=WORDS)

    with later():
        page = text_of(client.post(page_of(case), {"undo": "1"}, follow=True))

    assert "پیش از این فرستاده شده بود" in page
    assert Case.objects.get().status == "answered"


def test_answer_when_a_colleague_tries_then_only_the_sender_takes_it_back(client: Client, case: Case) -> None:
    take_step(client, case, "answer", answer__body=WORDS)
    colleague = make_user("cont.second", "CONT")

    page = shown(client_of(colleague), case)

    assert 'name="undo"' not in page
    with pytest.raises(policy.NothingHeld):
        services.take_back(case_id=case.pk, actor=colleague, at=AT)


def test_step_when_another_is_about_to_go_out_then_is_refused_and_words_are_kept(
    client: Client, case: Case
) -> None:
    colleague = make_user("cont.second", "CONT")
    other = client_of(colleague)
    opened = hidden(shown(other, case))
    take_step(client, case, "answer", answer__body=WORDS)

    page = text_of(other.post(page_of(case), {**opened, "ask-body": "کدام مدرک؟", "_ask": "1"}, follow=True))

    assert "در آستانهٔ فرستاده شدن است، پس چیزی فرستاده نشد" in page
    assert Draft.objects.get(author=colleague).words == {"body": "کدام مدرک؟"}
    for step in ("take", "ask"):
        with pytest.raises(policy.StepHeld):
            words = {"body": "کدام؟"} if step == "ask" else {}
            getattr(services, step)(case_id=case.pk, actor=colleague, at=AT, **words)


def test_answer_when_pressed_twice_then_one_is_held(client: Client, case: Case) -> None:
    opened = hidden(shown(client, case))

    responses = [press(client, case, opened, "answer", answer__body=WORDS) for _press in range(2)]

    assert [response["Location"] for response in responses] == [page_of(case)] * 2
    assert OutgoingStep.objects.count() == 1


def test_answer_when_the_citizen_writes_meanwhile_then_his_words_stay_unread(
    client: Client, case: Case
) -> None:
    take_step(client, case, "answer", answer__body=WORDS)
    held = OutgoingStep.objects.get()

    with later(10):
        services.reply(case_id=case.pk, body="یک چیز دیگر هم هست.", at=timezone.now())
    with later():
        services.send_held(held_id=held.pk, at=timezone.now())

    case.refresh_from_db()
    assert (case.status, case.awaits_staff) == ("answered", True)


def test_answer_when_its_sender_may_not_see_the_case_any_more_then_comes_back_to_him(
    client: Client, case: Case, officer: User
) -> None:
    take_step(client, case, "answer", answer__body=WORDS)
    held = OutgoingStep.objects.get()
    Membership.objects.filter(user=officer).update(is_active=False)

    with later():
        services.send_held(held_id=held.pk, at=timezone.now())

    assert Case.objects.get().status == "received"
    assert Draft.objects.get().words["body"] == WORDS
    assert not OutgoingStep.objects.exists()


def test_answer_when_it_has_files_then_they_go_out_with_it(client: Client, case: Case) -> None:
    photo = SimpleUploadedFile("عکس.png", picture("PNG"), "image/png")
    take_step(client, case, "answer", answer__body=WORDS, answer__attachments=photo)

    with later():
        services.send_held(held_id=OutgoingStep.objects.get().pk, at=timezone.now())

    kept = Attachment.objects.get()
    assert (kept.name, kept.content_type, kept.message.purpose) == ("عکس.png", "image/png", "answer")
    assert kept.file.read() == picture("PNG")


def test_file_when_its_answer_waits_longer_than_forms_may_then_it_stays(client: Client, case: Case) -> None:
    photo = SimpleUploadedFile("عکس.png", picture("PNG"), "image/png")
    take_step(client, case, "answer", answer__body=WORDS, answer__attachments=photo)
    kept = OutgoingFile.objects.get().file

    services.forget_held(at=timezone.now() + timedelta(days=30))

    assert kept.storage.exists(str(kept.name))


def test_track_when_the_answer_has_a_file_then_its_citizen_downloads_it_and_nobody_else(
    officer: User, settings: Settings
) -> None:
    receipts = [make_receipt(), make_receipt()]
    photo = SimpleUploadedFile("عکس.png", picture("PNG"), "image/png")
    note = services.note(case_id=receipts[0].case.pk, actor=officer, body="درونی", at=AT)
    services.answer(case_id=receipts[0].case.pk, actor=officer, body=WORDS, files=[photo], at=AT)
    kept = Attachment.objects.get()
    tasks.inspect_file(attachment_id=kept.pk)
    inside = Attachment.objects.create(
        message=note,
        name="x",
        file=kept.file.name,
        content_type="image/png",
        size=1,
        sha256=b"",
        state="ready",
    )

    citizens = [Client(), Client()]
    for citizen, receipt in zip(citizens, receipts, strict=True):
        citizen.post("/track/", {"code": receipt.code})
    address = f"/track/case/file/{kept.pk}/"

    assert address in text_of(citizens[0].get("/track/case/"))
    own = citizens[0].get(address)
    assert own["Content-Disposition"].startswith("attachment")
    assert own["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert citizens[1].get(address)["Location"] == "/track/case/"
    assert citizens[0].get(f"/track/case/file/{inside.pk}/")["Location"] == "/track/case/"
    assert 'name="code"' in text_of(Client().get(address))
