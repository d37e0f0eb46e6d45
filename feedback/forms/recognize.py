"""Whom a citizen thanked, and for what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.models import Unit, User
from directory.selectors import staff_of
from portal.ui.fields import TextField
from portal.ui.widgets import Select, Textarea


class RecognizeForm(forms.Form):
    """The person, one of the unit but for whoever fills this in, and the head's words."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who earned these thanks?"),
        widget=Select,
        error_messages={
            "required": _("Choose who earned these thanks."),
            "invalid_choice": _("This person does not work in this unit."),
        },
    )
    words = TextField(
        label=_("What for?"),
        multiline=True,
        max_length=400,
        help_text=_("In your own words, without the citizen's name. The person reads it."),
        widget=Textarea({"rows": "3"}),
        error_messages={"required": _("Write what the thanks are for.")},
    )

    def __init__(self, data: Any = None, *, unit: Unit, actor: User) -> None:
        super().__init__(data, use_required_attribute=False)
        people: Any = self.fields["person"]
        people.queryset = staff_of(frozenset({unit.pk}), but=actor)
