"""What rule editors fill in: a draft's name, a rule with its words, a message to try."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from directory.models import County, Service, Unit
from portal.kernel.text import ascii_digits
from portal.templatetags.persian import fa_digits
from portal.ui.fields import TextField
from portal.ui.widgets import DigitsInput, FileInput, Select, Textarea, Ticks
from routing.enums import RULE_STAGES, Fault, Kind, Stage
from routing.policy import MAX_WEIGHT, Keyword, Problem, RuleSpec

#: What a word is worth where its line does not say.
USUAL_WEIGHT = 3
#: Letters of a phrase, of a box of words and of a pasted file.
LONGEST_PHRASE = 100
MOST_LETTERS = 400_000
#: Bytes of an uploaded file, messages that one page tries.
MOST_BYTES = 2_000_000
MOST_MESSAGES = 2_000

#: Which box a fault of a rule is shown beside.
_PLACES = {
    Fault.MISCONDUCT_LEAK: "unit",
    Fault.UNKNOWN_KIND: "kinds",
    Fault.ALWAYS_FOR_ALL: "kinds",
    Fault.ALSO_A_WORD: "not_if",
}
#: What follows the last equals sign is the weight, whatever it is.
_WEIGHED = re.compile(r"(.*)[=＝]([^=＝]*)", re.DOTALL)
_WEIGHT = re.compile(r"0*[0-9]{1,2}")


def _lines(rows: int) -> Textarea:
    return Textarea({"class": "vLargeTextField words", "rows": rows, "spellcheck": "false"})


class LinesField(TextField):
    """Phrases, one a line; empty lines do not count."""

    default_error_messages = {
        "phrase_too_long": _("Line %(line)s is longer than %(most)s letters."),
        "weight": _(
            "Line %(line)s: “%(text)s” has no whole number from 0 to %(most)s after the equals sign."
        ),
    }

    def __init__(self, *, rows: int, **options: Any) -> None:
        options = {"multiline": True, "max_length": MOST_LETTERS, "widget": _lines(rows), **options}
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """Return the phrases, naming every line that cannot be read."""
        faults: list[forms.ValidationError] = []
        found = []
        for number, line in enumerate(super().clean(value).splitlines(), start=1):
            try:
                found += [self.read(line.strip(), number)] if line.strip() else []
            except forms.ValidationError as fault:
                faults.append(fault)
        if faults:
            raise forms.ValidationError(faults)
        return tuple(found)

    def read(self, line: str, number: int) -> Any:
        if len(line) > LONGEST_PHRASE:
            self._refuse("phrase_too_long", line=fa_digits(number), most=fa_digits(LONGEST_PHRASE))
        return line

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def _refuse(self, code: str, **named: str) -> None:
        raise forms.ValidationError(self.error_messages[code], code, named)


class WordsField(LinesField):
    """Words and phrases, one a line, each with what it is worth: «فهرست بها = ۸». Signs are only signs."""

    def read(self, line: str, number: int) -> Keyword:
        phrase, weight = line, USUAL_WEIGHT
        if weighed := _WEIGHED.fullmatch(ascii_digits(line)):
            figures = weighed[2].strip()
            phrase = line[: len(weighed[1])].strip()
            if not phrase or not _WEIGHT.fullmatch(figures) or int(figures[-2:]) > MAX_WEIGHT:
                self._refuse("weight", line=fa_digits(number), text=line, most=fa_digits(MAX_WEIGHT))
            weight = int(figures[-2:])
        return Keyword(super().read(phrase, number), weight)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return "\n".join(f"{word.phrase} = {fa_digits(word.weight)}" for word in value)
        return value


class DraftForm(forms.Form):
    """The name of a draft."""

    name = TextField(max_length=100, label=_("Name of the draft"))

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, use_required_attribute=False, **options)


class RuleForm(forms.Form):
    """One rule: these words, in messages of these kinds, speak for this unit."""

    unit = forms.ModelChoiceField(
        Unit.objects.filter(is_active=True),
        label=_("Unit"),
        empty_label=_("Choose a unit"),
        widget=Select,
        help_text=_("Units that take no more cases are not in this list."),
        error_messages={
            "required": _("Choose a unit."),
            "invalid_choice": _("Rules cannot send cases to this unit: it is unknown or inactive."),
        },
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=RULE_STAGES,
        initial=Stage.POINTS,
        widget=Select,
        help_text=_("A lane decides at once; points compete."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"),
        required=False,
        choices=Kind.choices,
        widget=Ticks,
        help_text=_("The rule is for these kinds of messages; for all if empty."),
    )
    words = WordsField(
        rows=14,
        required=False,
        label=_("Words and phrases"),
        help_text=_(
            "One a line, with its weight from 0 to 20 after an equals sign; without one it is worth 3. Endings, "
            "half-spaces, joined spellings, frequent slips and Persian in Latin letters are found by themselves. "
            "0 takes the phrase out of the reading."
        ),
    )
    not_if = LinesField(
        rows=4,
        required=False,
        label=_("Not if"),
        help_text=_("One a line. A message with one of these phrases is not for this rule."),
    )
    always = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_WEIGHT,
        label=_("Points without words"),
        localize=True,
        widget=DigitsInput({"class": "short"}),
        help_text=_("What the rule is worth to every message of its kinds, whatever the words."),
    )
    note = TextField(
        required=False, max_length=200, label=_("Note"), help_text=_("For colleagues: what the rule is for.")
    )
    sample = TextField(
        required=False,
        multiline=True,
        max_length=10_000,
        label=_("Try it on a text"),
        widget=Textarea({"class": "vLargeTextField", "rows": 3}),
        help_text=_("Shows what this rule hears, as it stands in the boxes above. Nothing is saved."),
    )

    def __init__(self, data: Any = None, *, spec: RuleSpec | None = None) -> None:
        super().__init__(data, initial=_initial(spec) if spec else None, use_required_attribute=False)

    def clean_always(self) -> int:
        return self.cleaned_data["always"] or 0

    def spec(self) -> RuleSpec:
        """Return the rule as it is filled in; its code is given by the services."""
        given = self.cleaned_data
        return RuleSpec(
            id="",
            unit=given["unit"].code,
            stage=Stage(given["stage"]),
            kinds=frozenset(given["kinds"]),
            keywords=given["words"],
            not_if=given["not_if"],
            always=given["always"],
            note=given["note"],
        )

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Put the faults that the services found beside the boxes they are about."""
        for problem in problems:
            if problem.is_blocking:
                self.add_error(_PLACES.get(problem.fault, "words"), words_of(problem))


def _initial(spec: RuleSpec) -> dict[str, Any]:
    return {
        "unit": Unit.objects.filter(code=spec.unit).values_list("pk", flat=True).first(),
        "stage": spec.stage,
        "kinds": sorted(spec.kinds),
        "words": spec.keywords,
        "not_if": "\n".join(spec.not_if),
        "always": spec.always or "",
        "note": spec.note,
    }


def words_of(problem: Problem) -> str:
    """Return a fault as a sentence, with the phrase that has it."""
    label = str(problem.fault.label)
    return f"{label} «{problem.what}»" if problem.what else label


def _one_of(rows: QuerySet[Any], label: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(rows, required=False, label=label, empty_label="—", widget=Select)


class TryForm(forms.Form):
    """A message as a citizen would write it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=Select)
    service = _one_of(Service.objects.filter(is_active=True).select_related("unit"), _("Service"))
    county = _one_of(County.objects.all(), _("County"))
    addressed_unit = _one_of(Unit.objects.filter(is_active=True), _("Unit written to"))
    about_unit = _one_of(Unit.objects.filter(is_active=True), _("Unit complained of"))
    subject = TextField(required=False, max_length=120, label=_("Subject"))
    body = TextField(
        required=False,
        multiline=True,
        max_length=10_000,
        label=_("Text"),
        widget=Textarea({"class": "vLargeTextField", "rows": 7}),
    )

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, use_required_attribute=False, **options)


class TryFileForm(forms.Form):
    """Labelled messages, pasted or as a file."""

    rows = TextField(
        required=False,
        multiline=True,
        max_length=MOST_LETTERS,
        label=_("Rows of a CSV file"),
        widget=Textarea({"class": "vLargeTextField", "rows": 6, "dir": "auto", "spellcheck": "false"}),
        help_text=_(
            "The first row names the columns: kind, service_hint, county, subject, body, expected_unit. The last "
            "may be empty where the right unit is not known. A column addressed_unit may name the unit written to."
        ),
    )
    file = forms.FileField(
        required=False, label=_("or a file"), widget=FileInput({"accept": ".csv,text/csv"})
    )

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, use_required_attribute=False, **options)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file, rows = given.get("file"), given.get("rows")
        if file is not None and file.size > MOST_BYTES:
            self.add_error("file", _("This file is larger than 2 megabytes."))
        elif not file and not rows and not self.errors:
            self.add_error("rows", _("Paste the rows here or choose a file."))
        return given

    def content(self) -> bytes:
        """Return the text of the file, else what was pasted."""
        file = self.cleaned_data["file"]
        content: bytes = file.read() if file else self.cleaned_data["rows"].encode()
        return content
