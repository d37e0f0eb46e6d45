"""Pure rules of the directory, one file a subject; import them from here."""

from directory.policy.calendar import leaves_work
from directory.policy.cards import (
    CHECK_DAYS,
    REVIEW_DAYS,
    CardDefect,
    CardRefused,
    check_card,
    duration,
    next_review,
)
from directory.policy.recognition import (
    RecognitionRefused,
    Unheard,
    check_close,
    check_note,
    check_reply,
)
from directory.policy.tree import subtree, subtrees

__all__ = [
    "CHECK_DAYS",
    "REVIEW_DAYS",
    "CardDefect",
    "CardRefused",
    "RecognitionRefused",
    "Unheard",
    "check_card",
    "check_close",
    "check_note",
    "check_reply",
    "duration",
    "leaves_work",
    "next_review",
    "subtree",
    "subtrees",
]
