"""Promises as rows, extensions, counting anew, and how a last day explains itself."""

import re
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from directory.enums import DayWork, Role
from directory.models import ClosedDay, Service, Unit, User, WeekdayRule
from directory.selectors import working_calendar
from feedback import policy, services
from feedback.enums import EventKind, Kind, Status
from feedback.models import Case, CaseEvent, Deadline, Extension, Notice, PromisedTime
from feedback.policy import ExtensionRefused, TransitionRefused
from feedback.selectors import counting, promise_for, reference, response_times
from feedback.tasks import notify_extended, recount
from feedback.tests.factories import AT, make_case, make_receipt, make_user
from feedback.tests.pages import text_of
from feedback.views.reasons import how_counted
from portal.kernel import jalali, workdays
from portal.kernel.workdays import Calendar
from portal.outbox.models import Event

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

REASON = "استعلام از استان همجوار طول کشیده است."


def officer() -> User:
    return make_user("cont.officer", "CONT")


def extend(case: Case, actor: User, days: int = 5, at: datetime = AT) -> Deadline:
    return services.extend(case_id=case.pk, actor=actor, days=days, reason=REASON, at=at)


# --- Promises -----------------------------------------------------------------------------------------------------


def test_promise_when_a_service_has_its_own_then_it_comes_before_that_of_the_kind() -> None:
    services.load_deadline_rules()
    first, other = Service.objects.all()[:2]
    PromisedTime.objects.create(kind=Kind.REQUEST, service=first, answer_days=20)
    PromisedTime.objects.filter(kind=Kind.REQUEST, service=None).update(answer_days=7)

    found = [promise_for(Kind.REQUEST, service, reference()).code for service in (first, other, None)]

    assert found == [f"request-{first.code}-20", "request-7", "request-7"]
    assert dict(response_times())[str(Kind.REQUEST.label)] == 7


def test_promise_when_changed_then_new_messages_get_it_and_old_ones_keep_theirs() -> None:
    services.load_deadline_rules()
    before = make_case()
    PromisedTime.objects.filter(kind=Kind.COMPLAINT).update(answer_days=4)

    after = make_case()

    assert [case.deadlines.get().days for case in (before, after)] == [15, 4]
    assert after.due_on < before.due_on
    assert after.deadlines.get().calendar == working_calendar().fingerprint


def test_promise_when_the_tables_are_filled_twice_then_nothing_is_added() -> None:
    services.load_deadline_rules()

    assert services.load_deadline_rules() == 0


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "praise", "answer_days": 61},
        {"kind": "praise", "answer_days": 2, "first_action_days": 3},
        {"kind": "odd", "answer_days": 5},
        {"kind": "praise", "answer_days": 5, "is_active": False},
    ],
)
def test_promise_when_it_cannot_be_kept_then_the_database_refuses(values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PromisedTime.objects.create(**values)


def test_submit_when_the_calendar_has_no_working_day_then_the_message_is_kept_and_due_at_the_ceiling() -> (
    None
):
    for weekday in range(7):
        WeekdayRule.objects.update_or_create(
            weekday=weekday, defaults={"work": DayWork.NONE, "valid_from": date(2020, 1, 1)}
        )

    case = make_case()

    assert case.due_on == jalali.local(AT).date() + timedelta(days=policy.CEILING_DAYS)
    assert case.unit.code == "CONT"


# --- Extensions ---------------------------------------------------------------------------------------------------


def test_extend_when_given_a_reason_then_moves_the_day_keeps_the_row_and_tells() -> None:
    case, actor = make_case(email="a@example.ir", phone="+989160000001"), officer()
    before = case.due_on

    deadline = extend(case, actor)

    case.refresh_from_db()
    assert case.due_on == deadline.due_on == workdays.due(before, 5, working_calendar())
    assert (deadline.reason, deadline.days, deadline.policy) == ("extension", 20, "complaint-15")
    assert [(one.number, one.days, one.reason) for one in case.extensions.all()] == [(1, 5, REASON)]
    assert case.events.last().kind == EventKind.EXTENDED
    payload = Event.objects.get(name="case.extended").payload
    notify_extended(**payload)
    notify_extended(**payload)
    assert sorted(Notice.objects.values_list("topic", "channel")) == [
        ("extended", "email"),
        ("extended", "sms"),
    ]


def test_extend_when_twice_then_each_is_told_and_a_third_is_refused() -> None:
    case, actor = make_case(email="a@example.ir"), officer()
    for _time in range(2):
        extend(case, actor, 3)
    for event in Event.objects.filter(name="case.extended"):
        notify_extended(**event.payload)

    with pytest.raises(ExtensionRefused, match="twice"):
        extend(case, actor, 3)

    assert Notice.objects.count() == 2
    assert case.extensions.count() == 2


@pytest.mark.parametrize(("days", "later", "why"), [(60, 0, "ceiling"), (3, 40, "late")])
def test_extend_when_too_long_or_too_late_then_refuses_and_changes_nothing(
    days: int, later: int, why: str
) -> None:
    case, actor = make_case(), officer()

    with pytest.raises(ExtensionRefused, match=why):
        extend(case, actor, days, AT + timedelta(days=later))

    assert not Extension.objects.exists()
    assert Case.objects.get().due_on == case.due_on


def test_extend_when_answered_or_waiting_then_refuses() -> None:
    case, actor = make_case(), officer()
    services.ask(case_id=case.pk, actor=actor, body="کدام سال؟", at=AT)

    with pytest.raises(TransitionRefused):
        extend(case, actor)


@pytest.mark.parametrize(
    "values", [{"number": 3}, {"number": 1}, {"number": 2, "reason": ""}, {"number": 2, "days": 0}]
)
def test_extension_when_written_past_the_service_then_the_database_refuses(values: dict[str, object]) -> None:
    case, actor = make_case(), officer()
    extend(case, actor)

    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(
            **{"case": case, "days": 3, "reason": REASON, "decided_by": actor, "decided_at": AT, **values}
        )


def test_extension_when_changed_then_the_database_refuses() -> None:
    case, actor = make_case(), officer()
    extend(case, actor)

    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.update(reason="دلیل دیگر")


def test_deadline_when_past_three_months_then_the_database_refuses() -> None:
    case = make_case()

    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.create(
            case=case,
            policy="x",
            days=90,
            registered_on=date(2026, 5, 20),
            due_on=date(2026, 8, 19),
            set_at=AT,
        )


def test_extended_when_asked_then_pure() -> None:
    due = policy.extended(
        date(2026, 6, 13), date(2026, 5, 20), 5, given=1, today=date(2026, 6, 13), calendar=Calendar()
    )

    assert due == date(2026, 6, 18)


def test_page_of_a_case_when_extended_by_its_officer_then_the_citizen_reads_day_and_reason() -> None:
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        receipt = make_receipt()
        staff, citizen = Client(), Client()
        staff.force_login(officer())
        page = f"/admin/feedback/case/{receipt.case.pk}/change/"
        seen = receipt.case.events.latest("pk").pk
        answer = staff.post(
            page,
            {"_extend": "1", "extend-days": "۵", "extend-reason": REASON, "version": "1", "seen": str(seen)},
        )
        assert answer.status_code == 302
        again = staff.post(
            page,
            {"_extend": "1", "extend-days": "۵", "extend-reason": REASON, "version": "1", "seen": str(seen)},
        )
        assert again.status_code == 302
        too_much = text_of(
            staff.post(
                page,
                {
                    "_extend": "1",
                    "extend-days": "۵۰",
                    "extend-reason": REASON + "!",
                    "version": "2",
                    "seen": "0",
                },
            )
        )
        citizen.post("/track/", {"code": receipt.code})
        shown = text_of(citizen.get("/track/case/"))

    case = Case.objects.get()
    assert case.extensions.count() == 1
    assert "سه ماه پس از رسیدن پیام می‌شود" in too_much
    assert REASON + "!" in too_much
    assert REASON in shown
    assert f"مهلت پاسخ اکنون {jalali.long(case.due_on)} است" in shown
    assert "۵ روز کاری به دلیلی که بالاتر نوشته‌ایم افزوده شد" in shown
    assert f'data-due="{case.due_on.isoformat()}"' in shown


# --- Counting anew ------------------------------------------------------------------------------------------------


def close(day: date, unit: str | None = None) -> None:
    ClosedDay.objects.create(day=day, title_fa="برف", unit=Unit.objects.get(code=unit) if unit else None)


def test_recount_when_a_day_was_closed_then_only_the_command_moves_open_cases() -> None:
    open_case, answered = make_case(), make_case()
    services.answer(case_id=answered.pk, actor=officer(), body="پاسخ", at=AT)
    before = open_case.due_on
    close(date(2026, 5, 24))

    out = StringIO()
    call_command("recount_deadlines", stdout=out)
    assert Case.objects.get(pk=open_case.pk).due_on == before
    assert "1 open cases" in out.getvalue()
    assert "nothing was changed" in out.getvalue()
    call_command("recount_deadlines", "--apply", stdout=out)

    open_case.refresh_from_db()
    answered.refresh_from_db()
    assert open_case.due_on == workdays.due(before, 1, working_calendar())
    assert answered.due_on == before
    assert [one.reason for one in open_case.deadlines.all()] == ["", "calendar"]
    assert open_case.events.last().kind == EventKind.RECOUNTED
    assert services.preview_recount() == []
    assert services.recount_deadlines(at=AT) == 0


def test_recount_when_days_were_waited_and_added_then_they_are_kept() -> None:
    case, actor = make_case(), officer()
    services.ask(case_id=case.pk, actor=actor, body="کدام سال؟", at=AT)
    services.reply(case_id=case.pk, body="پارسال", at=AT + timedelta(days=6))
    extend(case, actor, 4, AT + timedelta(days=7))
    assert services.preview_recount() == []
    close(date(2026, 6, 1), "CONT")
    close(date(2026, 6, 2), "BUD")

    services.recount_deadlines(at=AT + timedelta(days=8), actor=actor)

    case.refresh_from_db()
    last = case.deadlines.last()
    assert last.days == 15 + 4 + 4
    assert case.due_on == workdays.due(date(2026, 5, 20), 23, working_calendar(case.unit_id))
    assert case.events.last().actor == actor
    count = counting(case)
    assert (count.days, count.waited, count.extended) == (15, 4, 4)


def test_recount_when_a_review_was_asked_for_on_the_day_of_registration_then_its_promise_is_kept() -> None:
    case, actor = make_case(kind=Kind.REQUEST), officer()
    make_user("cont.head", "CONT", Role.HEAD)
    services.answer(case_id=case.pk, actor=actor, body="سلام. پاسخ این است.", at=AT)
    services.ask_review(case_id=case.pk, reason="", at=AT + timedelta(hours=2))

    moves = services.preview_recount()

    assert moves == []
    count = counting(Case.objects.get())
    assert (count.days, count.waited, count.extended) == (15, 0, 0)


def joined_pair(*, extended: int, actor: User) -> tuple[Case, Case]:
    """Make two cases of one sender, the younger a week later; the older, extended first, then answers for both."""
    old = make_case(phone="+989160000001")
    extend(old, actor, extended, AT + timedelta(days=1))
    young = make_case(phone="+989160000001", at=AT + timedelta(days=7), kind=Kind.REQUEST)
    services.merge(case_id=young.pk, into=old.number, actor=actor, at=AT + timedelta(days=8))
    return Case.objects.get(pk=old.pk), Case.objects.get(pk=young.pk)


def test_merge_when_the_younger_is_due_earlier_then_its_promise_holds_and_is_explained() -> None:
    actor = officer()

    old, young = joined_pair(extended=11, actor=actor)

    assert old.due_on == young.due_on
    assert [(one.reason, one.due_on) for one in old.deadlines.all()][-1] == ("merge", young.due_on)
    count = counting(old)
    assert (count.days, count.waited, count.extended) == (10, 0, 0)
    assert (count.registered_on, count.due_on, count.is_joined) == (date(2026, 5, 27), young.due_on, True)
    client = Client()
    client.force_login(actor)
    page = text_of(client.get(f"/admin/feedback/case/{old.pk}/deadline/"))
    assert "این مهلت پرونده‌ای است که با این پرونده همراه شد، چون زودتر بود" in page
    assert "در پرونده‌ای که با این پرونده همراه شد وعده شد" in page
    assert how_counted(count)[0] == (
        "۱۰ روز کاری، از روز پس از رسیدن پیام دیگر شما که با این یکی همراه شد و مهلتش زودتر است."
    )


def test_merge_when_the_younger_is_due_later_then_the_deadline_stays() -> None:
    old = make_case(phone="+989160000001", kind=Kind.REQUEST)
    young = make_case(phone="+989160000001", at=AT + timedelta(days=7))

    services.merge(case_id=young.pk, into=old.number, actor=officer(), at=AT + timedelta(days=8))

    assert Case.objects.get(pk=old.pk).due_on == old.due_on
    assert [one.reason for one in old.deadlines.all()] == [""]


def test_recount_when_cases_were_joined_then_the_earlier_day_is_kept() -> None:
    old, young = joined_pair(extended=11, actor=officer())

    assert services.preview_recount() == []
    close(young.due_on)
    services.recount_deadlines(at=AT + timedelta(days=9))

    days = set(Case.objects.values_list("due_on", flat=True))
    assert days == {workdays.due(young.due_on, 1, working_calendar())}
    assert services.preview_recount() == []
    services.unmerge(case_id=young.pk, actor=User.objects.get(), at=AT + timedelta(days=10))
    assert services.preview_recount() == []


def test_recount_when_joined_while_the_clock_stood_then_the_days_waited_are_kept() -> None:
    old, actor = make_case(phone="+989160000001"), officer()
    extend(old, actor, 11, AT + timedelta(days=1))
    young = make_case(phone="+989160000001", at=AT + timedelta(days=7), kind=Kind.REQUEST)
    services.ask(case_id=old.pk, actor=actor, body="کدام سال؟", at=AT + timedelta(days=7))
    services.merge(case_id=young.pk, into=old.number, actor=actor, at=AT + timedelta(days=8))

    services.reply(case_id=old.pk, body="پارسال", at=AT + timedelta(days=13))

    assert [move for move in services.preview_recount() if move.case_id == old.pk] == []
    assert counting(old).waited > 0


def test_extend_when_joined_with_a_younger_one_then_three_months_count_from_the_older_message() -> None:
    actor = officer()
    old, young = joined_pair(extended=40, actor=actor)
    ceiling = policy.ceiling(jalali.local(AT).date())
    beyond = workdays.count(young.due_on, ceiling, working_calendar()) + 1

    with pytest.raises(ExtensionRefused, match="ceiling"):
        extend(old, actor, beyond, AT + timedelta(days=9))
    services.ask(case_id=old.pk, actor=actor, body="کدام سال؟", at=AT + timedelta(days=9))
    services.reply(case_id=old.pk, body="پارسال", at=AT + timedelta(days=88))

    assert Case.objects.get(pk=old.pk).due_on == ceiling
    assert [move for move in services.preview_recount() if move.case_id == old.pk] == []


def asked_parts() -> list[dict[str, int]]:
    return list(
        Event.objects.filter(name="deadlines.recount_asked").order_by("pk").values_list("payload", flat=True)
    )


def test_recount_part_when_more_cases_are_left_then_only_its_own_move_and_the_next_part_is_asked_for() -> (
    None
):
    actor = officer()
    cases = [make_case() for _number in range(5)]
    before, ids = cases[0].due_on, [case.pk for case in cases]
    close(date(2026, 5, 24))

    services.recount_part(after=0, actor=actor, at=AT, size=2)

    moved = Case.objects.exclude(due_on=before).order_by("pk")
    assert list(moved.values_list("pk", flat=True)) == ids[:2]
    assert asked_parts() == [{"actor_id": actor.pk, "after": ids[1]}]
    assert {event.actor for event in CaseEvent.objects.filter(kind=EventKind.RECOUNTED)} == {actor}

    services.recount_part(after=ids[1], actor=actor, at=AT, size=2)
    services.recount_part(after=ids[3], actor=actor, at=AT, size=2)

    assert moved.count() == 5
    assert [part["after"] for part in asked_parts()] == [ids[1], ids[3]]


def test_recount_when_asked_for_then_the_worker_follows_part_by_part_to_the_end() -> None:
    actor = officer()
    cases = [make_case(kind=Kind.REQUEST), make_case()]
    days = [case.due_on for case in cases]
    close(date(2026, 5, 24))

    services.ask_recount(actor=actor)
    for payload in asked_parts():
        recount(**payload)

    assert asked_parts() == [{"actor_id": actor.pk, "after": 0}]
    assert list(Case.objects.order_by("pk").values_list("due_on", flat=True)) == [
        workdays.due(day, 1, working_calendar()) for day in days
    ]


def test_recount_page_when_an_administrator_opens_it_then_he_sees_figures_and_starts_it() -> None:
    make_case()
    make_case(kind=Kind.MISCONDUCT)
    close(date(2026, 5, 24))
    client = Client()
    client.force_login(make_user("it.admin", "IT", Role.ADMINISTRATOR))

    page = text_of(client.get("/admin/feedback/promisedtime/recount/"))
    client.post("/admin/feedback/promisedtime/recount/")

    assert "مهلت ۱ پرونده جابه‌جا می‌شود: ۱ دیرتر و ۰ زودتر" in page
    assert Event.objects.filter(name="deadlines.recount_asked").count() == 1
    other = Client()
    other.force_login(officer())
    assert other.get("/admin/feedback/promisedtime/recount/").status_code == 403


# --- Explaining ---------------------------------------------------------------------------------------------------


def test_deadline_page_when_opened_then_every_day_is_explained() -> None:
    case, actor = make_case(), officer()
    ClosedDay.objects.create(day=date(2026, 5, 24), title_fa="نیمه‌روز برفی", work=DayWork.HALF)
    client = Client()
    client.force_login(actor)

    page = text_of(client.get(f"/admin/feedback/case/{case.pk}/deadline/"))

    assert re.search(r"نیمه‌روز، <bdi[^>]*>نیمه‌روز برفی</bdi>", page)
    assert "رحلت حضرت امام خمینی" in page
    assert "تقویم پس از تعیین این مهلت عوض شده است" in page
    assert page.count("آخر هفته") >= 4
    assert client.get("/admin/feedback/case/987654/deadline/").status_code == 404


def test_way_of_a_case_when_half_days_and_closed_days_lie_on_it_then_the_citizen_is_told() -> None:
    WeekdayRule.objects.create(weekday=3, work=DayWork.HALF, valid_from=date(2026, 1, 1))
    receipt = make_receipt()
    client = Client()
    with time_machine.travel(AT, tick=False):
        client.post("/track/", {"code": receipt.code})

        page = text_of(client.get("/track/case/"))

    assert "نیمه‌روزها که هر دو تا یک روز کاری است: پنجشنبه‌ها" in page
    assert "به حساب نمی‌آید: جمعه‌ها" in page or "جمعه‌ها" in page
    assert Case.objects.get().status == Status.RECEIVED
