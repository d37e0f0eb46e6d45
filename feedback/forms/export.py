"""What staff says when a list of cases is taken out: what for, and as which kind of file."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.enums import SheetFormat
from feedback.policy import EXPORT_MOST, EXPORTS_A_DAY
from portal.templatetags.persian import fa_digits, thousands
from portal.ui.fields import TextField
from portal.ui.widgets import Select, TextInput

REFUSALS: dict[str, str | Promise] = {
    "empty": _("No case fits these filters, so there is nothing to take out."),
    "large": _(
        "These are more than %(most)s cases. Narrow the queue, by unit or status, and take it out in parts."
    ),
    "often": _("You have taken out %(often)s lists within a day. Please wait until tomorrow."),
}


class ExportForm(forms.Form):
    """The wish for a list."""

    purpose = TextField(
        label=_("What do you need the list for?"),
        max_length=200,
        help_text=_("Kept in the record beside your name; no names of citizens, please."),
        widget=TextInput({"class": "vLargeTextField"}),
        error_messages={"required": _("Write what the list is for.")},
    )
    form = forms.ChoiceField(label=_("Kind of file"), choices=SheetFormat.choices, widget=Select)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)

    def refuse(self, why: str) -> None:
        """Say why the list is not made."""
        self.add_error(None, refusal_words(why))


def refusal_words(why: str) -> str:
    """Return what is told about a list that is not made."""
    figures = {"most": thousands(EXPORT_MOST), "often": fa_digits(EXPORTS_A_DAY)}
    return str(REFUSALS[why]) % figures
