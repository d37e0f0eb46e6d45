"""Drafts of the rules: what can be done with them, by whom they are published, what the database refuses."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from directory.models import Unit, User
from routing import services
from routing.enums import Change, RehearsalState, Status
from routing.models import Rehearsal, RuleChange, RuleSet
from routing.policy import BrokenRules, Keyword
from routing.selectors import rules_of
from routing.services import differences
from routing.tests.factories import make_units, rehearsed, rule

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("editor")


@pytest.fixture
def draft(editor) -> RuleSet:
    """A draft of three rules, copied from the published set."""
    make_units()
    first = RuleSet.objects.create(version=1, name="قواعد آزمایشی")
    services.add_rule(ruleset_id=first.pk, spec=rule("", "STAT", "آمار", "جمعیت"), actor=editor, at=NOW)
    services.add_rule(ruleset_id=first.pk, spec=rule("", "CONT", "پیمانکار"), actor=editor, at=NOW)
    services.add_rule(ruleset_id=first.pk, spec=rule("", "PR", "خبر", not_if=["بد"]), actor=editor, at=NOW)
    services.publish(ruleset=first, actor=None, at=NOW)
    return services.new_draft(source=first, name="پیش‌نویس", actor=editor, at=NOW)


def codes(ruleset: RuleSet) -> list[str]:
    return [spec.id for spec in rules_of(ruleset.pk)]


def spec_of(ruleset: RuleSet, code: str):
    return next(spec for spec in rules_of(ruleset.pk) if spec.id == code)


def change(ruleset: RuleSet, code: str, spec, actor: User, seen: int | None = None):
    newest = ruleset.changes.latest("pk").pk
    row = ruleset.rules.get(code=code)
    return services.change_rule(
        rule_id=row.pk, spec=spec, seen=newest if seen is None else seen, actor=actor, at=NOW
    )


# --- Rules ------------------------------------------------------------------------------------------------------


def test_new_draft_when_made_then_it_is_a_copy_that_tells_where_from(draft, editor):
    published = RuleSet.objects.in_force().get()

    assert rules_of(draft.pk) == rules_of(published.pk)
    assert (draft.version, draft.copied_from, draft.made_by) == (2, 1, editor)


def test_add_rule_when_added_then_it_stands_last_under_the_next_code(draft, editor):
    added = services.add_rule(ruleset_id=draft.pk, spec=rule("x", "IT", "سامانه"), actor=editor, at=NOW)

    assert (added.code, added.order, codes(draft)) == ("r04", 4, ["r01", "r02", "r03", "r04"])


def test_change_rule_when_changed_then_only_the_words_that_differ_are_written(draft, editor):
    row = draft.rules.get(code="r01")
    kept = row.keywords.get(phrase="آمار").pk

    change(draft, "r01", rule("", "IT", "آمار", "نرم‌افزار=9"), editor)

    assert spec_of(draft, "r01") == rule("r01", "IT", "آمار", "نرم‌افزار=9")
    assert row.keywords.get(phrase="آمار").pk == kept
    assert draft.changes.latest("pk").what == Change.EDITED


def test_change_rule_when_somebody_else_changed_it_meanwhile_then_it_is_refused(draft, editor):
    seen = draft.changes.latest("pk").pk
    change(draft, "r01", rule("", "STAT", "سرشماری"), editor)

    with pytest.raises(services.RuleChanged):
        change(draft, "r01", rule("", "STAT", "آمار"), editor, seen=seen)

    assert spec_of(draft, "r01") == rule("r01", "STAT", "سرشماری")


def test_change_rule_when_another_rule_was_changed_meanwhile_then_it_is_kept(draft, editor):
    seen = draft.changes.latest("pk").pk
    change(draft, "r02", rule("", "CONT", "مناقصه"), editor)

    change(draft, "r01", rule("", "STAT", "سرشماری"), editor, seen=seen)

    assert spec_of(draft, "r01") == rule("r01", "STAT", "سرشماری")


def test_copy_rule_when_copied_then_the_copy_stands_behind_it(draft, editor):
    copy = services.copy_rule(rule_id=draft.rules.get(code="r01").pk, actor=editor, at=NOW)

    assert codes(draft) == ["r01", "r04", "r02", "r03"]
    assert replace(spec_of(draft, copy.code), id="r01") == spec_of(draft, "r01")


@pytest.mark.parametrize(
    ("code", "place", "order"),
    [
        ("r03", 1, ["r03", "r01", "r02"]),
        ("r01", 3, ["r02", "r03", "r01"]),
        ("r01", 2, ["r02", "r01", "r03"]),
        ("r02", 2, ["r01", "r02", "r03"]),
        ("r01", 99, ["r02", "r03", "r01"]),
        ("r03", -5, ["r03", "r01", "r02"]),
    ],
)
def test_move_rule_when_moved_then_the_others_close_up(draft, editor, code, place, order):
    services.move_rule(rule_id=draft.rules.get(code=code).pk, place=place, actor=editor, at=NOW)

    assert codes(draft) == order
    assert list(draft.rules.values_list("order", flat=True)) == [1, 2, 3]


def test_remove_rule_when_removed_then_its_code_is_not_given_again(draft, editor):
    services.remove_rule(rule_id=draft.rules.get(code="r03").pk, actor=editor, at=NOW)

    added = services.add_rule(ruleset_id=draft.pk, spec=rule("", "IT", "سامانه"), actor=editor, at=NOW)

    assert (added.code, added.order) == ("r04", 3)


@pytest.mark.parametrize(
    ("spec", "refusal"),
    [
        (rule("", "STAT"), BrokenRules),
        (rule("", "STAT", "؟!"), BrokenRules),
        (rule("", "STAT", "آمار=21"), BrokenRules),
        (rule("", "NOWHERE", "آمار"), services.UnitRefused),
        (rule("", "CONT", lane=True, kinds=["misconduct"], always=3), BrokenRules),
    ],
    ids=["no word", "nothing to look for", "weight", "unknown unit", "misconduct leak"],
)
def test_add_rule_when_it_is_broken_then_it_is_refused_and_nothing_is_stored(draft, editor, spec, refusal):
    with pytest.raises(refusal):
        services.add_rule(ruleset_id=draft.pk, spec=spec, actor=editor, at=NOW)

    assert len(codes(draft)) == 3


def test_add_rule_when_its_unit_is_inactive_then_it_is_refused(draft, editor):
    Unit.objects.filter(code="IT").update(is_active=False)

    with pytest.raises(services.UnitRefused):
        services.add_rule(ruleset_id=draft.pk, spec=rule("", "IT", "سامانه"), actor=editor, at=NOW)


def test_add_rule_when_it_has_ten_thousand_keywords_then_they_are_kept(draft, editor):
    letters = "بتجدرسشفقکلمن"
    words = [f"{a}{b}{c}{d}ال" for a in letters for b in letters for c in letters for d in letters][:10_000]
    spec = replace(rule("", "IT"), keywords=tuple(Keyword(word, 3) for word in words))

    added = services.add_rule(ruleset_id=draft.pk, spec=spec, actor=editor, at=NOW)

    assert added.keywords.count() == 10_000


def test_add_word_when_it_is_there_already_then_nothing_changes(draft, editor):
    services.add_word(ruleset_id=draft.pk, code="r01", phrase="سرشماری", weight=4, actor=editor, at=NOW)
    newest = draft.changes.latest("pk")

    services.add_word(ruleset_id=draft.pk, code="r01", phrase="سرشماري", weight=4, actor=editor, at=NOW)

    assert spec_of(draft, "r01") == rule("r01", "STAT", "آمار", "جمعیت", "سرشماری=4")
    assert draft.changes.latest("pk") == newest


def test_add_word_when_nothing_of_it_is_findable_then_it_is_refused(draft, editor):
    with pytest.raises(ValidationError):
        services.add_word(ruleset_id=draft.pk, code="r01", phrase="؟", weight=4, actor=editor, at=NOW)


@pytest.mark.parametrize(
    "step",
    [
        lambda rules, by: services.add_rule(
            ruleset_id=rules.pk, spec=rule("", "IT", "سامانه"), actor=by, at=NOW
        ),
        lambda rules, by: change(rules, "r01", rule("", "IT", "سامانه"), by),
        lambda rules, by: services.copy_rule(rule_id=rules.rules.get(code="r01").pk, actor=by, at=NOW),
        lambda rules, by: services.remove_rule(rule_id=rules.rules.get(code="r01").pk, actor=by, at=NOW),
        lambda rules, by: services.move_rule(
            rule_id=rules.rules.get(code="r01").pk, place=3, actor=by, at=NOW
        ),
        lambda rules, by: services.add_word(
            ruleset_id=rules.pk, code="r01", phrase="عدد", weight=3, actor=by, at=NOW
        ),
        lambda rules, by: services.rename(ruleset_id=rules.pk, name="دیگر", actor=by, at=NOW),
        lambda rules, by: services.discard(ruleset_id=rules.pk),
        lambda rules, by: services.rehearse(ruleset_id=rules.pk, actor=by, at=NOW),
    ],
    ids=["add", "change", "copy", "remove", "move", "word", "rename", "discard", "rehearse"],
)
def test_step_when_the_set_is_published_then_it_is_refused(draft, editor, step):
    published = RuleSet.objects.in_force().get()
    before = rules_of(published.pk)

    with pytest.raises(services.NotADraft):
        step(published, editor)

    assert rules_of(published.pk) == before


def test_discard_when_a_draft_is_thrown_away_then_its_record_goes_with_it(draft):
    rehearsed(draft)

    services.discard(ruleset_id=draft.pk)

    assert list(RuleSet.objects.values_list("version", flat=True)) == [1]
    assert not Rehearsal.objects.exists()


@pytest.mark.parametrize(
    "sql", ["UPDATE routing_rulechange SET note = 'x'", "DELETE FROM routing_rulechange"]
)
def test_record_of_a_published_set_when_touched_by_sql_then_it_stays(draft, sql):
    with (
        pytest.raises(IntegrityError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


# --- Publishing -------------------------------------------------------------------------------------------------


@pytest.fixture
def second() -> User:
    return User.objects.create_user("second")


def test_publish_when_not_rehearsed_then_it_is_refused(draft, second):
    with pytest.raises(services.PublicationRefused, match="not rehearsed"):
        services.publish(ruleset=draft, actor=second, at=NOW)


def test_publish_when_changed_after_the_rehearsal_then_it_is_refused(draft, editor, second):
    rehearsed(draft)
    change(draft, "r01", rule("", "STAT", "سرشماری"), editor)

    with pytest.raises(services.PublicationRefused, match="changed after"):
        services.publish(ruleset=draft, actor=second, at=NOW)


def test_publish_when_the_rehearsal_found_a_breach_then_it_is_refused(draft, second):
    rehearsed(draft, breaches=1)

    with pytest.raises(services.PublicationRefused, match="1 case came to a unit"):
        services.publish(ruleset=draft, actor=second, at=NOW)


def test_publish_when_two_people_are_needed_then_whoever_worked_on_it_is_refused(
    draft, editor, second, settings
):
    settings.RULES_NEED_TWO = True
    helper = User.objects.create_user("helper")
    change(draft, "r01", rule("", "STAT", "سرشماری"), helper)
    rehearsed(draft)

    for person in (editor, helper):
        with pytest.raises(services.PublicationRefused, match="A second person"):
            services.publish(ruleset=draft, actor=person, at=NOW)
    services.publish(ruleset=draft, actor=second, at=NOW)

    draft.refresh_from_db()
    assert (draft.status, draft.published_by) == (Status.PUBLISHED, second)


def test_publish_when_one_person_is_enough_then_the_editor_publishes(draft, editor, settings):
    settings.RULES_NEED_TWO = False
    rehearsed(draft)

    services.publish(ruleset=draft, actor=editor, at=NOW)

    told = RuleChange.objects.filter(what__in=[Change.PUBLISHED, Change.RETIRED], actor=editor)
    assert list(told.values_list("ruleset__version", "what").order_by("ruleset__version")) == [
        (1, "retired"),
        (2, "published"),
    ]


# --- Rehearsals -------------------------------------------------------------------------------------------------


def test_rehearse_when_asked_twice_then_it_is_the_same_one(draft, editor):
    first = services.rehearse(ruleset_id=draft.pk, actor=editor, at=NOW)

    assert services.rehearse(ruleset_id=draft.pk, actor=editor, at=NOW) == first


def test_rehearse_when_the_draft_changes_then_the_one_under_way_is_outdated(draft, editor):
    first = services.rehearse(ruleset_id=draft.pk, actor=editor, at=NOW)

    change(draft, "r01", rule("", "STAT", "سرشماری"), editor)

    first.refresh_from_db()
    assert first.state == RehearsalState.OUTDATED


def test_rehearsal_when_over_then_the_database_keeps_it_as_it_is(draft):
    row = rehearsed(draft, breaches=1)

    with pytest.raises(IntegrityError, match="is over"), transaction.atomic():
        Rehearsal.objects.filter(pk=row.pk).update(breaches=0)


# --- The difference ---------------------------------------------------------------------------------------------


def test_differences_when_rules_are_changed_then_each_says_what_differs():
    before = [
        rule("r01", "STAT", "آمار", "جمعیت=4"),
        rule("r02", "PR", "خبر", not_if=["بد"]),
        rule("r03", "IT", "سامانه"),
    ]
    after = [
        rule("r01", "IT", "آمار", "سرشماری", "جمعیت=5"),
        rule("r02", "PR", "خبر", not_if=["خوب"]),
        rule("r04", "EDU", "کلاس"),
    ]

    found = differences(before, after)

    assert [(one.code, one.before is None, one.after is None) for one in found] == [
        ("r01", False, False),
        ("r02", False, False),
        ("r04", True, False),
        ("r03", False, True),
    ]
    assert (found[0].fields, found[0].words_added, found[0].words_reweighed) == (
        ["unit"],
        ["سرشماری"],
        [("جمعیت", 4, 5)],
    )
    assert (found[1].silencers_added, found[1].silencers_removed) == (["خوب"], ["بد"])


def test_differences_when_one_rule_is_moved_then_only_that_one_is_named():
    rules = [rule(f"r{number}", "STAT", "آمار") for number in range(6)]

    found = differences(rules, [*rules[1:], rules[0]])

    assert [(one.code, one.is_moved) for one in found] == [("r0", True)]


def test_differences_when_nothing_differs_then_there_are_none():
    rules = [rule("r01", "STAT", "آمار")]

    assert differences(rules, list(rules)) == []
