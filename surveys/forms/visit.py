"""The code from the counter, and the survey that it opens."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel import codes
from portal.kernel.codes import CodeFault
from portal.templatetags.persian import fa_digits
from portal.ui.fields import sharing_fields
from portal.ui.widgets import DigitsInput, HiddenInput
from surveys import policy, selectors
from surveys.forms.response import ResponseForm
from surveys.policy import Refusal

#: What is said of a code that is none, or that does not open the survey.
TYPOS: dict[CodeFault, str | Promise] = {
    CodeFault.EMPTY: _("Write the 12 digits of your slip."),
    CodeFault.FOREIGN: _("The code on the slip has digits only; letters and signs do not belong to it."),
    CodeFault.LENGTH: _("The code on the slip has 12 digits; you wrote %(count)s."),
    CodeFault.CHECK: _("One of the digits is wrong. Please compare all 12 digits once more."),
}
REFUSALS: dict[Refusal, str | Promise] = {
    Refusal.UNKNOWN: _("We found no visit with this code. Please look at the 12 digits once more."),
    Refusal.SPENT: _("This code has been used already; each one gives one answer. Thank you for yours."),
    Refusal.EXPIRED: _("This code has run out. You can still fill in the open survey, without a code."),
}


def refusal_words(reason: Refusal) -> str:
    """Return what is said of a code that does not open the survey."""
    return str(REFUSALS[reason])


def read_code(typed: object) -> str:
    """Return the visit code meant by `typed`; raises ValidationError in the citizen's words."""
    try:
        return codes.read_visit(str(typed or ""))
    except codes.CodeTypo as typo:
        count = {"count": fa_digits(typo.count)}
        raise ValidationError(str(TYPOS[typo.reason]), typo.reason.value, count) from None


class CodeField(forms.Field):
    """A visit code, typed in any digits with any spaces and dashes; cleaned to twelve Latin digits."""

    widget = DigitsInput({"class": "code short", "spellcheck": "false", "placeholder": "•••• •••• ••••"})

    def clean(self, value: Any) -> str:
        return read_code(value)


class CodeForm(forms.Form):
    """The box for the code on a slip. After checking, `sheet_name` says where the visit was."""

    code = CodeField(
        label=_("Code on your slip"), help_text=_("12 digits, with or without spaces, Persian or Latin.")
    )

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.at = at
        self.sheet_name = ""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            visit = selectors.visit_of(code, self.at)
        except policy.TokenRefused as refused:
            raise ValidationError(refusal_words(refused.reason), refused.reason.value) from None
        self.sheet_name = str(visit.sheet.service or visit.sheet.unit)
        return code

    @property
    def is_refused(self) -> bool:
        """Tell whether a well-formed code opened nothing."""
        return self.is_bound and any(self.has_error("code", reason.value) for reason in Refusal)


@sharing_fields
class VisitForm(ResponseForm):
    """The survey about one visit: the code came with it, so where it was is not asked."""

    code = forms.Field(required=False, widget=HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.pop("service", None)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        try:
            data["code"] = read_code(data.get("code"))
        except ValidationError as fault:
            self.add_error(None, fault)
        return data
