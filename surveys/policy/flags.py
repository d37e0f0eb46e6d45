"""Signs that nobody read the questions. A flag never refuses a response; reports say what they leave out."""

from collections.abc import Mapping, Sequence

from surveys.enums import Flag, ItemKind
from surveys.policy.answers import Answer
from surveys.policy.questions import Question

#: Seconds under which nobody has opened, read and answered even one question.
LEAST_SECONDS = 3

#: Seconds that one answer takes at least, and seconds after which no number of answers is too fast.
SECONDS_EACH, SECONDS_ENOUGH = 2, 15

#: Five-point answers from which the same one everywhere is remarkable.
LINE_LENGTH = 6


def flags_of(
    questions: Sequence[Question],
    answers: Mapping[str, Answer],
    *,
    seconds: float | None = None,
    is_trapped: bool = False,
) -> list[Flag]:
    """Return what looks odd about a response.

    `seconds` is the time from opening the form to sending it, None where it is not known; `is_trapped` tells that
    the field no person sees was filled in.
    """
    signs = {
        Flag.TRAPPED: is_trapped,
        Flag.SPEEDING: seconds is not None and seconds < _least_seconds(len(answers)),
        Flag.STRAIGHT_LINING: _is_one_line(questions, answers),
    }
    return [flag for flag, is_there in signs.items() if is_there]


def _least_seconds(answered: int) -> int:
    return max(LEAST_SECONDS, min(SECONDS_EACH * answered, SECONDS_ENOUGH))


def _is_one_line(questions: Sequence[Question], answers: Mapping[str, Answer]) -> bool:
    scales = [question.code for question in questions if question.kind == ItemKind.FIVE_POINT]
    line = [answers[code].values for code in scales if code in answers]
    return len(line) >= LINE_LENGTH and len(set(line)) == 1
