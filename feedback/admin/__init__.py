"""Staff pages of the conversation: the queue, the case, the notices that were sent."""

from feedback.admin.case import CaseAdmin
from feedback.admin.notice import NoticeAdmin

__all__ = ["CaseAdmin", "NoticeAdmin"]
