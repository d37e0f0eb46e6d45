"""Pure rules of the directory, one file a subject; import them from here."""

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
    "next_review",
    "subtree",
    "subtrees",
]
