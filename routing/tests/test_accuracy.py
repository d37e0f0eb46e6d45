"""The delivered rules on labelled messages: figures that must not fall."""

from pathlib import Path

import pytest

from routing.policy import compile_rules, problems
from routing.services import bundled_rules, read_messages, read_rules
from routing.services.files import DATA
from routing.services.trial import Trial, delivered_services, outcomes

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


def test_the_delivered_rules_deserve_short_word_warnings_only():
    assert {problem.fault for problem in problems(bundled_rules())} <= {"short"}


def test_the_first_rules_still_load():
    assert len(read_rules(TESTS / "first-rules.csv")) == 15
