"""The citizen's pages: write, receive a code, come back with it."""

from feedback.views.after import printed, rate, review
from feedback.views.files import arrive
from feedback.views.intake import choose, new, received
from feedback.views.newcode import new_code
from feedback.views.tracking import case, leave, track

__all__ = [
    "arrive",
    "case",
    "choose",
    "leave",
    "new",
    "new_code",
    "printed",
    "rate",
    "received",
    "review",
    "track",
]
