"""When a service card that visitors found wrong is looked at again, and which of its fields."""

from collections.abc import Mapping
from enum import StrEnum

from surveys.enums import CardDecision, CardField

#: The question that holds the service card against what happened, its details, and the answers that say no.
MATCH, DETAILS, MISMATCH = "S_MATCH", "S_MATCH_WHAT", ("1", "2")

#: From so many answers, or such a share of them, a card is looked at again.
REVIEW_COUNT, REVIEW_SHARE = 10, 0.2


class ReviewDefect(StrEnum):
    """Why a review cannot be closed."""

    DECIDED = "decided"
    NO_NOTE = "no_note"
    NOT_CORRECTED = "not_corrected"


class ReviewRefused(Exception):
    """This review cannot be closed so."""

    def __init__(self, defect: ReviewDefect) -> None:
        super().__init__(defect)
        self.defect = defect


def needs_review(k: int, n: int) -> bool:
    """Tell whether a card is looked at again after k of n visitors found it wrong."""
    return k >= REVIEW_COUNT or k >= REVIEW_SHARE * n > 0


def fields_to_review(named: Mapping[str, int], people: int) -> list[CardField]:
    """Return the fields that a fifth of those who found the card wrong named, in the order of the choices.

    `named` counts how often each was named, `people` who named any (nobody, where that may not be shown). Where no
    field stands out, the card as a whole is looked at.
    """
    found = [field for field in CardField if people and named.get(field, 0) >= REVIEW_SHARE * people]
    return found or [CardField.WHOLE]


def check_decision(decision: CardDecision, note: str, *, is_decided: bool, is_renewed: bool) -> None:
    """Raise `ReviewRefused` unless a review may be closed so.

    `is_renewed` tells that a later version of the card was put in force: «corrected» is what can be seen, not a word.
    """
    if is_decided:
        raise ReviewRefused(ReviewDefect.DECIDED)
    if not note.strip():
        raise ReviewRefused(ReviewDefect.NO_NOTE)
    if decision == CardDecision.CORRECTED and not is_renewed:
        raise ReviewRefused(ReviewDefect.NOT_CORRECTED)
