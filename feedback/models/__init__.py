"""The tables of the conversation: cases, messages, the record, ratings and reviews, notices, the guard's counters."""

from feedback.models.after import Rating, Review
from feedback.models.case import Case, CaseExclusion, Recusal
from feedback.models.conversation import Attachment, Message
from feedback.models.deadlines import EscalationRule, EscalationStep, Extension, PromisedTime
from feedback.models.guard import SpentQuestion, WrongCodes
from feedback.models.notice import Notice
from feedback.models.record import CaseEvent, Deadline, Pause, RoutingDecision
from feedback.models.words import CaseWords, Word

__all__ = [
    "Attachment",
    "Case",
    "CaseEvent",
    "CaseExclusion",
    "CaseWords",
    "Deadline",
    "EscalationRule",
    "EscalationStep",
    "Extension",
    "Message",
    "Notice",
    "Pause",
    "PromisedTime",
    "Rating",
    "Recusal",
    "Review",
    "RoutingDecision",
    "SpentQuestion",
    "Word",
    "WrongCodes",
]
