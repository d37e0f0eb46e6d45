"""What staff fills in for somebody who phoned, came by, wrote on paper, spoke to the voice mail or sent a letter."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.models import County, Service, Unit
from feedback.enums import Channel, Kind, Target
from feedback.forms.case import IDENTITY, NOT_IN_LIST
from feedback.forms.kinds import KINDS
from portal.kernel import jalali
from portal.ui import challenge
from portal.ui.fields import EmailField, JalaliDateField, PhoneField, TextField
from portal.ui.uploads import AttachmentsField, VoiceField, check_count
from portal.ui.widgets import CheckboxInput, HiddenInput, Select, Textarea

CHANNELS = [(channel.value, channel.label) for channel in Channel if channel != Channel.WEB]
#: A message that came in longer ago than this was dated by mistake.
OLDEST = timedelta(days=366)
#: What "save and next" takes along to the next form.
KEPT = ("channel", "received_on", "place")
#: The parts of the page, each with its fields.
PARTS: dict[str, Any] = {
    "channel": (_("How it came in"), ("channel", "received_on", "place")),
    "message": (_("Message"), ("kind", "subject", "body", "addressed_unit", "service", "county", "target")),
    "about": (_("About whom"), ("about_unit", "about_person")),
    "sender": (_("Sender"), ("anonymous", *IDENTITY)),
    "files": (_("Files"), ("attachments", "voice")),
}


def _from(queryset: Any, label: Any, help_text: Any = "") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset,
        required=False,
        label=label,
        empty_label="—",
        help_text=help_text,
        widget=Select,
        error_messages=NOT_IN_LIST,
    )


class EntryForm(forms.Form):
    """A message from another channel. `token` makes a second press of the button harmless."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=CHANNELS, widget=Select, error_messages=NOT_IN_LIST
    )
    received_on = JalaliDateField(
        label=_("Came in on"), help_text=_("The working days count from this day, like 1405/02/28.")
    )
    place = TextField(
        required=False, max_length=120, label=_("Which box, line or desk"), help_text=_("Kept in the record.")
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", "—"), *Kind.choices], widget=Select, error_messages=NOT_IN_LIST
    )
    subject = TextField(label=_("Subject"), max_length=120)
    body = TextField(
        required=False,
        multiline=True,
        max_length=10_000,
        label=_("What the citizen says or writes"),
        help_text=_("In the citizen's own words; with a recording it may stay empty."),
        widget=Textarea({"class": "vLargeTextField", "rows": 6}),
    )
    service = _from(Service.objects.filter(is_active=True), _("Service"))
    county = _from(County.objects.all(), _("County"))
    target = forms.ChoiceField(
        required=False,
        label=_("Target of the criticism"),
        choices=[("", "—"), *Target.choices],
        widget=Select,
    )
    addressed_unit = _from(
        Unit.objects.filter(is_active=True), _("Unit written to"), _("Kept of requests and suggestions only.")
    )
    about_unit = _from(Unit.objects.filter(is_active=True), _("Unit complained of"))
    about_person = TextField(required=False, max_length=200, label=_("Person complained of"))
    anonymous = forms.BooleanField(
        required=False,
        label=_("Without a name"),
        help_text=_("Nothing of what is written below is kept."),
        widget=CheckboxInput,
    )
    full_name = TextField(required=False, max_length=150, label=_("Name"))
    phone = PhoneField(required=False, label=_("Mobile number"))
    email = EmailField(required=False, label=_("E-mail"), max_length=254)
    organization = TextField(
        required=False,
        max_length=200,
        label=_("Organization"),
        help_text=_("Needed for the letter of an agency."),
    )
    letter_number = TextField(
        required=False,
        max_length=60,
        label=_("Letter number"),
        help_text=_("Needed for the letter of an agency."),
    )
    attachments = AttachmentsField(
        required=False, label=_("Attachments"), help_text=_("The scanned letter or slip, for example.")
    )
    voice = VoiceField(required=False, label=_("Recording of the voice mail"))
    form_token = TextField(required=False, widget=HiddenInput)

    #: What some messages need: not called optional, its hint says when.
    sometimes_needed = ("organization", "letter_number")

    def __init__(
        self, data: Any = None, files: Any = None, *, at: datetime, kept: dict[str, str] | None = None
    ) -> None:
        super().__init__(data, files, use_required_attribute=False)
        self.at = at
        first = "kind" if kept and kept.get("channel") else "channel"
        self.fields[first].widget.attrs["autofocus"] = not self.is_bound
        if not self.is_bound:
            self.initial = {
                "form_token": challenge.new_token(at),
                "received_on": jalali.local(at).date(),
                **{name: value for name, value in (kept or {}).items() if value},
            }

    # --- Checking ---

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        today = jalali.local(self.at).date()
        if day > today:
            raise forms.ValidationError(_("This day is still to come."))
        if day < today - OLDEST:
            raise forms.ValidationError(_("This day is more than a year ago; please look at the year."))
        return day

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("anonymous"):
            self._forget_identity()
        if given.get("channel") == Channel.LETTER:
            self._want_letter()
        if not given.get("body") and not given.get("voice") and "body" not in self.errors:
            self.add_error("body", _("Write what was said, or add the recording."))
        try:
            check_count(given.get("attachments") or (), given.get("voice"))
        except forms.ValidationError as too_many:
            self.add_error("attachments", too_many)
        return given

    def _forget_identity(self) -> None:
        for name in IDENTITY:
            self.cleaned_data[name] = ""
            self.errors.pop(name, None)

    def _want_letter(self) -> None:
        """A letter of an agency says whose it is and bears a number."""
        if self.cleaned_data.get("anonymous"):
            self.add_error("anonymous", _("A letter says which agency sent it."))
            return
        for name, words in (
            ("organization", _("Write which agency sent the letter.")),
            ("letter_number", _("Write the number of the letter.")),
        ):
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, words)

    def press_again(self) -> None:
        """Say that this form was sent before with another text; a fresh token lets the new one in."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["form_token"] = challenge.new_token(self.at)
        self.data = data
        self.add_error(
            None, _("This form was sent before with another text. If it is a new message, save it once more.")
        )

    @property
    def token(self) -> str:
        return str(self.data.get("form_token") or "") or challenge.new_token(self.at)

    def values(self) -> dict[str, Any]:
        """Return what was entered under the names the service gives it."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in _OWN}
        kind = Kind(self.cleaned_data["kind"])
        unasked: dict[str, Any] = {
            name: None if name == "about_unit" else "" for name in KINDS[kind].fields_left_out()
        }
        addressed = given["addressed_unit"]
        return {
            **given,
            "addressed_unit": addressed.code if addressed else "",
            **unasked,
            "kind": kind,
            "channel": Channel(self.cleaned_data["channel"]),
            "is_anonymous": self.cleaned_data["anonymous"],
            "files": self.cleaned_data["attachments"],
            "received_at": self._moment(),
        }

    def _moment(self) -> datetime:
        """Return when the message came in: now, or noon of an earlier day."""
        now, day = jalali.local(self.at), self.cleaned_data["received_on"]
        return self.at if day == now.date() else datetime.combine(day, time(12), now.tzinfo)

    # --- Showing ---

    def parts(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """Return the parts of the page: name, heading, fields."""
        return [
            (name, heading, [self[field] for field in fields]) for name, (heading, fields) in PARTS.items()
        ]


_OWN = {"anonymous", "attachments", "form_token", "received_on"}
