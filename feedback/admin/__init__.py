"""Staff pages of the conversation: the queue, the case, notices, ratings of answers, lists taken out."""

from feedback.admin.case import CaseAdmin
from feedback.admin.export import ExportAdmin
from feedback.admin.notice import NoticeAdmin
from feedback.admin.ratings import RatingAdmin

__all__ = ["CaseAdmin", "ExportAdmin", "NoticeAdmin", "RatingAdmin"]
