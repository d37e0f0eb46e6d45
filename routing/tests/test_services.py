"""Rule sets in the database: deciding by the one in force, publishing, copying, loading."""

import logging

import pytest
from django.db import connection
from django.utils import timezone, translation

from directory.models import Unit, User
from routing import selectors, services
from routing.enums import Kind, Status
from routing.models import Keyword, Rule, RuleSet
from routing.policy import BrokenRules
from routing.services.files import BUNDLED
from routing.tests.factories import facts, make_ruleset, make_units, rehearsed, rule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def units():
    make_units()


def make_draft(unit: str, word: str, version: int = 1) -> RuleSet:
    ruleset = make_ruleset(version)
    stored = Rule.objects.create(ruleset=ruleset, order=1, code="r01", unit=Unit.objects.get(code=unit))
    Keyword.objects.create(rule=stored, phrase=word, weight=3)
    return ruleset


def publish(ruleset: RuleSet) -> RuleSet:
    return services.publish(ruleset=ruleset, actor=None, at=timezone.now())


# --- Deciding ---------------------------------------------------------------------------------------------------


def test_without_published_rules_the_desk_answers():
    decision = services.decide(facts("آمار"))

    assert (decision.unit, decision.version) == ("DESK", None)


def test_without_published_rules_misconduct_goes_to_the_inspectors():
    assert services.decide(facts("آمار", kind=Kind.MISCONDUCT)).unit == "INSP"


def test_a_draft_decides_nothing(units):
    make_draft("STAT", "آمار")

    assert services.decide(facts("آمار")).unit == "DESK"


def test_the_published_rules_decide_and_are_named(units):
    publish(make_draft("STAT", "آمار", version=7))

    decision = services.decide(facts("آمار"))

    assert (decision.unit, decision.rule, decision.version) == ("STAT", "r01", 7)


def test_publishing_counts_from_the_next_decision(units):
    publish(make_draft("STAT", "آمار", version=1))
    services.decide(facts("آمار"))
    publish(make_draft("PR", "آمار", version=2))

    assert services.decide(facts("آمار")).unit == "PR"


def test_a_known_version_costs_one_query(units, django_assert_num_queries):
    publish(make_draft("STAT", "آمار"))
    services.decide(facts("آمار"))

    with django_assert_num_queries(1):
        services.decide(facts("آمار"))


def test_rules_broken_behind_our_back_are_loud_and_harmless(units, caplog):
    ruleset = make_ruleset()
    Rule.objects.create(ruleset=ruleset, order=1, code="r01", unit=Unit.objects.get(code="STAT"))
    RuleSet.objects.filter(pk=ruleset.pk).update(status=Status.PUBLISHED, published_at=timezone.now())

    with caplog.at_level(logging.ERROR):
        decision = services.decide(facts("آمار"))

    assert decision.unit == "DESK"
    assert "The published rules are broken" in caplog.text


# --- Publishing -------------------------------------------------------------------------------------------------


def test_publishing_retires_the_set_before(units):
    first, second = make_draft("STAT", "آمار", version=1), make_draft("PR", "خبر", version=2)
    user, now = User.objects.create_user("editor"), timezone.now()
    publish(first)

    rehearsed(second)

    services.publish(ruleset=second, actor=user, at=now)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.retired_at) == (Status.RETIRED, now)
    assert (second.status, second.published_at, second.published_by) == (Status.PUBLISHED, now, user)
    assert RuleSet.objects.in_force().get() == second


def test_only_a_draft_is_published(units):
    ruleset = publish(make_draft("STAT", "آمار"))

    with pytest.raises(services.PublicationRefused, match="Only a draft"):
        publish(ruleset)


def test_an_empty_set_is_not_published(units):
    with pytest.raises(services.PublicationRefused, match="no rules"):
        publish(make_ruleset())


def test_a_set_with_a_broken_rule_is_not_published(units):
    ruleset = make_draft("STAT", "آمار")
    Rule.objects.create(ruleset=ruleset, order=2, code="r02", unit=Unit.objects.get(code="STAT"))

    with pytest.raises(services.PublicationRefused, match="r02: The rule has no keyword"):
        publish(ruleset)

    ruleset.refresh_from_db()
    assert ruleset.status == Status.DRAFT


def test_a_rule_for_an_inactive_unit_is_not_published(units):
    ruleset = make_draft("STAT", "آمار")
    Unit.objects.filter(code="STAT").update(is_active=False)

    with pytest.raises(services.PublicationRefused, match="STAT is missing or inactive"):
        publish(ruleset)


def test_rules_are_not_published_without_the_units_routing_falls_back_on(units):
    ruleset = make_draft("STAT", "آمار")
    Unit.objects.filter(code="INSP").delete()

    with pytest.raises(services.PublicationRefused, match="INSP is missing or inactive"):
        publish(ruleset)


# --- Copying and loading ----------------------------------------------------------------------------------------


def test_the_delivered_rules_are_loaded_and_published_as_version_one(units):
    ruleset = services.load_rules()

    assert (ruleset.version, ruleset.status) == (1, Status.PUBLISHED)
    assert selectors.rules_of(ruleset.pk) == services.bundled_rules()


def test_loading_again_changes_nothing(units):
    first = services.load_rules()

    assert services.load_rules() == first
    assert RuleSet.objects.count() == 1


def test_loading_never_replaces_rules_that_staff_published(units):
    own = publish(make_draft("STAT", "آمار"))

    assert services.load_rules() == own
    assert Rule.objects.count() == 1


def test_loading_needs_the_units():
    with pytest.raises(services.PublicationRefused, match="missing or inactive"):
        services.load_rules()

    assert not RuleSet.objects.exists()


def test_a_new_draft_is_a_copy_with_the_next_version(units):
    source = services.load_rules()

    draft = services.new_draft(source=source, name="پیش‌نویس", at=timezone.now())

    assert (draft.version, draft.status) == (2, Status.DRAFT)
    assert selectors.rules_of(draft.pk) == selectors.rules_of(source.pk)


def test_warnings_of_a_set_can_be_read(units):
    ruleset = make_draft("PROJ", "سد")

    assert [(problem.rule, problem.fault, problem.what) for problem in selectors.problems_of(ruleset)] == [
        ("r01", "short", "سد")
    ]


# --- Rules files ------------------------------------------------------------------------------------------------

HEADER = "id,stage,kinds,any_of (word=weight),not_if,unit\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("id,stage\n", "has no column kinds, any_of"),
        (HEADER + "r1,middle,,آمار=3,,STAT\n", "line 2: «middle» is no stage"),
        (HEADER + "r1,points,,آمار,,STAT\n", "line 2: «آمار» is not word=weight"),
        (HEADER + "r1,points,,آمار=خیلی,,STAT\n", "line 2: «آمار=خیلی» is not word=weight"),
    ],
)
def test_a_faulty_rules_file_is_refused_with_its_line(tmp_path, text, fault):
    path = tmp_path / "rules.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(services.RulesFileError, match=fault.replace("(", r"\(")):
        services.read_rules(path)


def test_a_rule_may_take_several_rows(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text(HEADER + "r1,points,,آمار=3,وام,STAT\nr1,points,,عدد=2,بانک,STAT\n", encoding="utf-8")

    assert services.read_rules(path) == [rule("r1", "STAT", "آمار=3", "عدد=2", not_if=["وام", "بانک"])]


def test_rows_of_one_rule_must_agree(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text(HEADER + "r1,points,,آمار=3,,STAT\nr1,points,,عدد=2,,PR\n", encoding="utf-8")

    with pytest.raises(services.RulesFileError, match="line 3: the rows of r1 differ"):
        services.read_rules(path)


def test_a_file_with_a_broken_rule_is_not_loaded(units, tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text(HEADER + "r1,points,,,,STAT\n", encoding="utf-8")

    with pytest.raises(BrokenRules, match="r1: no_words"):
        services.load_rules(path=path)

    assert not RuleSet.objects.exists()


def test_a_rules_file_may_start_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_bytes(b"\xef\xbb\xbf" + BUNDLED.read_bytes())

    assert services.read_rules(path) == services.bundled_rules()


def test_the_database_folds_keywords_as_we_do(units):
    stored = make_draft("STAT", "شکایت").rules.get()

    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_fold(%s) = portal_fold(%s)", ["شكايت", stored.keywords.get().phrase])
        assert cursor.fetchone() == (True,)
