"""What the database itself refuses: changes to a published rule set, by the ORM and by SQL."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from directory.models import Unit
from routing import services
from routing.enums import Status
from routing.models import Keyword, Rule, RuleSet
from routing.tests.factories import make_ruleset, make_units

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def published() -> RuleSet:
    make_units()
    ruleset = make_ruleset()
    add_rule(ruleset)
    return services.publish(ruleset=ruleset, actor=None, at=timezone.now())


def add_rule(ruleset: RuleSet, code: str = "r01", order: int = 1) -> Rule:
    rule = Rule.objects.create(ruleset=ruleset, order=order, code=code, unit=Unit.objects.get(code="STAT"))
    Keyword.objects.create(rule=rule, phrase="آمار", weight=3)
    return rule


CHANGES = {
    "rename the set": lambda: RuleSet.objects.update(name="دیگر"),
    "make it a draft again": lambda: RuleSet.objects.update(
        status=Status.DRAFT, published_at=None, published_by=None
    ),
    "change its version": lambda: RuleSet.objects.update(version=9),
    "delete the set": lambda: RuleSet.objects.get().delete(),
    "change a rule": lambda: Rule.objects.update(note="دیگر"),
    "send a rule elsewhere": lambda: Rule.objects.update(unit=Unit.objects.get(code="PR")),
    "delete a rule": lambda: Rule.objects.get().delete(),
    "add a rule": lambda: add_rule(RuleSet.objects.get(), "r02", 2),
    "change a keyword": lambda: Keyword.objects.update(weight=9),
    "delete a keyword": lambda: Keyword.objects.get().delete(),
    "add a keyword": lambda: Keyword.objects.create(rule=Rule.objects.get(), phrase="عدد"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_published_set_cannot_be_changed(published, change):
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        change()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE routing_ruleset SET name = 'x'",
        "DELETE FROM routing_ruleset",
        "UPDATE routing_rule SET stage = 'lane'",
        "DELETE FROM routing_keyword",
        "UPDATE routing_keyword SET phrase = 'x'",
        "INSERT INTO routing_keyword (rule_id, phrase, weight, switches_off)"
        " SELECT id, 'x', 3, false FROM routing_rule",
    ],
)
def test_sql_cannot_change_a_published_set_either(published, sql):
    with (
        pytest.raises(IntegrityError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_a_rule_cannot_be_moved_into_or_out_of_a_published_set(published):
    draft = make_ruleset(2)
    moved = add_rule(draft)

    for source, target in [(moved, published), (published.rules.get(), draft)]:
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            Rule.objects.filter(pk=source.pk).update(ruleset=target)


def test_a_retired_set_stays_as_it_is(published):
    RuleSet.objects.update(status=Status.RETIRED, retired_at=timezone.now())

    for change in [
        lambda: RuleSet.objects.update(status=Status.PUBLISHED, retired_at=None),
        lambda: Keyword.objects.update(weight=9),
    ]:
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            change()


def test_a_draft_can_be_changed_and_deleted():
    make_units()
    draft = make_ruleset()
    rule = add_rule(draft)

    rule.keywords.update(weight=9)
    rule.note = "یادداشت"
    rule.save()
    draft.delete()

    assert not RuleSet.objects.exists()


def test_two_sets_cannot_both_be_published(published):
    second = make_ruleset(2)

    with pytest.raises(IntegrityError, match="ruleset_one_published"), transaction.atomic():
        RuleSet.objects.filter(pk=second.pk).update(status=Status.PUBLISHED, published_at=timezone.now())


@pytest.mark.parametrize("phrase", ["شکایت", "شكايت", "شکایت\u200c"])
def test_a_keyword_stands_once_in_a_rule_however_it_is_spelled(phrase):
    make_units()
    rule = add_rule(make_ruleset())
    rule.keywords.create(phrase="شکایت")

    with pytest.raises(IntegrityError, match="keyword_once_per_rule"), transaction.atomic():
        rule.keywords.create(phrase=phrase)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"stage": "desk"}, "rule_stage_known"),
        ({"kinds": ["rumour"]}, "rule_kinds_known"),
        ({"always": 21, "kinds": ["praise"]}, "rule_always_in_range"),
        ({"always": 3}, "rule_always_names_kinds"),
    ],
)
def test_a_rule_of_nonsense_is_refused(fields, constraint):
    make_units()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Rule.objects.create(
            ruleset=make_ruleset(), order=1, code="r01", unit=Unit.objects.get(code="STAT"), **fields
        )


def test_a_keyword_that_leaves_nothing_to_look_for_is_refused_by_the_form():
    with pytest.raises(ValidationError, match="Nothing is left"):
        Keyword(phrase="؟ ها").clean()


def test_a_rule_without_words_must_name_kinds():
    with pytest.raises(ValidationError, match="must name the kinds"):
        Rule(always=3).clean()
