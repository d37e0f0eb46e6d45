"""Staff pages of the conversation: the queue, the case, the notices that were sent, the ratings of answers."""

from feedback.admin.case import CaseAdmin
from feedback.admin.escalation import EscalationStepAdmin
from feedback.admin.notice import NoticeAdmin
from feedback.admin.promises import EscalationRuleAdmin, PromisedTimeAdmin
from feedback.admin.ratings import RatingAdmin

__all__ = [
    "CaseAdmin",
    "EscalationRuleAdmin",
    "EscalationStepAdmin",
    "NoticeAdmin",
    "PromisedTimeAdmin",
    "RatingAdmin",
]
