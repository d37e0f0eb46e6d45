"""The order of deciding: exclusions, lanes, points, the chosen service, the desk."""

from dataclasses import asdict

import pytest

from routing.enums import Fault, Stage
from routing.policy import BrokenRules, Problem, RuleSpec, choose, compile_rules, excluded_by, problems
from routing.policy.choice import Reason
from routing.tests.factories import MISCONDUCT_LANE, PARENTS, compiled, decided, facts, rule

TOPICS = compiled(
    rule("l1", "HEAD", "به بازرسی ارجاع ندهید", lane=True, kinds=["misconduct", "complaint"]),
    rule("l2", "SEC", "نگهبان", "دوربین", lane=True),
    MISCONDUCT_LANE,
    rule("p1", "CONT", "پیمانکار=3", "ساجات=6"),
    rule("p2", "EDU", "دوره=2", "کلاس=3", not_if=["دوره سه‌ماهه"]),
    rule("p3", "PROJ", "پروژه=3", "پیمانکار=1"),
)


def test_nothing_matched_goes_to_the_desk():
    decision = decided(TOPICS, "سلام")

    assert (decision.unit, decision.stage, decision.rule) == ("DESK", Stage.DESK, None)


def test_nothing_matched_goes_to_the_unit_of_the_chosen_service():
    decision = decided(TOPICS, "سلام", service="s09", service_unit="EDU")

    assert (decision.unit, decision.stage, decision.rule) == ("EDU", Stage.SERVICE, None)
    assert decision.points == (("EDU", 2),)


def test_the_highest_total_wins():
    decision = decided(TOPICS, "پیمانکار پروژه کلاس")

    assert (decision.unit, decision.stage, decision.rule) == ("PROJ", Stage.POINTS, "p3")
    assert decision.points == (("PROJ", 4), ("CONT", 3), ("EDU", 3))


def test_equal_totals_are_decided_by_the_order_of_rules():
    assert decided(TOPICS, "کلاس پیمانکار").unit == "CONT"


def test_equal_totals_put_the_chosen_service_last():
    assert decided(TOPICS, "دوره", service="s07", service_unit="STAT").unit == "EDU"


def test_the_text_outweighs_a_wrong_service():
    assert decided(TOPICS, "ساجات", service="s09", service_unit="EDU").unit == "CONT"


# --- The unit written to (decision 41) ---


def test_nothing_matched_goes_to_the_unit_written_to():
    decision = decided(TOPICS, "سلام", addressed_unit="BUD")

    assert (decision.unit, decision.stage, decision.rule) == ("BUD", Stage.ADDRESSED, None)
    assert decision.reasons == (Reason(None, Stage.ADDRESSED, "BUD", "BUD", "addressed", 4),)


def test_one_light_word_does_not_overrule_the_unit_written_to():
    decision = decided(TOPICS, "پیمانکار", addressed_unit="BUD")

    assert (decision.unit, decision.points) == ("BUD", (("BUD", 4), ("CONT", 3), ("PROJ", 1)))


@pytest.mark.parametrize("known", [{"body": "ساجات"}, {"subject": "پیمانکار"}])
def test_clear_words_outweigh_the_unit_written_to(known):
    decision = decided(TOPICS, addressed_unit="BUD", **known)

    assert (decision.unit, decision.stage, decision.rule) == ("CONT", Stage.POINTS, "p1")
    assert ("BUD", 4) in decision.points


def test_the_unit_written_to_counts_before_the_chosen_service():
    decision = decided(TOPICS, "سلام", addressed_unit="BUD", service="s09", service_unit="EDU")

    assert decision.points == (("BUD", 4), ("EDU", 2))


def test_a_service_of_the_unit_written_to_counts_no_second_time():
    decision = decided(TOPICS, "سلام", addressed_unit="EDU", service="s09", service_unit="EDU")

    assert (decision.stage, decision.points) == (Stage.ADDRESSED, (("EDU", 4),))


def test_a_lane_comes_before_the_unit_written_to():
    assert decided(TOPICS, "نگهبان", addressed_unit="BUD").unit == "SEC"


def test_misconduct_never_goes_to_the_unit_written_to():
    assert decided(TOPICS, "سلام", kind="misconduct", addressed_unit="BUD").unit == "INSP"
    assert decided(compiled(), "سلام", kind="misconduct", addressed_unit="BUD").unit == "INSP"


def test_an_excluded_unit_is_never_chosen_though_it_was_written_to():
    known = {"kind": "complaint", "addressed_unit": "CONT"}

    assert decided(TOPICS, "سلام", about_unit="CONT", **known).unit == "INSP"
    assert decided(TOPICS, "کلاس", excluded=frozenset({"CONT"}), **known).unit == "EDU"


def test_a_word_in_the_subject_counts_one_more():
    decision = decided(TOPICS, "پیمانکار", subject="کلاس")

    assert decision.points == (("EDU", 4), ("CONT", 3), ("PROJ", 1))


def test_a_word_in_subject_and_body_counts_once_as_in_the_subject():
    assert decided(TOPICS, "کلاس", subject="کلاس").points == (("EDU", 4),)


def test_a_phrase_switches_its_rule_off():
    decision = decided(TOPICS, "در این دوره سه‌ماهه کلاس نبود")

    assert decision.unit == "DESK"
    assert decision.reasons == (Reason("p2", Stage.POINTS, "EDU", "دوره سه‌ماهه", "not_if", 0),)
    assert [reason.told() for reason in decision.reasons] == [asdict(reason) for reason in decision.reasons]


def test_the_reasons_name_rule_word_place_and_points():
    decision = decided(TOPICS, "کلاس", subject="دوره", service="s09", service_unit="EDU")

    assert decision.reasons == (
        Reason("p2", Stage.POINTS, "EDU", "دوره", "subject", 3),
        Reason("p2", Stage.POINTS, "EDU", "کلاس", "body", 3),
        Reason(None, Stage.SERVICE, "EDU", "s09", "service", 2),
    )


def test_a_lane_decides_before_points():
    decision = decided(TOPICS, "نگهبان پروژه پیمانکار ساجات کلاس")

    assert (decision.unit, decision.stage, decision.rule) == ("SEC", Stage.LANE, "l2")


def test_the_first_lane_decides():
    assert decided(TOPICS, "نگهبان. به بازرسی ارجاع ندهید", kind="complaint").rule == "l1"


def test_a_lane_is_for_its_kinds_only():
    assert decided(TOPICS, "به بازرسی ارجاع ندهید", kind="request").unit == "DESK"


# --- Misconduct -------------------------------------------------------------------------------------------------


def test_misconduct_goes_to_the_inspectors_whatever_its_words():
    assert decided(TOPICS, "ساجات پیمانکار پروژه", kind="misconduct", service_unit="CONT").unit == "INSP"


def test_misconduct_without_any_rule_goes_to_the_inspectors():
    assert decided(compiled(), "سلام", kind="misconduct", service_unit="CONT").unit == "INSP"


def test_misconduct_ignores_a_lane_to_a_topical_unit():
    rules = compiled(rule("bad", "CONT", "ساجات", lane=True))

    assert decided(rules, "ساجات", kind="misconduct").unit == "INSP"


@pytest.mark.parametrize(
    ("about", "unit", "outside"),
    [("CONT", "INSP", False), ("INSP", "HEAD", False), ("HEAD", "INSP", True), ("SEC", "INSP", False)],
)
def test_misconduct_never_goes_to_the_unit_it_is_about(about, unit, outside):
    decision = decided(TOPICS, "رشوه", kind="misconduct", excluded=excluded_by(about, PARENTS))

    assert (decision.unit, decision.external_bodies) == (unit, outside)


# --- Exclusions -------------------------------------------------------------------------------------------------


def test_the_unit_complained_of_is_passed_over_for_the_next():
    decision = decided(TOPICS, "ساجات کلاس", kind="complaint", about_unit="CONT")

    assert (decision.unit, decision.excluded) == ("EDU", ("CONT",))
    assert decision.points == (("CONT", 6), ("EDU", 3))


def test_no_topical_unit_left_means_the_inspectors():
    decision = decided(TOPICS, "ساجات", kind="complaint", about_unit="CONT")

    assert (decision.unit, decision.stage, decision.rule) == ("INSP", Stage.REPLACEMENT, None)


def test_the_chosen_service_of_the_unit_complained_of_means_the_inspectors():
    assert decided(TOPICS, "سلام", service="s01", service_unit="CONT", about_unit="CONT").unit == "INSP"


def test_a_lane_to_the_unit_complained_of_means_the_inspectors():
    assert decided(TOPICS, "نگهبان", kind="complaint", about_unit="SEC").unit == "INSP"


def test_a_complaint_about_a_unit_without_a_topic_goes_to_the_desk():
    assert decided(TOPICS, "سلام", kind="complaint", about_unit="CONT").unit == "DESK"


def test_a_complaint_about_the_desk_goes_to_the_inspectors():
    assert decided(TOPICS, "سلام", kind="complaint", about_unit="DESK").unit == "INSP"


@pytest.mark.parametrize(
    ("barred", "unit", "outside"),
    [
        ({"CONT"}, "INSP", False),
        ({"CONT", "INSP"}, "HEAD", False),
        ({"CONT", "INSP", "HEAD"}, "INSP", True),
        ({"CONT", "HEAD"}, "INSP", True),
    ],
)
def test_the_replacement_is_inspectors_then_head_then_inspectors_with_outside_bodies(barred, unit, outside):
    decision = decided(TOPICS, "ساجات", kind="complaint", excluded=frozenset(barred))

    assert (decision.unit, decision.external_bodies) == (unit, outside)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (None, set()),
        ("CONT", {"CONT"}),
        ("TECH", {"TECH", "CONT", "PROJ"}),
        ("HRD", {"HRD", "EDU", "ADM"}),
        ("HEAD", {"HEAD"}),
        ("GONE", {"GONE"}),
    ],
)
def test_a_unit_is_excluded_with_all_below_it_but_the_top_alone(unit, expected):
    assert excluded_by(unit, PARENTS) == expected


def test_a_loop_in_the_tree_does_not_hang():
    assert excluded_by("A", {"A": "B", "B": "A", "C": "B"}) == {"A", "B", "C"}


# --- Broken rules -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "fault", "what"),
    [
        (rule("r1", "STAT"), Fault.NO_WORDS, ""),
        (rule("r1", "STAT", "\u200c؟"), Fault.EMPTY_PHRASE, "\u200c؟"),
        (rule("r1", "STAT", "ها"), Fault.EMPTY_PHRASE, "ها"),
        (rule("r1", "STAT", "آمار", not_if=["!"]), Fault.EMPTY_PHRASE, "!"),
        (rule("r1", "STAT", "آمار=21"), Fault.WEIGHT, "آمار=21"),
        (rule("r1", "STAT", "آمار", kinds=["rumour"]), Fault.UNKNOWN_KIND, "rumour"),
        (rule("r1", "STAT", always=3), Fault.ALWAYS_FOR_ALL, ""),
        (rule("r1", "STAT", "آمار", lane=True, kinds=["misconduct"]), Fault.MISCONDUCT_LEAK, "STAT"),
    ],
)
def test_a_broken_rule_is_refused(broken, fault, what):
    with pytest.raises(BrokenRules) as refused:
        compile_rules([broken])

    assert refused.value.problems == (Problem("r1", fault, what),)


def test_two_rules_of_one_code_are_refused():
    with pytest.raises(BrokenRules, match="r1: repeated_id"):
        compile_rules([rule("r1", "STAT", "آمار"), rule("r1", "EDU", "دوره")])


def test_short_and_repeated_keywords_deserve_a_warning_only():
    spec = rule("r1", "PROJ", "سد", "طرح عمرانی", "طرح‌های عمرانی")

    found = problems([spec])

    assert found == [
        Problem("r1", Fault.SHORT, "سد"),
        Problem("r1", Fault.REPEATED, "طرح‌های عمرانی"),
    ]
    assert compile_rules([spec]).specs == (spec,)


@pytest.mark.parametrize(
    ("spec", "fault", "what"),
    [
        (rule("r1", "STAT", "آمار=5", "آمار=7"), Fault.TWO_WEIGHTS, "آمار"),
        (rule("r1", "STAT", "test=5", "TEST=7"), Fault.TWO_WEIGHTS, "TEST"),
        (rule("r1", "STAT", "آمار", not_if=["آمار"]), Fault.ALSO_A_WORD, "آمار"),
        (rule("r1", "STAT", "آمار=0", not_if=["آمار"]), Fault.ALSO_A_WORD, "آمار"),
    ],
)
def test_a_rule_that_says_two_things_of_one_phrase_is_broken(spec, fault, what):
    found = problems([spec])

    assert found == [Problem("r1", fault, what)]
    assert found[0].is_blocking


def test_a_keyword_of_which_only_the_first_word_is_looked_for_deserves_a_warning():
    specs = [rule("r1", "HEAD", "بازرسی‌تان", "شماره‌ام را", "می‌ترسانند", "خود بازرسی", "آمارگیری")]

    assert problems(specs) == [
        Problem("r1", Fault.SHORTENED, "بازرسی‌تان"),
        Problem("r1", Fault.SHORTENED, "شماره‌ام را"),
    ]


def test_rules_are_told_apart_by_value():
    assert RuleSpec(id="r1", unit="STAT", always=3, kinds=frozenset({"praise"})) == rule(
        "r1", "STAT", always=3, kinds=["praise"]
    )


def test_facts_need_only_kind_and_texts():
    assert choose(TOPICS, facts("کلاس")).unit == "EDU"
