"""Pure rules of casework: who may move a case where, what was promised, and when it is due."""

from feedback.policy.deadlines import (
    CEILING_DAYS,
    MOST_DAYS,
    MOST_EXTENSIONS,
    ExtensionRefused,
    ceiling,
    due_after_pause,
    due_on,
    extended,
)
from feedback.policy.dialogue import WRITINGS_A_DAY, ReplyRefused
from feedback.policy.digests import neighbourhood, token_digest
from feedback.policy.exports import EXPORT_KEPT, EXPORT_MOST, EXPORTS_A_DAY, ExportRefused, check_export
from feedback.policy.joining import Joining, MergeRefused, may_merge
from feedback.policy.keeping import ERASED, SETTLED, months_before
from feedback.policy.ladder import LADDER, Rung, Staff, Told, is_reached, may_be_told, receiver_of
from feedback.policy.notices import MOST_RESENDS, NoticeRefused, resend_refusal
from feedback.policy.promises import COMPLAINING, PROMISES, REVIEW_PROMISE, Promise
from feedback.policy.rejection import DecisionRefused, may_decide
from feedback.policy.reviews import (
    RATING_DAYS,
    REVIEW_DAYS,
    RatingRefused,
    ReviewRefused,
    rating_ends,
    review_ends,
    reviewing_units,
)
from feedback.policy.transitions import (
    TRANSITIONS,
    AuthorRefused,
    FollowerRefused,
    NothingHeld,
    RedirectRefused,
    StepHeld,
    TransitionRefused,
    after,
    possible_steps,
)
from feedback.policy.words import BLANKS

__all__ = [
    "BLANKS",
    "CEILING_DAYS",
    "COMPLAINING",
    "ERASED",
    "EXPORTS_A_DAY",
    "EXPORT_KEPT",
    "EXPORT_MOST",
    "LADDER",
    "MOST_DAYS",
    "MOST_EXTENSIONS",
    "MOST_RESENDS",
    "PROMISES",
    "RATING_DAYS",
    "REVIEW_DAYS",
    "REVIEW_PROMISE",
    "SETTLED",
    "TRANSITIONS",
    "WRITINGS_A_DAY",
    "AuthorRefused",
    "DecisionRefused",
    "ExportRefused",
    "ExtensionRefused",
    "FollowerRefused",
    "Joining",
    "MergeRefused",
    "NothingHeld",
    "NoticeRefused",
    "Promise",
    "RatingRefused",
    "RedirectRefused",
    "ReplyRefused",
    "ReviewRefused",
    "Rung",
    "Staff",
    "StepHeld",
    "Told",
    "TransitionRefused",
    "after",
    "ceiling",
    "check_export",
    "due_after_pause",
    "due_on",
    "extended",
    "is_reached",
    "may_be_told",
    "may_decide",
    "may_merge",
    "months_before",
    "neighbourhood",
    "possible_steps",
    "rating_ends",
    "receiver_of",
    "resend_refusal",
    "review_ends",
    "reviewing_units",
    "token_digest",
]
