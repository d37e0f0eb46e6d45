"""The form of an identity card, for the admin and for files alike."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.enums import Audience, LifeEvent, Stage, Way
from directory.forms.lines import Column, LinesField
from directory.models import Service, ServiceCardVersion
from directory.selectors import CONTENT
from portal.ui.fields import JalaliDateField
from portal.ui.widgets import DigitsInput

_FA = Column("fa", _("in Persian"), is_needed=True)
_EN = Column("en", _("in English"))
_NOTE_FA = Column("note_fa", _("note in Persian"))
_NOTE_EN = Column("note_en", _("note in English"))
_URL = Column("url", _("address"), is_url=True)

#: The parts of a card that are rows, and the columns of each.
PARTS: dict[str, tuple[Column, ...]] = {
    "subservices": (_FA, _EN),
    "costs": (
        *(_FA, _EN, Column("amount", _("rials"), is_needed=True, is_amount=True)),
        *(Column("account", _("account"), most=40), Column("since", _("since"), most=20)),
    ),
    "documents": (_FA, _EN, _NOTE_FA, _NOTE_EN),
    "steps": (_FA, _EN, _NOTE_FA, _NOTE_EN),
    "forms": (_FA, _EN, _URL),
    "channels": (
        Column("stage", _("stage"), is_needed=True, choices=Stage),
        Column("way", _("way"), is_needed=True, choices=Way),
        Column("fa", _("in Persian")),
        _EN,
        Column("address", _("address or number"), most=200),
    ),
    "laws": (_FA, _EN, _URL),
    "partners": (_FA, _EN),
    "questions": (
        *(_FA, _EN, Column("answer_fa", _("answer in Persian"), is_needed=True, most=800)),
        Column("answer_en", _("answer in English"), most=800),
    ),
}


class CardForm(forms.ModelForm):
    """What a card says. A service has one draft at a time; days and minutes exclude each other."""

    audiences = forms.MultipleChoiceField(
        label=_("For whom"), choices=Audience.choices, widget=forms.CheckboxSelectMultiple
    )
    events = forms.MultipleChoiceField(
        label=_("Life events"), choices=LifeEvent.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    subservices = LinesField(PARTS["subservices"], label=_("Parts of the service"))
    costs = LinesField(PARTS["costs"], label=_("Costs"))
    documents = LinesField(PARTS["documents"], label=_("Documents"))
    steps = LinesField(PARTS["steps"], label=_("Steps"))
    forms = LinesField(PARTS["forms"], label=_("Forms"))
    channels = LinesField(PARTS["channels"], label=_("Ways of access"))
    laws = LinesField(PARTS["laws"], label=_("Laws and rules"))
    partners = LinesField(PARTS["partners"], label=_("Other bodies that take part"))
    questions = LinesField(PARTS["questions"], label=_("Questions and answers"))
    review_on = JalaliDateField(
        label=_("Next review"),
        required=False,
        widget=DigitsInput({"inputmode": "text"}),
        help_text=_("Empty: half a year after it is put in force."),
    )

    class Meta:
        model = ServiceCardVersion
        fields: tuple[str, ...] = ("service", *CONTENT, "change_note")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("announced_days") and data.get("announced_minutes"):
            self.add_error("announced_minutes", _("Announce days or minutes, not both."))
        service: Service | None = data.get("service")
        if service and self.instance.pk is None and service.cards.filter(state="draft").exists():
            self.add_error("service", _("This service has a draft already; change that one."))
        return data
