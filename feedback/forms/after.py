"""What the citizen says after an answer: a rating with perhaps a word, and why it should be looked at again."""

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.enums import Score
from feedback.forms.layout import laid_out
from portal.ui.fields import TextField
from portal.ui.widgets import Textarea


class WordsForm(forms.Form):
    """A form with one box of words, drawn without its own tag."""

    @property
    def helper(self) -> FormHelper:
        return laid_out(*(name for name in self.fields if name in ("words", "reason")))


class RatingForm(WordsForm):
    """One press of five; `answer` names the answer that was read."""

    answer = forms.IntegerField(max_value=2**62)
    score = forms.TypedChoiceField(choices=Score, coerce=lambda value: Score(int(value)))
    words = TextField(
        required=False,
        multiline=True,
        max_length=2000,
        label=_("Would you like to say why?"),
        help_text=_("Those who answered read it. It changes nothing about your case."),
        widget=Textarea({"class": "low"}),
    )


class ReviewForm(WordsForm):
    """Why somebody else should look again; nobody has to say it."""

    reason = TextField(
        required=False,
        multiline=True,
        max_length=4000,
        label=_("What should be looked at again?"),
        help_text=_("A few words help, but you need give no reason."),
        widget=Textarea({"class": "low"}),
    )
