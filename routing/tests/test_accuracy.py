"""The delivered rules on labelled messages: figures that must not fall."""

from dataclasses import replace
from pathlib import Path

import pytest

from routing.enums import Kind
from routing.policy import compile_rules, problems
from routing.services import bundled_rules, read_messages, read_rules
from routing.services.files import DATA
from routing.services.trial import LabelledMessage, Trial, delivered_services, outcomes

TESTS = Path(__file__).parent / "data"


def trial(path: Path, rules: Path = DATA / "rules.csv") -> Trial:
    return Trial(
        "tried", outcomes(read_messages(path), compile_rules(read_rules(rules)), delivered_services())
    )


def test_the_tuning_messages_reach_their_units():
    tried = trial(DATA / "routing-cases.csv")

    easy, hard = tried.score("easy"), tried.score("hard")
    assert (easy.total, easy.right, tried.leaks) == (60, 60, 0)
    assert hard.total == 60
    assert hard.right >= 57


@pytest.mark.parametrize("name", ["held-out.csv", "more-cases.csv"])
def test_the_other_labelled_messages_reach_their_units(name):
    tried = trial(TESTS / name)

    assert tried.leaks == 0
    assert tried.score("easy").share >= 0.98
    assert tried.score().share >= 0.96


def test_a_right_address_mends_and_a_wrong_one_seldom_harms():
    rules, services = compile_rules(bundled_rules()), delivered_services()
    files = (DATA / "routing-cases.csv", TESTS / "held-out.csv", TESTS / "more-cases.csv")
    messages = [
        one for path in files for one in read_messages(path) if one.kind in (Kind.REQUEST, Kind.SUGGESTION)
    ]
    units = {message.expected_unit for message in messages}

    def share(addressed: list[LabelledMessage]) -> float:
        return Trial("tried", outcomes(addressed, rules, services)).score().share

    right = share([replace(one, addressed_unit=one.expected_unit) for one in messages])
    wrong = [replace(one, addressed_unit=unit) for one in messages for unit in units - {one.expected_unit}]
    assert right >= max(0.995, share(messages))
    assert share(wrong) >= 0.965


def test_the_delivered_rules_deserve_short_word_warnings_only():
    assert {problem.fault for problem in problems(bundled_rules())} <= {"short"}


def test_the_first_rules_still_load():
    assert len(read_rules(TESTS / "first-rules.csv")) == 15
