"""Forms of the surveys."""

from surveys.forms.paper import CloseForm, PaperForm
from surveys.forms.response import ResponseForm
from surveys.forms.visit import CodeForm, VisitForm, refusal_words

__all__ = ["CloseForm", "CodeForm", "PaperForm", "ResponseForm", "VisitForm", "refusal_words"]
