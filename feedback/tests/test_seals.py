"""Seals over the record: what was changed behind the triggers is found, and an erasure breaks nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from feedback import services
from feedback.enums import FileState
from feedback.models import Attachment, Case, Message, RecordSeal
from feedback.tests.factories import AT, make_case, make_user
from portal.tests.sounds import mp3

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

HOUR = timedelta(hours=1)


@pytest.fixture
def case() -> Case:
    """Give a case that was answered, sealed in two goes with another one after it."""
    made = make_case(voice=SimpleUploadedFile("v.mp3", mp3(), "audio/mpeg"))
    services.answer(case_id=made.pk, actor=make_user("officer", "CONT"), body="پاسخ", at=AT)
    services.seal_records(at=AT)
    services.seal_records(at=AT + HOUR)
    make_case()
    services.seal_records(at=AT + 2 * HOUR)
    services.seal_records(at=AT + 3 * HOUR)
    return made


@contextmanager
def unguarded() -> Iterator[Any]:
    """Do what only the owner of the tables can: change rows with the triggers switched off, then on again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = origin")


def faults() -> list[str]:
    return list(services.faults_of_record())


def test_seals_when_nothing_was_touched_then_the_record_is_whole(case: Case) -> None:
    done = StringIO()
    call_command("verify_records", stdout=done)

    assert faults() == []
    assert "the record is whole" in done.getvalue()
    assert (
        f"newest seal of message: {bytes(RecordSeal.objects.filter(table='message').last().seal).hex()}"
        in (done.getvalue())
    )
    assert sum(RecordSeal.objects.filter(table="message").values_list("rows", flat=True)) == 3


def test_seals_when_nothing_is_new_then_none_is_added(case: Case) -> None:
    before = RecordSeal.objects.count()

    assert services.seal_records(at=AT + 9 * HOUR) == 0
    assert RecordSeal.objects.count() == before


def test_seals_when_rows_are_fresh_then_they_wait_for_the_next_time(case: Case) -> None:
    make_case()

    assert services.seal_records(at=AT + 4 * HOUR) == 0
    assert services.seal_records(at=AT + 5 * HOUR) == 3


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE feedback_message SET body = 'x' WHERE id = {}", "a row was changed, or the seal"),
        (
            "UPDATE feedback_message SET sent_at = sent_at - interval '1 day' WHERE id = {}",
            "a row was changed",
        ),
        ("UPDATE feedback_message SET unit_id = NULL WHERE id = {}", "a row was changed"),
        ("DELETE FROM feedback_message WHERE id = {}", "rows and are"),
        ("UPDATE feedback_recordseal SET seal = sha256('x') WHERE \"table\" = 'message'", "or the seal"),
        ("DELETE FROM feedback_recordseal WHERE rows > 0 AND \"table\" = 'message'", "a seal is missing"),
    ],
)
def test_seals_when_the_record_was_changed_behind_the_triggers_then_it_is_found(
    case: Case, change: str, fault: str
) -> None:
    answer = Message.objects.get(case=case, purpose="answer")
    with unguarded() as cursor:
        cursor.execute(change.format(answer.pk))

    assert [line for line in faults() if line.startswith("message") and fault in line]
    with pytest.raises(CommandError):
        call_command("verify_records", stdout=StringIO())


def test_seals_when_a_case_was_erased_then_the_record_is_still_whole(
    case: Case, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        erased = list(services.erase_expired(at=AT + timedelta(days=366 * 6)))

    assert [erasure.case for erasure in erased] == [case]
    assert faults() == []


def test_seals_when_a_text_is_emptied_without_an_erasure_then_it_is_found(case: Case) -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE feedback_message SET body = '—'")

    assert len(faults()) == 2


def test_guards_when_a_trigger_is_off_then_it_is_named() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE feedback_deadline DISABLE TRIGGER deadline_rows_stay")
        found = faults()
        cursor.execute("ALTER TABLE feedback_deadline ENABLE TRIGGER deadline_rows_stay")

    assert found == ["trigger deadline_rows_stay is missing or switched off"]


def test_files_when_one_is_changed_or_missing_then_it_is_found(case: Case) -> None:
    attachment = Attachment.objects.get()
    name = str(attachment.file.name)
    with default_storage.open(name, "ab") as file:
        file.write(b"x")
    changed = faults()
    default_storage.delete(name)
    missing = faults()
    Attachment.objects.update(state=FileState.ERASED)

    assert (changed, missing) == (
        [f"file {attachment.pk}: it was changed"],
        [f"file {attachment.pk}: it is missing"],
    )
    assert faults() == []


# --- Two roles ----------------------------------------------------------------------------------------------------


def test_two_roles_when_the_portal_connects_as_the_lesser_one_then_it_works_and_cannot_touch_the_record() -> (
    None
):
    """Run in the role that README tells production to use, switched to inside this transaction."""
    rights = StringIO()
    call_command("two_roles", "portal_lesser", stdout=rights)
    officer = make_user("officer", "CONT")
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE portal_lesser")
        cursor.execute(rights.getvalue())
        cursor.execute("SET LOCAL ROLE portal_lesser")

        case = make_case()
        services.answer(case_id=case.pk, actor=officer, body="پاسخ", at=AT)

        for change in (
            "UPDATE feedback_message SET body = '—'",
            "DELETE FROM feedback_caseevent",
            "UPDATE feedback_deadline SET due_on = due_on",
            "DELETE FROM feedback_case",
            "UPDATE feedback_recordseal SET seal = sha256('x')",
            "ALTER TABLE feedback_message DISABLE TRIGGER message_rows_stay",
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(f"SET LOCAL portal.erasing = 'on'; {change}")


@pytest.mark.parametrize("role", ["x; DROP TABLE y", "", "Portal", "a b"])
def test_two_roles_when_the_name_is_odd_then_it_is_refused(role: str) -> None:
    with pytest.raises(CommandError):
        call_command("two_roles", role, stdout=StringIO())
