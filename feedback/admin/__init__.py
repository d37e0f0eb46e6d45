"""Staff pages of the conversation: the queue, the case, notices, ratings, ready answers, looks, lists, keeping."""

from feedback.admin.canned import CannedAnswerAdmin
from feedback.admin.case import CaseAdmin
from feedback.admin.escalation import EscalationStepAdmin
from feedback.admin.export import ExportAdmin
from feedback.admin.keeping import LegalHoldAdmin, RetentionRuleAdmin
from feedback.admin.notice import NoticeAdmin
from feedback.admin.promises import EscalationRuleAdmin, PromisedTimeAdmin
from feedback.admin.ratings import RatingAdmin
from feedback.admin.reads import CaseReadAdmin

__all__ = [
    "CannedAnswerAdmin",
    "CaseAdmin",
    "CaseReadAdmin",
    "EscalationRuleAdmin",
    "EscalationStepAdmin",
    "ExportAdmin",
    "LegalHoldAdmin",
    "NoticeAdmin",
    "PromisedTimeAdmin",
    "RatingAdmin",
    "RetentionRuleAdmin",
]
