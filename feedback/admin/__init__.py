"""Staff pages of the conversation: queue, case, notices, ratings, ready answers, looks into confidential cases."""

from feedback.admin.canned import CannedAnswerAdmin
from feedback.admin.case import CaseAdmin
from feedback.admin.notice import NoticeAdmin
from feedback.admin.ratings import RatingAdmin
from feedback.admin.reads import CaseReadAdmin

__all__ = ["CannedAnswerAdmin", "CaseAdmin", "CaseReadAdmin", "NoticeAdmin", "RatingAdmin"]
