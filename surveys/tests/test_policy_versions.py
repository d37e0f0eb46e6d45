"""What may be published, and how large a change is; no database."""

from dataclasses import replace

import pytest

from surveys.enums import Change, ItemKind, Operator
from surveys.policy import (
    Choice,
    Condition,
    Defect,
    Question,
    VersionRefused,
    check_complete,
    check_level,
    least_change,
)

FIVE = tuple(Choice(value) for value in ("5", "4", "3", "2", "1"))
SAT = Question("S_SAT", ItemKind.FIVE_POINT, FIVE, is_compulsory=True, scale="SAT5")
FLOW = Question("S_FLOW", ItemKind.FIVE_POINT, (*FIVE, Choice("97", is_missing=True)), scale="AGR5")
STATUS = Question("S_STATUS", ItemKind.SINGLE, (Choice("done"), Choice("not_done")))
COMMENT = Question("S_COMMENT", ItemKind.LONG_TEXT)
SURVEY = (SAT, FLOW, STATUS, COMMENT)


def test_check_complete_when_a_survey_is_sound_then_it_passes() -> None:
    check_complete(SURVEY)
    check_complete([replace(COMMENT, code=f"C{number}") for number in range(15)])


@pytest.mark.parametrize(
    ("questions", "defect", "item"),
    [
        ((), Defect.NO_ITEMS, ""),
        ([replace(COMMENT, code=f"C{number}") for number in range(16)], Defect.TOO_MANY_ITEMS, ""),
        ([replace(SAT, choices=FIVE[:4])], Defect.NO_FIVE_POINTS, "S_SAT"),
        ([replace(SAT, choices=FIVE[::-1])], Defect.NO_FIVE_POINTS, "S_SAT"),
        ([replace(SAT, scale="")], Defect.NO_FIVE_POINTS, "S_SAT"),
        ([replace(STATUS, choices=())], Defect.FEW_OPTIONS, "S_STATUS"),
        (
            [replace(STATUS, choices=(Choice("done"), Choice("no", is_missing=True)))],
            Defect.FEW_OPTIONS,
            "S_STATUS",
        ),
        ([replace(COMMENT, choices=FIVE)], Defect.NEEDLESS_OPTIONS, "S_COMMENT"),
    ],
)
def test_check_complete_when_something_is_wrong_then_it_is_named(
    questions: list[Question], defect: Defect, item: str
) -> None:
    with pytest.raises(VersionRefused) as refused:
        check_complete(questions)

    assert (refused.value.defect, refused.value.item) == (defect, item)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (SURVEY, Change.PATCH),
        ((*SURVEY, replace(COMMENT, code="MORE")), Change.MINOR),
        ((SAT, replace(COMMENT, code="MORE"), *SURVEY[1:]), Change.MINOR),
        ((SAT, FLOW, replace(STATUS, choices=(*STATUS.choices, Choice("partly"))), COMMENT), Change.MINOR),
        (SURVEY[:3], Change.MAJOR),
        ((FLOW, SAT, STATUS, COMMENT), Change.MAJOR),
        ((replace(SAT, scale="AGR5"), *SURVEY[1:]), Change.MAJOR),
        ((replace(SAT, is_compulsory=False), *SURVEY[1:]), Change.MAJOR),
        ((SAT, replace(FLOW, choices=FIVE), STATUS, COMMENT), Change.MAJOR),
        ((SAT, FLOW, replace(STATUS, choices=STATUS.choices[::-1]), COMMENT), Change.MAJOR),
        ((SAT, FLOW, STATUS, replace(COMMENT, kind=ItemKind.SHORT_TEXT)), Change.MAJOR),
        ((SAT, FLOW, STATUS, replace(COMMENT, limit=50)), Change.MAJOR),
        (
            (SAT, FLOW, STATUS, replace(COMMENT, condition=Condition("S_SAT", Operator.ANSWERED))),
            Change.MAJOR,
        ),
    ],
)
def test_least_change_when_questions_differ_then_the_level_follows(
    new: tuple[Question, ...], expected: Change
) -> None:
    assert least_change(SURVEY, new) == expected


def test_check_level_when_called_smaller_than_it_is_then_it_is_refused() -> None:
    reordered = (FLOW, SAT, STATUS, COMMENT)

    with pytest.raises(VersionRefused, match="level_too_low"):
        check_level(SURVEY, reordered, Change.MINOR)
    check_level(SURVEY, reordered, Change.MAJOR)
    check_level(SURVEY, SURVEY, Change.MAJOR)
