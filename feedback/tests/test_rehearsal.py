"""Rehearsals of drafts over past cases: what they count, and that broken or repeated parts do no harm."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from directory.models import Service, Unit, User
from directory.services import load_reference
from feedback import services, tasks
from feedback.enums import Kind
from feedback.models import Case
from feedback.services import rehearsal as replaying
from feedback.tests.factories import AT, make_case
from feedback.tests.pages import text_of
from portal.outbox.models import Event
from routing import services as routing
from routing.enums import RehearsalState
from routing.models import Rehearsal, RuleSet
from routing.policy import Decision, RuleSpec, choose
from routing.selectors import rules_in_force, rules_of
from routing.tests.factories import rule

pytestmark = pytest.mark.django_db

NOW = timezone.now()
#: A few rules, quickly stored; r01 is the lane of misconduct.
RULES = [
    rule("", "INSP", lane=True, kinds=["misconduct"], always=4),
    rule("", "CONT", "رتبه‌بندی=5", "ساجات=4", "پیمانکاران=3"),
    rule("", "STAT", "آمار=5", not_if=["بیمار"]),
    rule("", "IT", "سامانه=3"),
    rule("", "PROJ", "سد=5", "صورت‌وضعیت=5"),
]


@pytest.fixture
def editor() -> User:
    load_reference()
    rules = RuleSet.objects.create(version=1, name="قواعد آزمایشی")
    for spec in RULES:
        routing.add_rule(ruleset_id=rules.pk, spec=spec, actor=None, at=NOW)
    routing.publish(ruleset=rules, actor=None, at=NOW)
    return User.objects.create_user("editor", is_superuser=True, is_staff=True)


@pytest.fixture
def draft(editor: User) -> RuleSet:
    return routing.new_draft(source=RuleSet.objects.in_force().get(), name="پیش‌نویس", actor=editor, at=NOW)


def add(draft: RuleSet, spec: RuleSpec, editor: User, *, first: bool = False) -> str:
    row = routing.add_rule(ruleset_id=draft.pk, spec=spec, actor=editor, at=NOW)
    if first:
        routing.move_rule(rule_id=row.pk, place=1, actor=editor, at=NOW)
    return row.code


def rehearse(draft: RuleSet, editor: User) -> Rehearsal:
    """Rehearse a draft to the end, delivering each event of the outbox as the worker would."""
    row = routing.rehearse(ruleset_id=draft.pk, actor=editor, at=NOW)
    for event in iter(lambda: Event.objects.filter(name="rehearsal.asked").first(), None):
        tasks.rehearse(**event.payload)
        event.delete()
    row.refresh_from_db()
    return row


def test_rehearsal_when_nothing_changes_then_no_case_moves(draft: RuleSet, editor: User) -> None:
    for _number in range(3):
        make_case()

    row = rehearse(draft, editor)

    assert (row.state, row.total, row.done, row.breaches) == (RehearsalState.FINISHED, 3, 3, 0)
    assert (row.result["changed"], row.result["moves"]) == (0, {})


def test_rehearsal_when_a_rule_is_changed_then_moves_and_examples_are_counted(
    draft: RuleSet, editor: User
) -> None:
    moved, _other = make_case(), make_case(subject="آمار جمعیت", body="آمار جمعیت شهرستان را بفرستید")
    add(draft, rule("", "EDU", "ساجات=20", "رتبه‌بندی=20"), editor)

    row = rehearse(draft, editor)

    assert row.result["moves"] == {"CONT>EDU": 1}
    assert row.result["examples"] == {"CONT>EDU": [moved.pk]}


def test_rehearsal_when_there_are_no_cases_then_it_is_finished_at_once(draft: RuleSet, editor: User) -> None:
    row = rehearse(draft, editor)

    assert (row.state, row.total, row.percent) == (RehearsalState.FINISHED, 0, 100)


def test_rehearsal_when_staff_redirected_then_the_override_is_the_label(draft: RuleSet, editor: User) -> None:
    case = make_case()
    services.redirect(
        case_id=case.pk, actor=editor, unit=Unit.objects.get(code="EDU"), reason="دورهٔ آموزشی", at=AT
    )
    make_case()
    add(draft, rule("", "EDU", "رتبه‌بندی=20", "ساجات=20"), editor)

    result = rehearse(draft, editor).result

    assert (result["redirected"], result["right"], result["right_before"]) == (1, 1, 0)


def test_rehearsal_when_rules_never_win_then_it_says_which_and_why(draft: RuleSet, editor: User) -> None:
    make_case()
    silent = add(draft, rule("", "IT", "زرافه=9"), editor)
    beaten = add(draft, rule("", "IT", "ساجات=1"), editor)

    result = rehearse(draft, editor).result

    assert silent in result["dead"]
    assert beaten in result["shadowed"]
    assert result["rules"][beaten]["beaten_by"] == {Case.objects.get().decisions.get().rule_code: 1}


def test_rehearsal_when_a_unit_is_inactive_or_empty_then_its_rules_are_named(
    draft: RuleSet, editor: User
) -> None:
    empty = add(draft, rule("", "EDU", "زرافه=9"), editor)
    Unit.objects.filter(code="IT").update(is_active=False)

    result = rehearse(draft, editor).result

    assert "IT" in result["inactive_units"]
    assert empty in result["empty_units"]["EDU"]
    assert ["r05", "سد"] in result["short"]


# --- The same facts as on the day -----------------------------------------------------------------------------------

SUBMISSIONS: list[dict[str, Any]] = [
    {},
    {"kind": Kind.MISCONDUCT, "subject": "گرفتن رشوه", "body": "کارشناس پیمانکاران پول گرفت."},
    {"about_unit": "CONT"},
    {"about_unit": "TECH", "about_person": "مدیر نمونه ۱"},
    {"about_unit": "INSP", "kind": Kind.MISCONDUCT},
    {"kind": Kind.REQUEST, "addressed_unit": "TECH", "subject": "پرسش", "body": "پاسخی نیامده است."},
    {"service": "s07", "subject": "پرسش", "body": "پاسخی نیامده است."},
    {"subject": "سؤال دربارهٔ «صورت‌وضعیت»", "body": "بي‌پاسخ ماندهٔ ۱۲۳ و ١٢٣ در سامانه‌ی ساجات"},
]


@pytest.mark.parametrize("changes", SUBMISSIONS)
def test_facts_when_rebuilt_from_the_tables_then_the_decision_is_that_of_the_day(
    editor: User, changes: dict[str, Any]
) -> None:
    known = dict(changes)
    if "about_unit" in known:
        known["about_unit"] = Unit.objects.get(code=known["about_unit"])
    if "service" in known:
        known["service"] = Service.objects.get(code=known["service"])
    case = make_case(**known)
    rules = rules_in_force()

    (past,) = replaying.past_cases([case.pk], version=rules.version)

    again: Decision = choose(rules, past.facts)
    stored = case.decisions.get()
    assert past.decided == again.unit == stored.unit.code
    assert (again.rule or "", dict(again.points), sorted(again.excluded)) == (
        stored.rule_code,
        stored.points,
        stored.excluded,
    )
    assert len(again.reasons) == len(stored.reasons)


# --- Parts ----------------------------------------------------------------------------------------------------------


def play(row: Rehearsal, *parts: int) -> Rehearsal:
    """Deliver these parts, each of two cases, and return the rehearsal as it stands then."""
    for part in parts:
        services.rehearse_part(rehearsal_id=row.pk, part=part, at=NOW, size=2)
    row.refresh_from_db()
    return row


def test_part_when_cases_are_many_then_each_part_goes_on_where_the_last_ended(
    draft: RuleSet, editor: User
) -> None:
    for _number in range(5):
        make_case()

    row = play(routing.rehearse(ruleset_id=draft.pk, actor=editor, at=NOW), 0, 1, 2)

    assert (row.state, row.part, row.done, row.result["cases"]) == (RehearsalState.FINISHED, 3, 5, 5)


def test_part_when_repeated_then_it_counts_once(draft: RuleSet, editor: User) -> None:
    for _number in range(5):
        make_case()
    row = routing.rehearse(ruleset_id=draft.pk, actor=editor, at=NOW)

    play(row, 0, 0, 1, 0, 1)

    assert (row.state, row.part, row.done, row.percent) == (RehearsalState.RUNNING, 2, 4, 80)


def test_part_when_cancelled_then_nothing_more_is_counted(draft: RuleSet, editor: User) -> None:
    for _number in range(5):
        make_case()
    row = routing.rehearse(ruleset_id=draft.pk, actor=editor, at=NOW)
    play(row, 0)

    assert routing.cancel_rehearsal(rehearsal_id=row.pk)
    play(row, 1)

    assert (row.state, row.done) == (RehearsalState.CANCELLED, 2)
    assert not routing.cancel_rehearsal(rehearsal_id=row.pk)


def test_part_when_cases_come_in_meanwhile_then_they_are_left_out(draft: RuleSet, editor: User) -> None:
    for _number in range(2):
        make_case()
    row = routing.rehearse(ruleset_id=draft.pk, actor=editor, at=NOW)
    play(row, 0)
    make_case()

    play(row, 1)

    assert (row.state, row.total, row.done) == (RehearsalState.FINISHED, 2, 2)


def test_part_when_the_draft_was_changed_behind_our_back_then_it_is_outdated(
    draft: RuleSet, editor: User
) -> None:
    make_case()
    row = routing.rehearse(ruleset_id=draft.pk, actor=editor, at=NOW)
    draft.rules.get(code="r02").keywords.all().delete()

    tasks.rehearse(rehearsal_id=row.pk, part=0)

    row.refresh_from_db()
    assert row.state == RehearsalState.OUTDATED


def test_rehearsal_when_over_then_its_draft_can_be_published(draft: RuleSet, editor: User) -> None:
    make_case()
    add(draft, rule("", "EDU", "ساجات=20", "رتبه‌بندی=20"), editor)
    rehearse(draft, editor)

    routing.publish(ruleset=draft, actor=editor, at=NOW)

    assert rules_in_force().version == draft.version
    assert make_case().unit.code == "EDU"


def test_queries_when_there_are_more_cases_then_there_are_not_more_queries(
    draft: RuleSet, editor: User, django_assert_num_queries: Any
) -> None:
    counts = []
    for cases in (1, 3):
        while Case.objects.count() < cases:
            make_case()
        row = routing.rehearse(ruleset_id=draft.pk, actor=editor, at=NOW)
        with django_assert_num_queries(22, exact=False) as asked:
            tasks.rehearse(rehearsal_id=row.pk, part=0)
        counts.append(len(asked))

    assert rules_of(draft.pk)
    assert counts[1] <= counts[0]


# --- Its page -----------------------------------------------------------------------------------------------------


def test_page_when_the_rehearsal_is_over_then_it_shows_moves_examples_and_what_is_odd(
    draft: RuleSet, editor: User, english_portal: None
) -> None:
    case = make_case()
    add(draft, rule("", "IT", "مدارک=20", "هک"), editor)
    add(draft, rule("", "EDU", "هرگزنوشته"), editor)
    row = rehearse(draft, editor)
    client = Client()
    client.force_login(editor)

    page = text_of(client.get(f"/admin/routing/ruleset/{draft.pk}/rehearsal/{row.pk}/"))
    examples = text_of(client.get(f"/admin/routing/ruleset/rehearsed/{row.pk}/?move=CONT%3EIT"))

    assert f"/admin/routing/ruleset/rehearsed/{row.pk}/?move=CONT%3EIT" in page
    assert "1 of 1 past cases" in page
    assert "Never heard" in page
    assert "هک" in page
    assert f"/admin/feedback/case/{case.pk}/change/" in examples
    assert "مدارک" in examples
