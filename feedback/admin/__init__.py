"""Staff pages of the conversation: the queue, the case, notices, ratings, ready answers."""

from feedback.admin.canned import CannedAnswerAdmin
from feedback.admin.case import CaseAdmin
from feedback.admin.notice import NoticeAdmin
from feedback.admin.ratings import RatingAdmin

__all__ = ["CannedAnswerAdmin", "CaseAdmin", "NoticeAdmin", "RatingAdmin"]
