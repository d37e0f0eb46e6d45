"""Why a case is kept beyond its time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import TextField
from portal.ui.widgets import TextInput


class HoldForm(forms.Form):
    """The reason of a hold."""

    reason = TextField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For example the number of a court's file; no names, please. Kept in the record."),
        widget=TextInput({"class": "vLargeTextField"}),
        error_messages={"required": _("Write why the case must be kept.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
