"""Staff pages of the conversation: the queue, the case, notices, ratings, ready answers, looks, lists, keeping.

The order of the imports is the order of the pages.
"""

from feedback.admin.case import CaseAdmin  # isort: skip
from feedback.admin.canned import CannedAnswerAdmin  # isort: skip
from feedback.admin.ratings import RatingAdmin  # isort: skip
from feedback.admin.notice import NoticeAdmin  # isort: skip
from feedback.admin.escalation import EscalationStepAdmin  # isort: skip
from feedback.admin.export import ExportAdmin  # isort: skip
from feedback.admin.reads import CaseReadAdmin  # isort: skip
from feedback.admin.promises import EscalationRuleAdmin, PromisedTimeAdmin  # isort: skip
from feedback.admin.keeping import LegalHoldAdmin, RetentionRuleAdmin  # isort: skip
from feedback.admin import units  # isort: skip

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
    "units",
]
