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
from directory.policy.tree import subtree, subtrees

__all__ = [
    "CHECK_DAYS",
    "REVIEW_DAYS",
    "CardDefect",
    "CardRefused",
    "check_card",
    "duration",
    "leaves_work",
    "next_review",
    "subtree",
    "subtrees",
]
