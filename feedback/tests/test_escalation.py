"""The ladder: each step once, to somebody who may know and is at work, one mail a person and run."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.enums import Role
from directory.models import Absence, Unit, User
from directory.policy import subtree
from feedback import policy, services
from feedback.enums import EventKind, Kind, Receiver
from feedback.models import Case, EscalationRule, EscalationStep, Notice
from feedback.notifications import compose
from feedback.policy import Rung, Staff, Told
from feedback.tests.factories import AT, make_case, make_user
from feedback.tests.pages import text_of
from portal.outbox.models import Event

pytestmark = [pytest.mark.usefixtures("basics"), pytest.mark.django_db]

#: The first case is due on 23 Khordad 1405, Saturday 13 June 2026. Moments in office hours in Tehran:
HALF_WAY, NEAR, LATE, VERY_LATE = (datetime(2026, 6, day, 6, 30, tzinfo=UTC) for day in (3, 10, 14, 16))


@pytest.fixture
def people() -> dict[str, User]:
    made = {
        "officer": make_user("officer", "CONT"),
        "head": make_user("head", "CONT", Role.HEAD),
        "superior": make_user("superior", "TECH", Role.HEAD),
        "inspector": make_user("inspector", "INSP", Role.INSPECTOR),
    }
    for user in made.values():
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.ir")
    return made


def case_of(officer: User, **changes: Any) -> Case:
    case = make_case(**changes)
    services.take(case_id=case.pk, actor=officer, at=AT)
    return case


def told() -> list[tuple[str, str | None]]:
    rows = EscalationStep.objects.order_by("pk").values_list("receiver", "recipient__username")
    return [(receiver, name) for receiver, name in rows]


def test_escalate_when_time_passes_then_each_step_is_taken_once_on_its_day(people: dict[str, User]) -> None:
    case = case_of(people["officer"])

    found = [
        services.escalate(at=at).steps
        for at in (AT, HALF_WAY, HALF_WAY, NEAR, LATE, LATE, VERY_LATE, VERY_LATE)
    ]

    assert found == [0, 1, 0, 1, 1, 0, 1, 0]
    assert told() == [
        ("owner", "officer"),
        ("head", "head"),
        ("superior", "superior"),
        ("inspection", "inspector"),
    ]
    assert [event.kind for event in case.events.all()].count(EventKind.ESCALATED) == 4


def test_escalate_when_many_are_late_then_one_mail_a_person_without_a_word_of_them(
    people: dict[str, User],
) -> None:
    cases = [case_of(people["officer"]) for _case in range(5)]

    done = services.escalate(at=VERY_LATE)

    assert (done.steps, done.notices) == (20, 4)
    notice = Notice.objects.get(recipient=people["head"])
    letter = compose(notice)
    assert "۵ پرونده" in letter.text
    assert "5 cases" in letter.text
    assert not any(case.number in letter.text + letter.subject for case in cases)
    assert Event.objects.filter(name="notice.queued", payload={"notice_id": notice.pk}).exists()


def test_escalate_when_answered_or_waiting_then_nobody_is_told(people: dict[str, User]) -> None:
    answered, waiting = case_of(people["officer"]), case_of(people["officer"])
    services.answer(case_id=answered.pk, actor=people["officer"], body="پاسخ", at=AT)
    services.ask(case_id=waiting.pk, actor=people["officer"], body="کدام سال؟", at=AT)

    assert services.escalate(at=VERY_LATE).steps == 0


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 6, 14, 3, 50, tzinfo=UTC),  # 7:20
        datetime(2026, 6, 14, 11, 0, tzinfo=UTC),  # 14:30
        datetime(2026, 6, 18, 6, 30, tzinfo=UTC),  # Thursday
        datetime(2026, 6, 24, 6, 30, tzinfo=UTC),  # Tasua
    ],
)
def test_escalate_when_the_receiver_is_not_at_work_then_he_is_told_later(
    people: dict[str, User], at: datetime
) -> None:
    case_of(people["officer"])

    assert services.escalate(at=at).steps == 0
    assert services.escalate(at=datetime(2026, 6, 27, 6, 30, tzinfo=UTC)).steps == 4


def test_escalate_when_the_officer_is_away_then_his_deputy_is_told_else_the_head(
    people: dict[str, User],
) -> None:
    case_of(people["officer"])
    deputy = make_user("deputy", "CONT")
    absence = Absence.objects.create(
        user=people["officer"], from_on=date(2026, 5, 1), until_on=date(2026, 7, 1), deputy=deputy
    )
    services.escalate(at=HALF_WAY)
    assert told() == [("owner", "deputy")]

    absence.deputy = None
    absence.save()
    case_of(people["officer"])
    services.escalate(at=HALF_WAY)

    assert told()[1:] == [("owner", "head")]


def test_escalate_when_a_unit_is_excluded_or_somebody_recused_then_never_they(
    people: dict[str, User],
) -> None:
    case = case_of(people["officer"], about_unit=Unit.objects.get(code="INSP"))
    make_user("chief", "HEAD", Role.HEAD)
    services.recuse(case_id=case.pk, actor=people["head"], reason="خویشاوند است.", at=AT)

    services.escalate(at=VERY_LATE)

    assert told() == [
        ("owner", "officer"),
        ("head", "superior"),
        ("superior", "superior"),
        ("inspection", "chief"),
    ]


def test_escalate_when_confidential_then_only_who_handles_it_and_the_rest_stands_in_the_record(
    people: dict[str, User],
) -> None:
    make_user("chief", "HEAD", Role.HEAD)
    case = make_case(kind=Kind.MISCONDUCT)
    services.take(case_id=case.pk, actor=people["inspector"], at=AT)
    at = datetime(2026, 7, 25, 6, 30, tzinfo=UTC)

    services.escalate(at=at)

    assert told() == [("owner", "inspector"), ("head", None), ("superior", None), ("inspection", None)]
    assert services.escalate(at=at).steps == 0


def test_escalate_when_a_kind_has_a_ladder_of_its_own_then_that_one_is_climbed(
    people: dict[str, User],
) -> None:
    services.load_deadline_rules()
    EscalationRule.objects.create(kind=Kind.COMPLAINT, receiver=Receiver.HEAD, percent=20)
    EscalationRule.objects.filter(kind="", receiver=Receiver.OWNER).update(is_active=False)
    case_of(people["officer"])

    services.escalate(at=VERY_LATE)

    assert told() == [("head", "head")]


def test_step_when_taken_twice_at_once_then_the_database_refuses(people: dict[str, User]) -> None:
    case_of(people["officer"])
    services.escalate(at=HALF_WAY)
    step = EscalationStep.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        EscalationStep.objects.create(
            case=step.case,
            counted_from=step.counted_from,
            receiver=step.receiver,
            unit=step.unit,
            due_on=step.due_on,
            at=VERY_LATE,
        )


def test_list_when_opened_then_one_sees_what_one_was_told_of_and_no_door_to_it(
    people: dict[str, User],
) -> None:
    case = case_of(people["officer"])
    services.escalate(at=VERY_LATE)
    client = Client()
    client.force_login(people["inspector"])

    page = text_of(client.get("/admin/feedback/escalationstep/"))

    assert page.count("field-number") == 1
    assert client.get(f"/admin/feedback/case/{case.pk}/change/").status_code == 404
    client.force_login(make_user("stranger", "BUD"))
    assert "field-number" not in text_of(client.get("/admin/feedback/escalationstep/"))


@pytest.mark.parametrize(
    ("rung", "passed", "total", "late", "is_reached"),
    [
        (Rung(Receiver.OWNER, percent=50), 7, 15, 0, False),
        (Rung(Receiver.OWNER, percent=50), 8, 15, 0, True),
        (Rung(Receiver.SUPERIOR, percent=100), 14, 15, 0, False),
        (Rung(Receiver.SUPERIOR, percent=100), 15, 15, 0, True),
        (Rung(Receiver.SUPERIOR, percent=100), 0, 0, 0, False),
        (Rung(Receiver.INSPECTION, days_late=2), 16, 15, 1, False),
        (Rung(Receiver.INSPECTION, days_late=2), 17, 15, 2, True),
    ],
)
def test_is_reached_when_days_pass_then_on_the_day(
    rung: Rung, passed: int, total: int, late: int, is_reached: bool
) -> None:
    assert policy.is_reached(rung, passed=passed, total=total, late=late) == is_reached


# --- The invariant over random organizations ----------------------------------------------------------------------

UNITS = ["HEAD", "INSP", *(f"U{number}" for number in range(8))]
USERS = list(range(12))
sets_of_units = st.frozensets(st.sampled_from(UNITS), max_size=3)


@st.composite
def organizations(draw: st.DrawFn) -> Staff:
    """Draw a tree of units, who works and heads where, and who is away with which deputy."""
    parents = {unit: draw(st.sampled_from([None, *UNITS[:place]])) for place, unit in enumerate(UNITS)}
    works = {user: draw(sets_of_units) for user in USERS}
    member = {user: works[user] | draw(sets_of_units) for user in USERS}
    heads = {unit: [user for user in USERS if unit in member[user] and draw(st.booleans())] for unit in UNITS}
    inspectors = {unit: [user for user in USERS if unit in works[user]] for unit in ("INSP", "HEAD")}
    gone = draw(st.frozensets(st.sampled_from(USERS), max_size=4))
    here = [user for user in USERS if user not in gone]
    away = {user: draw(st.sampled_from([None, *here])) for user in gone}
    return Staff(parents, heads, inspectors, member, works, away)


@st.composite
def told_of(draw: st.DrawFn, parents: Any) -> Told:
    complained = draw(sets_of_units)
    excluded = frozenset().union(*(subtree(unit, parents) for unit in complained))
    return Told(
        unit=draw(st.sampled_from(UNITS)),
        owner=draw(st.sampled_from([None, *USERS])),
        is_confidential=draw(st.booleans()),
        excluded=excluded,
        recused=draw(st.frozensets(st.sampled_from(USERS), max_size=3)),
    )


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_receiver_in_any_organization_is_never_one_who_must_not_know(data: st.DataObject) -> None:
    staff = data.draw(organizations())
    case = data.draw(told_of(staff.parents))

    for step in Receiver:
        user = policy.receiver_of(step, case, staff, ["INSP", "HEAD"])
        if user is None:
            continue
        assert user not in case.recused
        assert user not in staff.away
        assert not staff.member[user] & case.excluded
        assert not case.is_confidential or case.unit in staff.works[user]


def test_escalate_when_nothing_is_open_then_nothing_happens() -> None:
    assert services.escalate(at=AT + timedelta(days=1)) == services.Escalated(0, 0)
