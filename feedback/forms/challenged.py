"""The plain question of a form: asked only where something looks odd, answered in digits or words."""

from copy import copy
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.ui import challenge
from portal.ui.fields import TextField
from portal.ui.widgets import HiddenInput

WRONG_ANSWER = _("That is not the sum. Here is another question.")
PLEASE_ANSWER = _("One more thing: please answer the question above the button and send it again.")


class ChallengedForm(forms.Form):
    """A form that can ask a plain question and show it again with everything else that was typed."""

    question = TextField(required=False, widget=HiddenInput)
    question_answer = TextField(
        required=False,
        max_length=40,
        help_text=_("It tells us that a person is writing. A number or a word will do."),
    )

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.at = at
        self.asked: challenge.Question | None = None

    def answered(self, bound: str = "") -> challenge.Question | None:
        """Return the question that was sent along, if its answer is right."""
        try:
            question = challenge.read_question(self.typed("question"), self.at, bound)
        except (challenge.TokenForged, challenge.TokenOld):
            return None
        return question if question.is_answered_by(self.typed("question_answer")) else None

    def ask(self, bound: str = "") -> None:
        """Show a fresh question; one that was answered wrong says so."""
        is_wrong = bool(self.typed("question") and self.typed("question_answer"))
        self.asked = challenge.new_question(self.at, bound)
        self.retype(question=self.asked.token, question_answer="")
        field, shown = copy(self.fields["question_answer"]), self["question_answer"]
        field.required = True
        self.fields["question_answer"] = shown.field = field
        shown.label = self.asked.text
        self.add_error("question_answer", WRONG_ANSWER if is_wrong else PLEASE_ANSWER)

    def typed(self, name: str) -> str:
        """Return what was sent in a field, as it was typed."""
        return str(self.data.get(self.add_prefix(name)) or "")

    def retype(self, **values: str) -> None:
        """Put other values into the form as if they had been typed."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, value in values.items():
            data[self.add_prefix(name)] = value
        self.data = data
