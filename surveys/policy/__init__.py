"""Pure rules of the surveys: what may be asked, what counts as an answer, and what may be shown of the answers."""

from surveys.policy.answers import (
    LIMITS,
    Answer,
    AnswersRefused,
    Fault,
    Reason,
    VersionClosed,
    check_open,
    judge,
    token_digest,
)
from surveys.policy.figures import MIN_SHOWN, Interval, last_closed_day, may_show, percent, wilson
from surveys.policy.flags import flags_of
from surveys.policy.questions import Choice, Condition, ConditionRefused, Question, is_shown, read_condition
from surveys.policy.versions import (
    MAX_ITEMS,
    Defect,
    VersionRefused,
    check_complete,
    check_level,
    least_change,
)

__all__ = [
    "LIMITS",
    "MAX_ITEMS",
    "MIN_SHOWN",
    "Answer",
    "AnswersRefused",
    "Choice",
    "Condition",
    "ConditionRefused",
    "Defect",
    "Fault",
    "Interval",
    "Question",
    "Reason",
    "VersionClosed",
    "VersionRefused",
    "check_complete",
    "check_level",
    "check_open",
    "flags_of",
    "is_shown",
    "judge",
    "last_closed_day",
    "least_change",
    "may_show",
    "percent",
    "read_condition",
    "token_digest",
    "wilson",
]
