"""The form of a survey: one field for each question of a version, judged by the rules, nothing lost when refused."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from directory.forms import CodeChoiceField
from directory.models import Service
from portal.templatetags.persian import fa_digits
from portal.ui import challenge, widgets
from portal.ui.fields import TextField, sharing_fields
from portal.ui.widgets import Choices, Drawing, Scale, Ticks
from surveys import policy
from surveys.enums import ItemKind
from surveys.models import Item, Version
from surveys.policy import Fault, Reason

STALE = _("This page had been open for too long. Nothing is lost; please look at it again and send it.")

#: What is said of an answer that is refused.
WORDS: dict[Reason, str | Promise] = {
    Reason.BLANK: _("please choose one of the answers."),
    Reason.FORGED: _("this is not one of the answers; please choose again."),
    Reason.TOO_LONG: _("this text has %(count)s characters; at most %(limit)s fit."),
    Reason.NOT_A_NUMBER: _("please write a whole number, in digits."),
    Reason.TOO_LARGE: _("this is more than %(limit)s."),
}
EMPTY = _("this is still empty.")


# --- Widgets ----------------------------------------------------------------------------------------------------


class Opening:
    """A group of choices some of which open the question that follows; the stylesheet reads their mark."""

    opening: Collection[str] = ()

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> Drawing:
        option: Drawing = super().create_option(name, value, *args, **options)  # type: ignore[misc]
        if str(value) in self.opening:
            option["attrs"]["data-opens"] = True
        return option


class Radios(Opening, Choices):
    """One of several options, a row each."""


class Boxes(Opening, Ticks):
    """Several options, a row each."""


class FivePoints(Opening, Scale):
    """Five cells in a row, best first; answers that count as none stand in rows of their own below."""

    missing: Collection[str] = ()

    def draw(self, widget: Drawing) -> str:
        if "optgroups" not in widget:
            return super().draw(widget)
        options = [option for _name, group, _index in widget["optgroups"] for option in group]
        cells = [option for option in options if option["value"] not in self.missing]
        below = [option for option in options if option["value"] in self.missing]
        rows = Choices().draw({**widget, "optgroups": [(None, below, 0)]})
        return super().draw({**widget, "optgroups": [(None, cells, 0)]}) + rows


# --- Fields -----------------------------------------------------------------------------------------------------


class OwnWords(TextField):
    """A text whose length the rules judge, not the field."""

    def validate(self, value: str) -> None:
        pass


def _field(item: Item, question: policy.Question, opening: Collection[str], label: str) -> forms.Field:
    """Return the field of an item; whatever is sent passes it, for `policy.judge` has the say."""
    shared: dict[str, Any] = {"required": False, "label": label, "help_text": item.hint}
    if question.kind in MAKERS:
        return MAKERS[question.kind](question, shared)
    widget = GROUPS[question.kind](choices=[(option.value, option.label) for option in item.options.all()])
    widget.opening = opening
    if isinstance(widget, FivePoints):
        widget.missing = question.missing
    return forms.Field(widget=widget, **shared)


def _long(question: policy.Question, shared: dict[str, Any]) -> forms.Field:
    most = question.limit or policy.LIMITS[question.kind]
    return OwnWords(multiline=True, max_length=most, widget=widgets.Textarea({"class": "low"}), **shared)


def _short(question: policy.Question, shared: dict[str, Any]) -> forms.Field:
    return OwnWords(max_length=question.limit or policy.LIMITS[question.kind], **shared)


def _number(_question: policy.Question, shared: dict[str, Any]) -> forms.Field:
    return forms.Field(widget=widgets.DigitsInput({"class": "short"}), **shared)


MAKERS = {ItemKind.LONG_TEXT: _long, ItemKind.SHORT_TEXT: _short, ItemKind.NUMBER: _number}
GROUPS: dict[ItemKind, Any] = {
    ItemKind.FIVE_POINT: FivePoints,
    ItemKind.SINGLE: Radios,
    ItemKind.YES_NO: Radios,
    ItemKind.SEVERAL: Boxes,
}


# --- The form ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One question as the page shows it."""

    field: BoundField
    item: Item
    place: int
    heading: str
    is_conditional: bool

    @property
    def is_group(self) -> bool:
        return ItemKind(self.item.kind) in GROUPS


@sharing_fields
class ResponseForm(forms.Form):
    """The form of one version. After checking, `answers` is what `services.submit_response` takes.

    The questions get their fields when they are shown: the rules judge what was sent, and most forms are not seen
    again. Raises `policy.ConditionRefused`, for a draft only.
    """

    service = CodeChoiceField(
        Service.objects.filter(is_active=True),
        required=False,
        label=_("About which service?"),
        empty_label=_("I would rather not say"),
        widget=widgets.Select,
        error_messages={"invalid_choice": _("This is not in the list. Please choose again.")},
    )
    homepage = forms.Field(
        required=False,
        label=_("Leave this field empty"),
        widget=widgets.TextInput({"autocomplete": "off", "tabindex": "-1"}),
    )
    version = forms.Field(required=False, widget=widgets.HiddenInput)
    form_token = forms.Field(required=False, widget=widgets.HiddenInput)

    def __init__(self, *args: Any, version: Version, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked_version, self.at = version, at
        self.questions = version.questions
        self.answers: dict[str, list[str]] = {}
        self.age = 0.0
        if not version.questionnaire.asks_service:
            del self.fields["service"]
        self.initial["version"] = version.number
        if not self.is_bound:
            self.initial["form_token"] = challenge.new_token(at)

    def _add_questions(self) -> None:
        for place, (item, question) in enumerate(
            zip(self.asked_version.asked, self.questions, strict=True), start=1
        ):
            if item.code not in self.fields:
                label = _now("Question %(place)s") % {"place": fa_digits(place)}
                self.fields[item.code] = _field(item, question, self._opening(place), label)

    def _opening(self, place: int) -> Collection[str]:
        """Return the options of the question at `place` that open the very next one."""
        question, *following = self.questions[place - 1 : place + 1]
        condition = following[0].condition if following else None
        if condition is None or condition.item != question.code:
            return ()
        return [value for value in question.values if condition.holds({question.code: (value,)})]

    # --- Checking ---

    def clean(self) -> dict[str, Any]:
        codes = [question.code for question in self.questions]
        self.answers = {code: sent for code in codes if (sent := self._sent(code))}
        try:
            policy.judge(self.questions, self.answers)
        except policy.AnswersRefused as refused:
            self._add_questions()
            for code in (code for code in codes if code in refused.faults):
                self.add_error(code, self._words(code, refused.faults[code]))
        self._check_token()
        return self.cleaned_data

    def _sent(self, name: str) -> list[str]:
        """Return everything that was sent under a name: a field sent twice is the rules' business."""
        return cast(QueryDict, self.data).getlist(name)

    def _words(self, code: str, fault: Fault) -> str:
        is_group = isinstance(self.fields[code].widget, Choices)
        words = EMPTY if fault.reason == Reason.BLANK and not is_group else WORDS[fault.reason]
        figures = {"count": fa_digits(fault.count), "limit": fa_digits(fault.limit)}
        sentence = _now("%(question)s: %(fault)s")
        return sentence % {"question": self.fields[code].label, "fault": words % figures}

    def _check_token(self) -> None:
        """Take the time the form was open; a form that is too old, or of a version since gone, is shown once more."""
        try:
            self.age = challenge.read_token(self.token, self.at).total_seconds()
        except (challenge.TokenForged, challenge.TokenOld):
            self.renew()
        else:
            if self.data.get("version") != str(self.asked_version.number):
                self.renew()

    def renew(self) -> None:
        """Give the form a fresh token and say that it must be sent once more; nothing that was filled in is lost."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["form_token"] = challenge.new_token(self.at)
        data["version"] = str(self.asked_version.number)
        self.data = data
        self.add_error(None, STALE)

    @property
    def token(self) -> str:
        """The one-time token of the form."""
        return str(self.data.get("form_token") or "")

    @property
    def is_trapped(self) -> bool:
        """Tell whether the field that no person sees was filled in."""
        return bool(self.data.get("homepage"))

    # --- Showing ---

    @cached_property
    def asked(self) -> list[Asked]:
        """The questions in order, each with its section's heading where one begins."""
        self._add_questions()
        rows, section = [], None
        for place, item in enumerate(self.asked_version.asked, start=1):
            heading = "" if item.section_id == section else item.section.title
            section = item.section_id
            is_conditional = self.questions[place - 1].condition is not None
            rows.append(Asked(self[item.code], item, place, heading, is_conditional))
        return rows
