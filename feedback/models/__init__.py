"""The tables of the conversation: cases, messages, drafts, files, the record, ratings, reviews, rejections, notices."""

from feedback.models.after import Rating, Review
from feedback.models.answering import CannedAnswer, Draft, DraftFile, OutgoingFile, OutgoingStep
from feedback.models.case import Case, CaseExclusion, Recusal
from feedback.models.conversation import Attachment, Message
from feedback.models.deadlines import EscalationRule, EscalationStep, Extension, PromisedTime
from feedback.models.export import Export, ExportPart
from feedback.models.figures import Figures
from feedback.models.guard import SpentQuestion, WrongCodes
from feedback.models.held import HeldFile
from feedback.models.joined import Cluster, ClusterCase
from feedback.models.keeping import ErasedText, Erasure, LegalHold, RecordSeal, RetentionRule
from feedback.models.notice import Notice
from feedback.models.reads import CaseRead
from feedback.models.record import CaseEvent, Deadline, Pause, RoutingDecision
from feedback.models.reference import ReferenceMark
from feedback.models.rejection import Rejection
from feedback.models.words import CaseWords, Word

__all__ = [
    "Attachment",
    "CannedAnswer",
    "Case",
    "CaseEvent",
    "CaseExclusion",
    "CaseRead",
    "CaseWords",
    "Cluster",
    "ClusterCase",
    "Deadline",
    "Draft",
    "DraftFile",
    "ErasedText",
    "Erasure",
    "EscalationRule",
    "EscalationStep",
    "Export",
    "ExportPart",
    "Extension",
    "Figures",
    "HeldFile",
    "LegalHold",
    "Message",
    "Notice",
    "OutgoingFile",
    "OutgoingStep",
    "Pause",
    "PromisedTime",
    "Rating",
    "RecordSeal",
    "Recusal",
    "ReferenceMark",
    "Rejection",
    "RetentionRule",
    "Review",
    "RoutingDecision",
    "SpentQuestion",
    "Word",
    "WrongCodes",
]
