"""Judging answers: what counts, what is dropped, what is refused; no database."""

from datetime import UTC, datetime, timedelta

import pytest

from surveys.enums import ItemKind, Operator, State
from surveys.policy import (
    Answer,
    AnswersRefused,
    Choice,
    Condition,
    ConditionRefused,
    Fault,
    Question,
    Reason,
    VersionClosed,
    check_open,
    judge,
    read_condition,
)

FIVE = tuple(Choice(value) for value in ("5", "4", "3", "2", "1"))
SAT = Question("S_SAT", ItemKind.FIVE_POINT, FIVE, is_compulsory=True, scale="SAT5")
MATCH = Question("S_MATCH", ItemKind.FIVE_POINT, (*FIVE, Choice("96", is_missing=True)), scale="AGR5")
WHAT = Question(
    "S_MATCH_WHAT",
    ItemKind.SEVERAL,
    (Choice("cost"), Choice("time"), Choice("other")),
    condition=Condition("S_MATCH", Operator.ANY_OF, frozenset({"1", "2"})),
)
COMMENT = Question("S_COMMENT", ItemKind.LONG_TEXT)
AGE = Question("AGE", ItemKind.NUMBER, limit=120)
HELPED = Question("HELPED", ItemKind.YES_NO, (Choice("yes"), Choice("no")))
SURVEY = (SAT, MATCH, WHAT, COMMENT, AGE, HELPED)


def faults(posted: dict[str, list[str]]) -> dict[str, Fault]:
    with pytest.raises(AnswersRefused) as refused:
        judge(SURVEY, posted)
    return dict(refused.value.faults)


def test_judge_when_all_is_answered_then_each_answer_is_of_its_sort() -> None:
    posted = {
        "S_SAT": ["4"],
        "S_MATCH": ["2"],
        "S_MATCH_WHAT": ["time", "cost", "time"],
        "S_COMMENT": ["  باجهٔ دوم\r\nشلوغ است  "],
        "AGE": ["۳۴"],
        "HELPED": ["yes"],
    }

    answers = judge(SURVEY, posted)

    assert answers == {
        "S_SAT": Answer(values=("4",)),
        "S_MATCH": Answer(values=("2",)),
        "S_MATCH_WHAT": Answer(values=("cost", "time")),
        "S_COMMENT": Answer(text="باجهٔ دوم\nشلوغ است"),
        "AGE": Answer(number=34),
        "HELPED": Answer(values=("yes",)),
    }


def test_judge_when_only_the_compulsory_question_is_answered_then_blanks_are_left_out() -> None:
    posted = {"S_SAT": ["5"], "S_MATCH": [""], "S_COMMENT": [" \n"], "AGE": [""], "S_MATCH_WHAT": []}

    assert judge(SURVEY, posted) == {"S_SAT": Answer(values=("5",))}


@pytest.mark.parametrize("parent", [["5"], ["96"], []])
def test_judge_when_a_hidden_question_is_answered_then_the_answer_is_dropped(parent: list[str]) -> None:
    answers = judge(SURVEY, {"S_SAT": ["5"], "S_MATCH": parent, "S_MATCH_WHAT": ["cost"]})

    assert "S_MATCH_WHAT" not in answers


def test_judge_when_a_hidden_answer_is_forged_then_it_is_dropped_too() -> None:
    answers = judge(SURVEY, {"S_SAT": ["5"], "S_MATCH_WHAT": ["<script>"]})

    assert answers == {"S_SAT": Answer(values=("5",))}


def test_judge_when_a_compulsory_question_is_hidden_then_it_may_be_blank() -> None:
    what = Question("WHAT", ItemKind.SHORT_TEXT, is_compulsory=True, condition=WHAT.condition)

    assert judge((MATCH, what), {"S_MATCH": ["4"]}) == {"S_MATCH": Answer(values=("4",))}
    with pytest.raises(AnswersRefused) as refused:
        judge((MATCH, what), {"S_MATCH": ["2"]})
    assert refused.value.faults == {"WHAT": Fault(Reason.BLANK)}


def test_judge_when_a_question_hangs_on_a_hidden_one_then_it_is_hidden_too() -> None:
    third = Question("THIRD", ItemKind.SHORT_TEXT, condition=Condition("S_MATCH_WHAT", Operator.ANSWERED))

    answers = judge((MATCH, WHAT, third), {"S_MATCH": ["5"], "S_MATCH_WHAT": ["cost"], "THIRD": ["متن"]})

    assert list(answers) == ["S_MATCH"]


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ({}, {"S_SAT": Fault(Reason.BLANK)}),
        ({"S_SAT": ["6"]}, {"S_SAT": Fault(Reason.FORGED)}),
        ({"S_SAT": ["۵"]}, {"S_SAT": Fault(Reason.FORGED)}),
        ({"S_SAT": ["5", "1"]}, {"S_SAT": Fault(Reason.FORGED)}),
        ({"S_SAT": ["96"]}, {"S_SAT": Fault(Reason.FORGED)}),
        ({"S_SAT": ["5\x00"]}, {"S_SAT": Fault(Reason.FORGED)}),
        ({"S_SAT": ["\ud800"]}, {"S_SAT": Fault(Reason.FORGED)}),
        ({"S_SAT": ["5" * 100_000]}, {"S_SAT": Fault(Reason.FORGED)}),
        ({"S_SAT": ["5"], "S_STRANGE": ["1"]}, {"S_STRANGE": Fault(Reason.FORGED)}),
        (
            {"S_SAT": ["5"], "S_MATCH": ["1"], "S_MATCH_WHAT": ["cost", "gift"]},
            {"S_MATCH_WHAT": Fault(Reason.FORGED)},
        ),
        ({"S_SAT": ["5"], "S_COMMENT": ["الف" * 400]}, {"S_COMMENT": Fault(Reason.TOO_LONG, 1200, 1000)}),
        (
            {"S_SAT": ["5"], "S_COMMENT": ["ب" * 100_000]},
            {"S_COMMENT": Fault(Reason.TOO_LONG, 100_000, 1000)},
        ),
        ({"S_SAT": ["5"], "S_COMMENT": ["یک", "دو"]}, {"S_COMMENT": Fault(Reason.FORGED)}),
        ({"S_SAT": ["5"], "AGE": ["سی"]}, {"AGE": Fault(Reason.NOT_A_NUMBER)}),
        ({"S_SAT": ["5"], "AGE": ["-3"]}, {"AGE": Fault(Reason.NOT_A_NUMBER)}),
        ({"S_SAT": ["5"], "AGE": ["1e2"]}, {"AGE": Fault(Reason.NOT_A_NUMBER)}),
        ({"S_SAT": ["5"], "AGE": ["²"]}, {"AGE": Fault(Reason.NOT_A_NUMBER)}),
        ({"S_SAT": ["5"], "AGE": ["121"]}, {"AGE": Fault(Reason.TOO_LARGE, limit=120)}),
        ({"S_SAT": ["5"], "AGE": ["9" * 100_000]}, {"AGE": Fault(Reason.TOO_LARGE, limit=120)}),
        ({"S_SAT": ["5"], "HELPED": ["maybe"]}, {"HELPED": Fault(Reason.FORGED)}),
    ],
)
def test_judge_when_an_answer_cannot_count_then_its_question_is_named(
    posted: dict[str, list[str]], expected: dict[str, Fault]
) -> None:
    assert faults(posted) == expected


def test_judge_when_a_text_hides_signs_then_they_are_gone() -> None:
    answers = judge(SURVEY, {"S_SAT": ["5"], "S_COMMENT": ["\x00\ud800كتاب\u202eها\x07"]})

    assert answers["S_COMMENT"] == Answer(text="کتابها")


@pytest.mark.parametrize("typed", ["۰۳۴", "34", " 3 4 ", "٣٤", "0" * 50 + "34"])
def test_judge_when_a_number_is_typed_in_any_digits_then_it_is_read(typed: str) -> None:
    assert judge((AGE,), {"AGE": [typed]}) == {"AGE": Answer(number=34)}


def test_judge_when_zero_is_the_answer_then_it_counts() -> None:
    assert judge((AGE,), {"AGE": ["0"]}) == {"AGE": Answer(number=0)}


@pytest.mark.parametrize(
    ("condition", "answer", "expected"),
    [
        (Condition("S_MATCH", Operator.ANY_OF, frozenset({"1", "2"})), ("1",), True),
        (Condition("S_MATCH", Operator.ANY_OF, frozenset({"1", "2"})), ("5",), False),
        (Condition("S_MATCH", Operator.ANY_OF, frozenset({"1", "2"})), (), False),
        (Condition("S_MATCH", Operator.NONE_OF, frozenset({"1", "2"})), ("5",), True),
        (Condition("S_MATCH", Operator.NONE_OF, frozenset({"1", "2"})), ("2",), False),
        (Condition("S_MATCH", Operator.NONE_OF, frozenset({"1", "2"})), (), False),
        (Condition("S_MATCH", Operator.ANSWERED), ("5",), True),
        (Condition("S_MATCH", Operator.ANSWERED), (), False),
        (Condition("S_MATCH_WHAT", Operator.ANY_OF, frozenset({"time"})), ("cost", "time"), True),
        (Condition("S_MATCH_WHAT", Operator.NONE_OF, frozenset({"time"})), ("cost", "time"), False),
    ],
)
def test_condition_when_asked_of_an_answer_then_it_holds_or_not(
    condition: Condition, answer: tuple[str, ...], expected: bool
) -> None:
    assert condition.holds({condition.item: answer}) is expected


def test_read_condition_when_well_formed_then_it_is_returned() -> None:
    data = {"item": "S_MATCH", "op": "any_of", "values": ["1", "2"]}

    assert read_condition(data, {"S_MATCH": MATCH}) == WHAT.condition
    assert read_condition({"item": "S_COMMENT", "op": "answered"}, {"S_COMMENT": COMMENT}) == Condition(
        "S_COMMENT", Operator.ANSWERED
    )
    assert read_condition({}, {}) is None


@pytest.mark.parametrize(
    "data",
    [
        "S_MATCH == 1",
        ["S_MATCH", "any_of", ["1"]],
        {"item": "S_MATCH", "op": "any_of", "values": ["1"], "code": "__import__('os')"},
        {"item": "S_MATCH", "op": "eval", "values": ["1"]},
        {"item": "S_MATCH", "op": ["any_of"], "values": ["1"]},
        {"item": "S_MATCH", "op": "any_of", "values": []},
        {"item": "S_MATCH", "op": "any_of", "values": "12"},
        {"item": "S_MATCH", "op": "any_of", "values": [1]},
        {"item": "S_MATCH", "op": "any_of", "values": ["7"]},
        {"item": "S_MATCH", "op": "any_of"},
        {"item": "S_MATCH", "op": "answered", "values": ["1"]},
        {"item": "S_COMMENT", "op": "any_of", "values": ["1"]},
        {"item": "S_LATER", "op": "answered"},
        {"item": None, "op": "answered"},
        {"item": ["S_MATCH"], "op": "answered"},
        {"op": "answered"},
    ],
)
def test_read_condition_when_not_in_the_list_then_it_is_refused(data: object) -> None:
    with pytest.raises(ConditionRefused):
        read_condition(data, {"S_MATCH": MATCH, "S_COMMENT": COMMENT})


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "retired_before"),
    [(State.PUBLISHED, None), (State.RETIRED, timedelta(0)), (State.RETIRED, timedelta(hours=24))],
)
def test_check_open_when_published_or_retired_within_a_day_then_it_passes(
    state: State, retired_before: timedelta | None
) -> None:
    check_open(state, NOON - retired_before if retired_before is not None else None, NOON)


@pytest.mark.parametrize(
    ("state", "retired_before"), [(State.DRAFT, None), (State.RETIRED, timedelta(hours=24, seconds=1))]
)
def test_check_open_when_a_draft_or_long_retired_then_it_refuses(
    state: State, retired_before: timedelta | None
) -> None:
    with pytest.raises(VersionClosed):
        check_open(state, NOON - retired_before if retired_before is not None else None, NOON)
