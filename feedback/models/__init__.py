"""The tables of the conversation: cases, messages, the record, ratings and reviews, notices, the guard's counters."""

from feedback.models.after import Rating, Review
from feedback.models.case import Case, CaseExclusion
from feedback.models.conversation import Attachment, Message
from feedback.models.export import Export, ExportPart
from feedback.models.guard import SpentQuestion, WrongCodes
from feedback.models.keeping import ErasedText, Erasure, LegalHold, RecordSeal, RetentionRule
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
    "ErasedText",
    "Erasure",
    "Export",
    "ExportPart",
    "LegalHold",
    "Message",
    "Notice",
    "Pause",
    "Rating",
    "RecordSeal",
    "RetentionRule",
    "Review",
    "RoutingDecision",
    "SpentQuestion",
    "Word",
    "WrongCodes",
]
