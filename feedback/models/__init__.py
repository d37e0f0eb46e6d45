"""The tables of the conversation: cases, messages, the record, ratings and reviews, notices, held files, counters."""

from feedback.models.after import Rating, Review
from feedback.models.case import Case, CaseExclusion
from feedback.models.conversation import Attachment, Message
from feedback.models.guard import SpentQuestion, WrongCodes
from feedback.models.held import HeldFile
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
    "HeldFile",
    "Message",
    "Notice",
    "Pause",
    "Rating",
    "Review",
    "RoutingDecision",
    "SpentQuestion",
    "Word",
    "WrongCodes",
]
