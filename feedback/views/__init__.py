"""The citizen's pages: write, receive a code, come back with it."""

from feedback.views.after import printed, rate, review
from feedback.views.intake import choose, new, received
from feedback.views.newcode import new_code
from feedback.views.reports import report
from feedback.views.tracking import case, leave, track

__all__ = [
    "case",
    "choose",
    "leave",
    "new",
    "new_code",
    "printed",
    "rate",
    "received",
    "report",
    "review",
    "track",
]
