"""Keying a paper form: its code, and a figure for each answer."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.templatetags.persian import fa_digits
from portal.ui.fields import JalaliDateField, TextField
from portal.ui.widgets import DigitsInput, Textarea
from surveys import policy
from surveys.enums import CHOSEN, ItemKind
from surveys.forms.visit import CodeField
from surveys.models import Item, Version


class PaperForm(forms.Form):
    """One paper form. After checking, `answers` is what `services.key_form` takes."""

    code = CodeField(label=_("Code on the form"))

    def __init__(self, *args: Any, version: Version, **options: Any) -> None:
        super().__init__(*args, **options)
        self.version = version
        self.answers: dict[str, list[str]] = {}
        for item, question in zip(version.asked, version.questions, strict=True):
            self.fields[item.code] = _key_field(item, question)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for question in self.version.questions:
            try:
                self.answers[question.code] = policy.read_keys(question, str(data.get(question.code) or ""))
            except policy.KeyRefused:
                self.add_error(question.code, _("This figure stands for no answer."))
        if not self.errors:
            self._judge()
        return data

    def _judge(self) -> None:
        try:
            policy.judge(self.version.questions, self.answers)
        except policy.AnswersRefused as refused:
            for code in refused.faults:
                self.add_error(code, _("This answer cannot be stored; please look at the form once more."))


def _key_field(item: Item, question: policy.Question) -> forms.Field:
    label = item.wording
    if question.kind not in CHOSEN:
        widget = Textarea({"class": "low"}) if question.kind == ItemKind.LONG_TEXT else None
        return TextField(
            required=False, multiline=question.kind == ItemKind.LONG_TEXT, label=label, widget=widget
        )
    names = {option.value: option.label for option in item.options.all()}
    hint = " · ".join(
        f"{fa_digits(key)}\u00a0{names[value]}" for key, value in policy.keys_of(question).items()
    )
    look: dict[str, Any] = {"size": "6"} | ({} if question.kind == ItemKind.SEVERAL else {"data-one": True})
    return forms.CharField(required=False, label=label, help_text=hint, widget=DigitsInput(look))


class CloseForm(forms.Form):
    """Closing the forms of a sheet."""

    day = JalaliDateField(label=_("Day of the visits"), help_text=_("One day for all forms of the sheet."))

    def clean_day(self) -> date:
        day: date | None = self.cleaned_data["day"]
        if day is None:
            raise ValidationError(_("Write the date."), "required")
        return day
