"""Staff pages of the conversation: the queue, the case, the notices that were sent, the ratings of answers,
and who looked into confidential cases."""

from feedback.admin.case import CaseAdmin
from feedback.admin.notice import NoticeAdmin
from feedback.admin.ratings import RatingAdmin
from feedback.admin.reads import CaseReadAdmin

__all__ = ["CaseAdmin", "CaseReadAdmin", "NoticeAdmin", "RatingAdmin"]
