"""What citizens fill in: the form of each kind of message, the code box, the reply, what follows an answer."""

from feedback.forms.after import RatingForm, ReviewForm
from feedback.forms.case import CaseForm
from feedback.forms.holding import ArrivalForm, HoldingForm
from feedback.forms.kinds import KINDS, KindForm
from feedback.forms.track import CodeForm, ReplyForm, reply_form

__all__ = [
    "KINDS",
    "ArrivalForm",
    "CaseForm",
    "CodeForm",
    "HoldingForm",
    "KindForm",
    "RatingForm",
    "ReplyForm",
    "ReviewForm",
    "reply_form",
]
