"""Forms of the surveys."""

from surveys.forms.response import ResponseForm
from surveys.forms.visit import CodeForm, VisitForm, refusal_words

__all__ = ["CodeForm", "ResponseForm", "VisitForm", "refusal_words"]
