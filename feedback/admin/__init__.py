"""Staff pages of the conversation: the queue, the case, notices, ratings, lists taken out, times of keeping."""

from feedback.admin.case import CaseAdmin
from feedback.admin.export import ExportAdmin
from feedback.admin.keeping import LegalHoldAdmin, RetentionRuleAdmin
from feedback.admin.notice import NoticeAdmin
from feedback.admin.ratings import RatingAdmin

__all__ = ["CaseAdmin", "ExportAdmin", "LegalHoldAdmin", "NoticeAdmin", "RatingAdmin", "RetentionRuleAdmin"]
