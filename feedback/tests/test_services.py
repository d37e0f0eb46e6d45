"""Services of the conversation on a real database: one transaction, one record, one event each."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from directory.enums import Role
from directory.models import ClosedDay, Membership, Position, Unit, User
from feedback import policy, services
from feedback.enums import EventKind, Kind, Purpose, Status
from feedback.models import Case, CaseEvent, Deadline, Message, Pause
from feedback.policy import RedirectRefused, TransitionRefused
from feedback.selectors import case_by_code
from feedback.services import CaseChanged, CaseNotFound, FormSpent
from feedback.services.intake import MAX_DRAWS
from feedback.tests.factories import AT, make_receipt
from portal.kernel import codes
from portal.outbox.models import Event

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


def submit(token: str = "token-1", **changes: object) -> services.Receipt:
    return make_receipt(token=token, **changes)


def officer(unit: str) -> User:
    return User.objects.get(username=f"{unit.lower()}.officer")


def events(case: Case) -> list[str]:
    return [event.kind for event in case.events.all()]


def test_submit_when_given_a_complaint_then_stores_everything_in_one_go() -> None:
    receipt = submit()

    case = Case.objects.get()
    assert (case.unit.code, case.status, case.number[:5]) == ("CONT", Status.RECEIVED, "1405-")
    assert case_by_code(receipt.code) == case
    assert [m.purpose for m in case.messages.all()] == [Purpose.SUBMISSION]
    assert events(case) == [EventKind.SUBMITTED, EventKind.ROUTED]
    assert case.deadlines.get().due_on == case.due_on
    assert case.decisions.get().reasons
    assert [(e.name, e.payload) for e in Event.objects.all()] == [("case.submitted", {"case_id": case.pk})]


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.MISCONDUCT])
def test_submit_when_it_is_about_a_unit_then_whoever_leaves_it_later_stays_out(kind: Kind) -> None:
    case = submit(kind=kind, about_unit=Unit.objects.get(code="CONT")).case
    mover = officer("CONT")
    Membership.objects.filter(user=mover).update(is_active=False)
    Membership.objects.create(user=mover, unit=case.unit, role=Role.OFFICER)

    assert not Case.objects.visible_to(mover).filter(pk=case.pk).exists()
    assert Case.objects.visible_to(officer(case.unit.code)).filter(pk=case.pk).exists()
    assert not case.recusals.filter(user=officer(case.unit.code)).exists()


def test_submit_when_it_names_a_person_then_he_stays_out_in_his_next_unit() -> None:
    mover = officer("CONT")
    User.objects.filter(pk=mover.pk).update(name_fa="کارشناس نام‌برده")
    case = submit(kind=Kind.MISCONDUCT, about_person="آقای کارشناس نام‌برده").case
    Membership.objects.filter(user=mover).update(is_active=False)
    Membership.objects.create(user=mover, unit=case.unit, role=Role.INSPECTOR)

    assert not Case.objects.visible_to(mover).filter(pk=case.pk).exists()


def test_submit_when_stored_then_neither_code_nor_token_is_in_the_database() -> None:
    receipt = submit(token="a-token-nobody-keeps")

    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM feedback_case c UNION ALL SELECT e::text FROM outbox_event e")
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert receipt.code not in stored
    assert "a-token-nobody-keeps" not in stored


def test_submit_when_sent_again_then_gives_the_same_receipt_and_one_case() -> None:
    first, second = submit(), submit(at=AT + timedelta(hours=1))

    assert (first.code, first.case.pk) == (second.code, second.case.pk)
    assert Case.objects.count() == Event.objects.count() == 1


def test_submit_when_the_token_comes_with_another_text_then_refuses_and_stores_nothing() -> None:
    submit()

    with pytest.raises(FormSpent):
        submit(body="متن دیگری که پس از فرستادن نوشته شد.")
    assert Case.objects.count() == 1


def test_submit_when_the_code_is_taken_then_draws_another() -> None:
    pepper = next(iter(settings.CODE_PEPPERS.values()))
    drawn = [codes.derive("token-2", pepper=pepper, attempt=attempt) for attempt in range(2)]
    older = submit(token="token-1").case
    Case.objects.filter(pk=older.pk).update(code_hash=codes.digest(drawn[0], pepper))

    second = submit(token="token-2")

    assert second.code == drawn[1]
    assert services.receipt_again(token="token-2") == second
    assert Case.objects.count() == Event.objects.count() == 2


def test_submit_when_every_draw_is_taken_then_stores_nothing_and_says_so() -> None:
    pepper = next(iter(settings.CODE_PEPPERS.values()))
    for attempt in range(MAX_DRAWS):
        older = submit(token=f"older-{attempt}").case
        digest = codes.digest(codes.derive("token-2", pepper=pepper, attempt=attempt), pepper)
        Case.objects.filter(pk=older.pk).update(code_hash=digest)

    with pytest.raises(IntegrityError, match="no free tracking code"):
        submit(token="token-2")
    assert Case.objects.count() == MAX_DRAWS


def test_receipt_again_when_the_code_was_replaced_then_is_none() -> None:
    receipt = submit()
    Case.objects.filter(pk=receipt.case.pk).update(code_hash=b"\x01" * 32)

    assert services.receipt_again(token="token-1") is None


def plain(**changes: object) -> Case:
    """Submit a request that no rule knows anything of."""
    return submit(kind=Kind.REQUEST, subject="پرسش", body="پاسخی نیامده است.", **changes).case


def test_submit_when_written_to_a_unit_of_several_services_then_it_arrives_there_and_the_reason_is_kept() -> (
    None
):
    case = plain(addressed_unit="CONT")

    case.refresh_from_db()
    decision = case.decisions.get()
    assert (case.addressed_unit and case.addressed_unit.code, case.unit.code) == ("CONT", "CONT")
    assert (decision.stage, decision.points) == ("addressed", {"CONT": 4})
    assert [reason["where"] for reason in decision.reasons] == ["addressed"]


def test_submit_when_the_text_plainly_concerns_another_unit_then_that_one_gets_it() -> None:
    case = submit(kind=Kind.REQUEST, addressed_unit="STAT").case

    assert (case.addressed_unit and case.addressed_unit.code, case.unit.code) == ("STAT", "CONT")


@pytest.mark.parametrize("code", ["NONSENSE", "IT", "", "\x00"])
def test_submit_when_the_unit_written_to_is_unknown_or_not_active_then_it_counts_as_none(code: str) -> None:
    Unit.objects.filter(code="IT").update(is_active=False)

    case = plain(addressed_unit=code)

    assert (case.addressed_unit, case.unit.code) == (None, "DESK")


def test_submit_when_the_unit_written_to_is_complained_of_then_it_does_not_get_the_case() -> None:
    about = Unit.objects.get(code="CONT")

    case = submit(addressed_unit="CONT", about_unit=about, subject="پرسش", body="پاسخی نیامده است.").case

    assert case.unit.code != "CONT"


def test_unit_written_to_when_changed_then_the_database_refuses() -> None:
    case = plain(addressed_unit="CONT")

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(addressed_unit=None)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(addressed_unit=Unit.objects.get(code="BUD"))


def test_submit_when_a_unit_is_complained_of_then_it_and_those_below_are_kept_out() -> None:
    tech = Unit.objects.get(code="TECH")

    case = submit(about_unit=tech).case

    assert {one.unit.code for one in case.exclusions.all()} == {"TECH", "CONT", "PROJ"}
    assert case.unit.code not in {"TECH", "CONT", "PROJ"}


def test_submit_when_a_person_is_named_then_his_unit_is_kept_out() -> None:
    Position.objects.filter(unit__code="CONT").update(holder_fa="مدیر نمونه ۸")

    case = submit(about_person="از مدير نمونه 8 شکایت دارم").case

    assert "CONT" in {one.unit.code for one in case.exclusions.all()}
    assert case.unit.code != "CONT"


def test_submit_when_it_is_thanks_then_the_unit_named_is_not_kept_out() -> None:
    case = submit(kind=Kind.PRAISE, about_unit=Unit.objects.get(code="CONT")).case

    assert case.exclusions.count() == 0


def test_submit_when_it_is_misconduct_then_only_the_inspection_sees_it() -> None:
    case = submit(kind=Kind.MISCONDUCT).case
    everybody = User.objects.filter(is_active=True)

    seers = {user.username for user in everybody if Case.objects.visible_to(user).filter(pk=case.pk).exists()}

    assert case.is_confidential
    assert seers == {"insp.officer", "insp.head", "inspector"}


def test_visible_to_when_a_unit_is_excluded_then_nobody_of_it_sees_the_case_whatever_else_he_is() -> None:
    case = submit(about_unit=Unit.objects.get(code="CONT")).case
    accused = officer("CONT")
    Membership.objects.create(user=accused, unit=case.unit, role="officer")
    User.objects.filter(pk=accused.pk).update(is_superuser=True)

    assert not Case.objects.visible_to(User.objects.get(pk=accused.pk)).filter(pk=case.pk).exists()


def test_visible_to_when_a_head_looks_then_sees_the_units_below_and_no_others() -> None:
    case = submit().case

    assert Case.objects.visible_to(User.objects.get(username="tech.head")).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(User.objects.get(username="bud.head")).exists()
    assert not Case.objects.visible_to(User.objects.get(username="manager")).exists()


def test_assign_when_two_officers_then_the_one_with_fewer_open_cases_gets_it() -> None:
    second = User.objects.create_user("cont.second", is_staff=True)
    Membership.objects.create(user=second, unit=Unit.objects.get(code="CONT"), role="officer")
    made = [submit(token=f"t{n}").case for n in range(4)]

    holders = [services.assign(case_id=case.pk, at=AT) for case in made]

    assert [holders.count(pk) for pk in (officer("CONT").pk, second.pk)] == [2, 2]


def test_assign_when_done_twice_then_changes_nothing() -> None:
    case = submit().case

    first, second = services.assign(case_id=case.pk, at=AT), services.assign(case_id=case.pk, at=AT)

    assert first == second
    assert events(case).count(EventKind.ASSIGNED) == 1


def test_answer_when_the_officer_answers_then_the_case_is_answered_and_told() -> None:
    case = submit().case

    message = services.answer(case_id=case.pk, actor=officer("CONT"), body="سلام. حق با شماست.", at=AT)

    case.refresh_from_db()
    assert (case.status, case.answered_at, case.awaits_staff) == (Status.ANSWERED, AT, False)
    assert Event.objects.filter(
        name="case.answered",
        payload={
            "case_id": case.pk,
            "message_id": message.pk,
            "unit_id": case.unit_id,
            "service_id": 0,
            "is_confidential": False,
        },
    ).exists()


def test_answer_when_given_then_the_case_keeps_what_it_took_whatever_becomes_of_the_calendar() -> None:
    case = submit().case
    late = case.received_at + timedelta(days=40)

    services.answer(
        case_id=case.pk, actor=officer("CONT"), body="پاسخ", at=case.received_at + timedelta(days=7)
    )
    case.refresh_from_db()
    assert (case.answered_in, case.answered_late) == (4, False)
    ClosedDay.objects.create(day=AT.date() + timedelta(days=1), title_fa="سیل")
    assert services.tell_times(size=10) == 0

    reviewed = submit("token-2").case
    services.answer(case_id=reviewed.pk, actor=officer("CONT"), body="پاسخ", at=late)
    reviewed.refresh_from_db()
    assert reviewed.answered_late


def test_tell_times_when_answers_are_of_an_earlier_release_then_each_is_told_once() -> None:
    cases = [submit(f"token-{number}").case for number in range(3)]
    for number, case in enumerate(cases[:2]):
        gone = case.received_at + timedelta(days=7 + 40 * number)
        Case.objects.filter(pk=case.pk).update(status=Status.ANSWERED, answered_at=gone)

    assert [services.tell_times(size=1) for _turn in range(3)] == [1, 1, 0]

    told = Case.objects.order_by("pk").values_list("answered_in", "answered_late")
    assert [took for took, _is_late in told] == [4, 31, None]
    assert [is_late for _took, is_late in told] == [False, True, None]


def test_answer_when_half_of_what_it_took_is_kept_then_the_database_refuses() -> None:
    case = submit().case

    with pytest.raises(IntegrityError, match="case_answer_says_what_it_took"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(answered_in=3)


def test_answer_when_a_stranger_tries_then_the_case_does_not_exist_for_him() -> None:
    case = submit().case

    with pytest.raises(CaseNotFound):
        services.answer(case_id=case.pk, actor=officer("BUD"), body="سلام", at=AT)
    assert case.messages.count() == 1


def test_answer_when_the_page_is_stale_then_refuses_and_stores_nothing() -> None:
    case = submit().case
    services.take(case_id=case.pk, actor=officer("CONT"), at=AT)

    with pytest.raises(CaseChanged):
        services.answer(case_id=case.pk, actor=officer("CONT"), body="سلام", at=AT, version=1)
    assert case.messages.count() == 1


def test_ask_and_reply_when_days_pass_then_the_deadline_moves_by_the_days_waited() -> None:
    case = submit().case
    before = case.due_on

    services.ask(case_id=case.pk, actor=officer("CONT"), body="شمارهٔ پرونده؟", at=AT)
    services.reply(case_id=case.pk, body="۱۴۰۴/۲۲۷۱", at=AT + timedelta(days=7))

    case.refresh_from_db()
    assert case.status == Status.IN_PROGRESS
    assert case.due_on > before
    assert [one.due_on for one in Deadline.objects.filter(case=case)] == [before, case.due_on]
    assert Pause.objects.get().ended_at is not None


def test_reply_when_sent_twice_then_is_stored_once() -> None:
    case = submit().case

    first = services.reply(case_id=case.pk, body="یک نکتهٔ دیگر", at=AT)
    second = services.reply(case_id=case.pk, body="یک نکتهٔ دیگر", at=AT + timedelta(seconds=2))

    assert first == second


def test_reply_when_written_as_often_as_only_a_program_does_then_is_refused_for_a_day() -> None:
    case = submit().case
    for number in range(policy.WRITINGS_A_DAY):
        services.reply(case_id=case.pk, body=f"نکتهٔ {number}", at=AT)

    with pytest.raises(policy.ReplyRefused):
        services.reply(case_id=case.pk, body="یکی دیگر", at=AT + timedelta(hours=23))
    assert case.messages.count() == policy.WRITINGS_A_DAY + 1
    assert services.reply(case_id=case.pk, body="یکی دیگر", at=AT + timedelta(days=1)).pk


def test_redirect_when_given_a_reason_then_moves_keeps_the_reason_and_tells() -> None:
    case = submit().case

    services.redirect(
        case_id=case.pk,
        actor=officer("CONT"),
        unit=Unit.objects.get(code="EDU"),
        reason="دورهٔ آموزشی است",
        at=AT,
    )

    case.refresh_from_db()
    assert (case.unit.code, case.status, case.assigned_to) == ("EDU", Status.RECEIVED, None)
    assert case.decisions.last().override_reason == "دورهٔ آموزشی است"
    assert not Case.objects.visible_to(officer("CONT")).exists()


@pytest.mark.parametrize(("unit", "why"), [("CONT", "same"), ("ADM", "inactive"), ("BUD", "excluded")])
def test_redirect_when_the_unit_may_not_have_it_then_refuses(unit: str, why: str) -> None:
    Unit.objects.filter(code="ADM").update(is_active=False)
    case = submit(about_unit=Unit.objects.get(code="BUD")).case
    head = User.objects.get(username="admin")

    with pytest.raises(RedirectRefused, match=why):
        services.redirect(case_id=case.pk, actor=head, unit=Unit.objects.get(code=unit), reason="دلیل", at=AT)


def test_redirect_when_the_case_is_confidential_then_never_leaves_the_inspection_lane() -> None:
    case = submit(kind=Kind.MISCONDUCT).case

    with pytest.raises(RedirectRefused, match="confidential"):
        services.redirect(
            case_id=case.pk, actor=officer("INSP"), unit=Unit.objects.get(code="CONT"), reason="دلیل", at=AT
        )


def test_redirect_when_answered_then_refuses() -> None:
    case = submit().case
    services.answer(case_id=case.pk, actor=officer("CONT"), body="سلام", at=AT)

    with pytest.raises(TransitionRefused):
        services.redirect(
            case_id=case.pk, actor=officer("CONT"), unit=Unit.objects.get(code="EDU"), reason="دلیل", at=AT
        )


@pytest.mark.parametrize("table", ["message", "caseevent", "routingdecision", "deadline", "caseexclusion"])
@pytest.mark.parametrize("change", ["UPDATE feedback_{} SET case_id = case_id", "DELETE FROM feedback_{}"])
def test_record_when_changed_by_sql_then_the_database_refuses(table: str, change: str) -> None:
    submit(about_unit=Unit.objects.get(code="BUD"))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))


@pytest.mark.parametrize("table", ["message", "caseevent", "routingdecision", "deadline"])
def test_record_when_truncated_then_the_database_refuses(table: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.truncate = 'on'")
        cursor.execute(f"TRUNCATE feedback_{table} CASCADE")


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM feedback_case",
        "UPDATE feedback_case SET subject = 'x'",
        "UPDATE feedback_case SET number = '1405-999999-0'",
    ],
)
def test_case_when_its_identity_is_changed_by_sql_then_the_database_refuses(change: str) -> None:
    submit()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_wrong_codes_when_counted_then_add_up_for_the_neighbourhood_and_for_all() -> None:
    for place in (7, 7, 9):
        services.count_wrong_code(neighbourhood=place, at=AT)

    counts = dict(services.guard.WrongCodes.objects.values_list("neighbourhood", "count"))
    assert counts == {7: 2, 9: 1, -1: 3}


def test_spend_question_when_used_again_then_is_refused() -> None:
    assert services.spend_question(nonce="n1")
    assert not services.spend_question(nonce="n1")


def test_case_by_code_when_the_pepper_was_rotated_then_still_opens(settings: object) -> None:
    receipt = submit()
    settings.CODE_PEPPERS = {2: b"a-new-pepper-of-32-characters-xx", **settings.CODE_PEPPERS}

    assert case_by_code(receipt.code) == receipt.case
    assert codes.read(receipt.code) == receipt.code
    assert Message.objects.count() == CaseEvent.objects.count() - 1
