"""Erasing what is past its time: which cases, what is left of them, and why nothing else gets past the triggers."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from directory.enums import Role
from directory.models import User
from feedback import policy, services, tasks
from feedback.enums import Kind, Score
from feedback.models import Attachment, Case, CaseEvent, Erasure, LegalHold, Message, RetentionRule
from feedback.selectors import case_by_code
from feedback.tests.factories import AT, make_receipt, make_user
from feedback.tests.pages import text_of
from portal.tests.sounds import mp3

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

CANARY = "قناریزرد"
YEARS = timedelta(days=366 * 6)


@pytest.fixture
def officer() -> User:
    return make_user("officer", "CONT")


def settled(officer: User, *, at: Any = AT, **changes: Any) -> services.Receipt:
    """Return a case with a canary in everything that can be written, answered and rated."""
    words = {"subject": f"رتبه‌بندی {CANARY}", "body": f"مدارک رتبه‌بندی {CANARY}", "about_person": CANARY}
    sender = {
        "full_name": CANARY, "phone": "+989160000777", "email": "ghanari@example.ir", "organization": CANARY,
        "letter_number": CANARY, "place": CANARY,
    }  # fmt: skip
    files = {"voice": SimpleUploadedFile(f"{CANARY}.mp3", mp3(), "audio/mpeg")}
    receipt = make_receipt(at=at, **{**words, **sender, **files, **changes})
    case = receipt.case
    tasks.acknowledge(case_id=case.pk)
    services.learn_words(case_ids=[case.pk])
    services.note(case_id=case.pk, actor=officer, body=CANARY, at=at)
    message = services.answer(case_id=case.pk, actor=officer, body=CANARY, at=at)
    services.rate(case_id=case.pk, answer_id=message.pk, score=Score.SATISFIED, words=CANARY, at=at)
    return receipt


def erase(at: Any = AT + YEARS) -> list[Erasure]:
    return list(services.erase_expired(at=at))


def everything() -> Iterator[str]:
    """Yield every row of every table as a text."""
    for model in apps.get_models():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{model._meta.db_table}" AS t')
            yield from (row[0] for row in cursor.fetchall())


# --- What is left -------------------------------------------------------------------------------------------------


def test_erasing_when_the_time_is_over_then_no_word_no_address_and_no_file_is_left_anywhere(
    officer: User, django_capture_on_commit_callbacks: Any
) -> None:
    receipt = settled(officer)
    name = str(Attachment.objects.get().file.name)
    assert any(CANARY in row for row in everything())

    with django_capture_on_commit_callbacks(execute=True):
        (erasure,) = erase()

    assert not [row for row in everything() if CANARY in row or "9160000777" in row or "ghanari" in row]
    assert not default_storage.exists(name)
    assert (erasure.months, erasure.texts, erasure.files) == (60, 3, 1)
    assert case_by_code(receipt.code) is None


def test_erasing_when_done_then_numbers_and_dates_stay(officer: User) -> None:
    case = settled(officer).case
    before = Case.objects.get(pk=case.pk)
    kept = ("number", "kind", "status", "channel", "unit_id", "received_at", "due_on", "answered_at")
    events = list(CaseEvent.objects.values_list("kind", "at"))

    erase()

    after = Case.objects.get(pk=case.pk)
    assert [getattr(after, field) for field in kept] == [getattr(before, field) for field in kept]
    assert (after.subject, after.erased_at) == ("—", AT + YEARS)
    assert list(CaseEvent.objects.values_list("kind", "at")) == [*events, ("erased", AT + YEARS)]
    assert after.ratings.get().score == Score.SATISFIED
    assert after.deadlines.count() == 1


def test_case_page_when_the_case_is_erased_then_it_says_so(officer: User) -> None:
    case = settled(officer).case
    erase()
    client = Client()
    client.force_login(officer)

    page = text_of(client.get(f"/admin/feedback/case/{case.pk}/change/"))

    assert "متن‌ها، نام‌ها و فایل‌های این پرونده" in page
    assert CANARY not in page


# --- Which cases --------------------------------------------------------------------------------------------------


def test_erasing_when_something_happened_lately_then_the_case_stays(officer: User) -> None:
    case = settled(officer).case
    services.note(case_id=case.pk, actor=officer, body="یادداشت", at=AT + timedelta(days=400))

    assert erase(AT + timedelta(days=365 * 5 + 60)) == []
    assert len(erase(AT + timedelta(days=365 * 5 + 460))) == 1


def test_erasing_when_a_case_is_open_or_its_citizen_wrote_last_then_it_stays(officer: User) -> None:
    make_receipt()
    waiting = settled(officer).case
    services.reply(case_id=waiting.pk, body="هنوز حل نشده است.", at=AT)

    assert erase() == []


def test_erasing_when_a_case_is_kept_longer_then_it_stays_until_the_hold_is_lifted(officer: User) -> None:
    case = settled(officer).case
    services.keep_longer(case_id=case.pk, actor=officer, reason="پروندهٔ قضایی", at=AT)

    held = [row.held for row in services.expired(at=AT + YEARS) if row.rule.kind == Kind.COMPLAINT]
    kept = erase()
    services.release(case_id=case.pk, actor=officer, at=AT)

    assert (held, kept) == ([1], [])
    assert len(erase()) == 1
    assert LegalHold.objects.get().reason == "—"


@pytest.mark.parametrize(("months", "erased"), [(1, 1), (600, 0)])
def test_erasing_when_the_time_of_a_kind_is_changed_then_it_counts(
    officer: User, months: int, erased: int
) -> None:
    settled(officer)
    RetentionRule.objects.filter(kind=Kind.COMPLAINT).update(months=months)

    assert len(erase(AT + timedelta(days=40))) == erased


def test_command_when_run_then_it_shows_first_and_erases_only_when_told(officer: User) -> None:
    now = timezone.now()
    settled(officer, at=now - YEARS)
    shown, done = StringIO(), StringIO()

    call_command("erase_expired", stdout=shown)
    left = Message.objects.filter(body__contains=CANARY).count()
    call_command("erase_expired", "--apply", stdout=done)

    assert "complaint, 60 months: 1 cases, the oldest of " in shown.getvalue()
    assert left == 3
    assert "1 cases erased, with 3 texts and 1 files" in done.getvalue()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 5, 20), 60, date(2021, 5, 20)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_months_before_when_counted_then_the_month_has_the_day(
    day: date, months: int, expected: date
) -> None:
    assert policy.months_before(day, months) == expected


# --- The narrow way past the triggers -----------------------------------------------------------------------------

ON = "SET LOCAL portal.erasing = 'on'"
CLAIM = (
    "INSERT INTO feedback_erasure (case_id, erased_at, months, texts, files, transaction)"
    " SELECT id, now(), 1, 0, 0, {} FROM feedback_case WHERE number = '{}'"
)


def run(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE feedback_message SET body = '—'",
        "UPDATE feedback_caseevent SET reason = '—'",
        "UPDATE feedback_routingdecision SET reasons = '[]'",
        "DELETE FROM feedback_message",
        "UPDATE feedback_case SET subject = '—'",
        "DELETE FROM feedback_case",
    ],
)
def test_record_when_the_switch_is_on_without_a_recorded_erasure_then_nothing_changes(
    officer: User, change: str
) -> None:
    settled(officer)

    with pytest.raises(IntegrityError):
        run(ON, change)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE feedback_message SET body = 'چیز دیگری'",
        "UPDATE feedback_message SET sent_at = now()",
        "UPDATE feedback_message SET body = '—', author_id = NULL",
        "UPDATE feedback_caseevent SET kind = 'noted'",
        "UPDATE feedback_deadline SET due_on = due_on + 1",
        "UPDATE feedback_case SET subject = 'چیز دیگری'",
        "UPDATE feedback_case SET number = '1405-999999-0'",
        "DELETE FROM feedback_caseevent",
        "DELETE FROM feedback_case",
        "UPDATE feedback_erasure SET months = 2",
        "DELETE FROM feedback_erasure",
    ],
)
def test_record_when_an_erasure_is_recorded_then_texts_may_become_empty_and_nothing_else(
    officer: User, change: str
) -> None:
    number = settled(officer).case.number

    with pytest.raises(IntegrityError):
        run(ON, CLAIM.format(0, number), change)


def test_record_when_the_erasure_of_one_case_is_recorded_then_other_cases_stay(officer: User) -> None:
    one, other = settled(officer).case, settled(officer).case

    with pytest.raises(IntegrityError):
        run(
            ON,
            CLAIM.format(0, one.number),
            f"UPDATE feedback_message SET body = '—' WHERE case_id = {other.pk}",
        )


@pytest.mark.parametrize("claimed", ["0", "txid_current() + 1"])
def test_erasure_when_it_claims_another_transaction_then_the_database_writes_its_own(claimed: str) -> None:
    """Thus an erasure that is over, or still to come, opens nothing."""
    run(CLAIM.format(claimed, make_receipt().case.number))

    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction = txid_current() FROM feedback_erasure")
        assert cursor.fetchall() == [(True,)]


def test_record_when_everything_is_as_always_then_no_change_passes(officer: User) -> None:
    settled(officer)
    erase()

    with pytest.raises(IntegrityError):
        run("UPDATE feedback_message SET body = 'چیز دیگری'")
    with pytest.raises(IntegrityError):
        run("UPDATE feedback_case SET subject = 'چیز دیگری'")


# --- Cases that are kept longer -----------------------------------------------------------------------------------


def test_hold_when_set_and_lifted_on_its_page_then_the_record_says_who_and_why() -> None:
    head = make_user("head", "CONT", Role.HEAD)
    client = Client()
    client.force_login(head)
    case = make_receipt().case
    page = f"/admin/feedback/case/{case.pk}/hold/"

    empty = text_of(client.post(page, {"reason": ""}))
    client.post(page, {"reason": "پروندهٔ قضایی"})
    client.post(page, {"_release": "1"})

    assert "بنویسید" in empty
    hold = LegalHold.objects.get()
    assert (hold.set_by, hold.lifted_by, hold.reason) == (head, head, "پروندهٔ قضایی")
    events = CaseEvent.objects.filter(kind__in=["kept", "released"]).values_list("kind", "actor", "reason")
    assert list(events) == [("kept", head.pk, "پروندهٔ قضایی"), ("released", head.pk, "")]


@pytest.mark.parametrize(("role", "status"), [(Role.OFFICER, 403), (Role.CLERK, 403), (Role.HEAD, 200)])
def test_hold_when_opened_by_a_role_then_heads_and_inspectors_decide(role: Role, status: int) -> None:
    client = Client()
    client.force_login(make_user("somebody", "CONT", role))

    assert client.get(f"/admin/feedback/case/{make_receipt().case.pk}/hold/").status_code == status


@pytest.mark.parametrize(("role", "status"), [(Role.ADMINISTRATOR, 200), (Role.OFFICER, 403)])
def test_preview_when_opened_then_administrators_see_figures_and_no_case(
    officer: User, role: Role, status: int
) -> None:
    case = settled(officer, at=timezone.now() - YEARS).case
    client = Client()
    client.force_login(make_user("somebody", "IT", role))

    response = client.get("/admin/feedback/retentionrule/preview/")

    assert response.status_code == status
    assert case.number not in text_of(response)
    assert ("manage.py erase_expired --apply" in text_of(response)) == (status == 200)
