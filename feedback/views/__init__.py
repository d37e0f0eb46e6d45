"""The citizen's pages: write, receive a code, come back with it."""

from feedback.views.after import printed, rate, review
from feedback.views.attachments import attachment
from feedback.views.files import arrive
from feedback.views.intake import choose, new, received
from feedback.views.newcode import new_code
from feedback.views.preview import preview
from feedback.views.reports import report
from feedback.views.sms import sms_reports
from feedback.views.tracking import case, leave, track

__all__ = [
    "arrive",
    "attachment",
    "case",
    "choose",
    "leave",
    "new",
    "new_code",
    "preview",
    "printed",
    "rate",
    "received",
    "report",
    "review",
    "sms_reports",
    "track",
]
