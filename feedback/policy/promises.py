"""Kinds of messages: which of them complain of somebody, and what is promised for each."""

from dataclasses import dataclass

from feedback.enums import Kind

#: Kinds in which the unit named is complained of, and so kept away from the case; thanks are not.
COMPLAINING = frozenset({Kind.COMPLAINT, Kind.CRITICISM, Kind.MISCONDUCT})


@dataclass(frozen=True)
class Promise:
    """What we promise for a kind of message: working days to the answer and to the first action."""

    code: str
    answer_days: int
    first_action_days: int = 3


#: Working days (PRODUCT.md section 7); the ceiling of three months holds for all.
PROMISES: dict[Kind, Promise] = {
    Kind.REQUEST: Promise("request-10", 10),
    Kind.COMPLAINT: Promise("complaint-15", 15),
    Kind.SUGGESTION: Promise("suggestion-15", 15),
    Kind.CRITICISM: Promise("criticism-15", 15),
    Kind.MISCONDUCT: Promise("misconduct-30", 30),
    Kind.PRAISE: Promise("praise-15", 15),
}

#: A review is answered like a complaint.
REVIEW_PROMISE = Promise("review-15", 15)
