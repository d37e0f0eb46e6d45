"""The form of a message: one class for all kinds, the differences declared in `kinds`."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div
from crispy_forms.utils import render_crispy_form
from django import forms
from django.conf import settings
from django.forms.models import ModelChoiceIterator
from django.utils.functional import SimpleLazyObject, lazy
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from directory.forms import CodeChoiceField
from directory.models import County, Service, Unit
from feedback.enums import Kind, Target
from feedback.forms.challenged import ChallengedForm
from feedback.forms.holding import HoldingForm
from feedback.forms.kinds import KINDS
from feedback.forms.layout import Choice, Piece, Section, Then, laid_out
from feedback.selectors import Reference, promises, reference_lately, sends_sms
from portal.ui import challenge
from portal.ui.fields import EmailField, PhoneField, TextField, sharing_fields
from portal.ui.uploads import AttachmentsField, VoiceField
from portal.ui.widgets import CheckboxInput, Choices, HiddenInput, Select, TextInput

#: What tells who wrote; a message without a name keeps none of it.
IDENTITY = ("full_name", "phone", "email", "organization", "letter_number")

NOT_IN_LIST = {"invalid_choice": _("This is not in the list. Please choose again.")}
STALE = _("This page had been open for too long. Nothing is lost: please look it over and send it again.")
SPENT = _("This form was sent before with another text. If this is a new message, please send it once more.")


class Kept(ModelChoiceIterator):
    """Choices out of what is kept in memory; what is chosen is looked up in the database."""

    field: "KeptChoiceField"

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        for one in self.field.kept.choices(self.queryset.model):
            yield self.choice(one)


class KeptChoiceField(CodeChoiceField):
    """A choice of services, counties or units; each form has its own, and says where they are kept."""

    iterator = Kept
    kept: Reference

    def __deepcopy__(self, memo: dict[int, Any]) -> "KeptChoiceField":
        """Return a copy for one form; the queryset, which nobody reads as a whole, serves them all."""
        copied = forms.Field.__deepcopy__(self, memo)
        copied.widget.choices = copied.choices
        return copied


def _choice(queryset: Any, label: Any, empty: Any, help_text: Any = "") -> CodeChoiceField:
    return KeptChoiceField(
        queryset,
        required=False,
        label=label,
        empty_label=empty,
        help_text=help_text,
        widget=Select,
        error_messages=NOT_IN_LIST,
    )


def _told_by_sms() -> str:
    return gettext("We send a text message when there is an answer.") if sends_sms() else ""


@sharing_fields
class CaseForm(HoldingForm, ChallengedForm):
    """A message of one kind, in the field names that PRODUCT.md section 3 promises.

    Every refused form comes back with all that was typed. Only `is_ours` false (the page of another site sent it),
    a filled trap or sending within seconds bring up a plain question; its right answer lets the message in.
    """

    service = _choice(
        Service.objects.filter(is_active=True),
        _("About which service?"),
        _("I do not know, or none in particular"),
    )
    target = forms.ChoiceField(
        required=False,
        label=_("What is it about?"),
        choices=Target.choices,
        widget=Choices,
        error_messages=NOT_IN_LIST,
    )
    subject = TextField(
        label=_("Subject"),
        max_length=120,
        error_messages={"required": _("Give it a subject of a few words.")},
    )
    body = TextField(label=_("Description"), max_length=10_000, multiline=True)
    county = _choice(County.objects.all(), _("Which county?"), _("None in particular"))
    attachments = AttachmentsField(
        required=False,
        label=_("Attachments"),
        help_text=_(
            "Up to 5 files of up to 10 megabytes each: photos, PDF or sound."
            " We wipe the place and the device off photos and recordings. A PDF may name its author."
        ),
    )
    voice = VoiceField(
        required=False,
        label=_("Voice message"),
        help_text=_(
            "If writing is hard for you, say it. On a phone this button opens the recorder."
            " Whoever handles the case hears your voice and might know it."
        ),
    )
    addressed_unit = TextField(required=False, widget=HiddenInput)
    about_unit = _choice(Unit.objects.filter(is_active=True), "", _("I do not know, or would rather not say"))
    about_person = TextField(required=False, max_length=200)
    anonymous = forms.BooleanField(
        required=False,
        label=_("I do not want to give my name"),
        help_text=_("We keep nothing of what is written below. You see the answer only with your code."),
        # The value is what the stylesheet folds the fields below by.
        widget=CheckboxInput({"value": "none"}),
    )
    full_name = TextField(
        required=False, label=_("Name"), max_length=150, widget=TextInput({"autocomplete": "name"})
    )
    phone = PhoneField(
        required=False,
        label=_("Mobile number"),
        help_text=lazy(_told_by_sms, str)(),
    )
    email = EmailField(required=False, label=_("E-mail"), max_length=254)
    organization = TextField(
        required=False,
        label=_("Organization"),
        max_length=200,
        help_text=_("If you write for an agency or a company."),
        widget=TextInput({"autocomplete": "organization"}),
    )
    letter_number = TextField(required=False, label=_("Number of your letter"), max_length=60)
    homepage = TextField(
        required=False,
        label=_("Leave this field empty"),
        widget=TextInput({"autocomplete": "off", "tabindex": "-1"}),
    )
    form_token = TextField(required=False, widget=HiddenInput)

    def __init__(self, *args: Any, kind: Kind, at: datetime, is_ours: bool = True, **options: Any) -> None:
        super().__init__(*args, at=at, **options)
        self.kind, self.words, self.is_ours = kind, KINDS[kind], is_ours
        self.memory = cast("Reference", SimpleLazyObject(reference_lately))
        self.fields = dict(_fields_of(kind))
        for name, field in self.fields.items():
            if isinstance(field, KeptChoiceField):
                self.fields[name] = own = deepcopy(field)
                own.kept = self.memory
        self.is_blank = not self.is_bound and not any(self.initial.values())
        if not self.is_bound:
            self.initial["form_token"] = challenge.new_token(at)

    # --- Checking ---

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("anonymous"):
            self._forget_identity()
        self.count_files()
        if not self.errors:
            self._check_sender()
        return self.cleaned_data

    def _forget_identity(self) -> None:
        """Keep nothing that tells who wrote, and mind no mistake in it."""
        for name in IDENTITY:
            self.cleaned_data[name] = ""
            self.errors.pop(name, None)

    def _check_sender(self) -> None:
        """Take the form's token and, where something looks odd, the answer to a plain question."""
        token = self.typed("form_token")
        try:
            age = challenge.read_token(token, self.at)
        except (challenge.TokenForged, challenge.TokenOld):
            self.renew(STALE)
            return
        is_odd = bool(self.typed("homepage")) or age < timedelta(seconds=settings.FORM_MIN_SECONDS)
        if (is_odd or not self.is_ours) and not self.answered(token):
            self.ask(token)

    def renew(self, reason: Any = SPENT) -> None:
        """Give the form a fresh token and say why it must be sent once more."""
        self.retype(form_token=challenge.new_token(self.at), question="", question_answer="")
        self.add_error(None, reason)

    @property
    def token(self) -> str:
        """The one-time token of a checked form."""
        return self.typed("form_token")

    @property
    def addressed(self) -> Unit | None:
        """The unit that the address, or the form as it was sent, says the message is written to."""
        return self.memory.active_unit(str(self["addressed_unit"].value() or ""))

    @property
    def promised_days(self) -> int:
        """Working days to the answer to this kind of message."""
        return promises(self.memory)[self.kind].answer_days

    def values(self) -> dict[str, Any]:
        """Return what was sent under the names the service gives it."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in _OWN}
        return given | {
            "kind": self.kind,
            "is_anonymous": self.cleaned_data["anonymous"],
            **self.uploads(),
        }

    # --- Showing ---

    @property
    def helper(self) -> FormHelper:
        """The layout; asked for when the page is drawn, when it is known whether a question is asked."""
        return laid_out(*self._sections())

    @property
    def drawn(self) -> str:
        """Return the fields as the page shows them, without the tokens.

        Those of a form in which nothing stands yet are the same for everybody: they are kept with the reference data
        that they offer and promise by.
        """
        if not self.is_blank:
            return self._draw()
        return self.memory.draw((CaseForm, self.kind, get_language()), self._draw)

    def _draw(self) -> SafeString:
        return SafeString(render_crispy_form(self))

    def _sections(self) -> list[Section]:
        words = self.words
        first = ["target"] if words.has_target else []
        if "addressed_unit" in self.fields and self.addressed:
            first.append(Piece("feedback/addressed.html"))
        what = Section(words.what, *first, "service", "subject", "body", "county")
        evidence = Section(
            _("Evidence and voice"), Piece("feedback/uploads.html"), hint=_("Both are optional.")
        )
        about = [Section(words.about_title, *words.about)] if words.about else []
        you = Section(
            _("You"),
            Choice("anonymous", Then(*IDENTITY)),
            Piece("feedback/nameless.html"),
            hint=_("All optional."),
        )
        asked = ["question", "question_answer"] if self.asked else []
        trap = Div("homepage", css_class="vh", aria_hidden="true")
        send = Section(_("Send"), *asked, trap, Piece("feedback/send.html"), is_silent=True)
        return [what, evidence, *about, you, send]


@cache
def _fields_of(kind: Kind) -> dict[str, Any]:
    """Return the fields of a kind, in its words; its forms share all but those that are each form's own."""
    words = KINDS[kind]
    left_out = words.fields_left_out()
    fields: dict[str, Any] = {
        name: deepcopy(field) for name, field in CaseForm.base_fields.items() if name not in left_out
    }
    fields["subject"].help_text = words.subject_hint
    fields["body"].help_text = words.body_hint
    fields["body"].error_messages["required"] = words.body_missing
    for name in words.about:
        fields[name].label = getattr(words, name)
        fields[name].help_text = getattr(words, f"{name}_hint")
    return fields


_OWN = {
    "anonymous", "attachments", "voice", "hold", "kept",
    "homepage", "form_token", "question", "question_answer",
}  # fmt: skip
