"""Lists from files: what a file would change, row by row, before anything is stored.

The first sending of a file is a rehearsal: it shows each row as new, changed, the same or faulty. The rows go along
with the page, so that the second sending stores just what was shown, if it still fits.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.enums import Audience, LifeEvent
from directory.forms.card import PARTS, CardForm
from directory.forms.contacts import EntryForm
from directory.forms.lines import BORDER
from directory.models import Position, Service, ServiceCardVersion, Unit
from directory.selectors import CONTENT
from portal.kernel.text import ascii_digits, fold
from portal.templatetags.persian import fa_digits
from portal.ui.fields import JalaliDateField
from portal.ui.tables import MOST_BYTES, TableFault, TableRefused, TableRow, read_table
from portal.ui.widgets import HiddenInput
from portal.ui.wording import check_texts

#: What to say to each reason for which a file is not read.
FAULTS: Mapping[TableFault, str | Promise] = {
    TableFault.TOO_BIG: _("This file is too big; a list of up to 2 MB can be read."),
    TableFault.UNREADABLE: _("This file cannot be read. Save it as XLSX, or as CSV in UTF-8."),
    TableFault.EMPTY: _("This file has no rows below its headings."),
    TableFault.TOO_MANY: _("This file has too many rows or columns; send it in parts."),
    TableFault.TWICE: _("The heading “%(what)s” stands there twice."),
}
YES = frozenset({"1", "true", "yes", "بله", "بلی", "آری"})


class Outcome(StrEnum):
    """What a row of a file would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    FAULTY = "faulty"


@dataclass
class Plan:
    """One row of a file: where it stands, what it is about, and what it would do."""

    number: int
    title: str
    outcome: Outcome
    faults: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    rows: tuple[Model, ...] = ()


class ImportForm(forms.Form):
    """A file to be rehearsed, or the rows of one that was (`rehearsed`), to be stored."""

    #: Headings that must be there, and those that may be.
    needed: ClassVar[tuple[str, ...]] = ()
    known: ClassVar[tuple[str, ...]] = ()

    use_required_attribute = False
    file = forms.FileField(label=_("CSV or XLSX file"), error_messages={"required": _("Choose a file.")})
    rehearsed = forms.CharField(required=False, strip=False, widget=HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].required = not self.data.get("rehearsed")
        self.plans: list[Plan] = []

    @property
    def is_rehearsal(self) -> bool:
        return not self.cleaned_data.get("rehearsed")

    @property
    def is_sound(self) -> bool:
        """Tell whether no row has a fault, so that the file may be stored."""
        return bool(self.plans) and not any(plan.faults for plan in self.plans)

    @property
    def wanted(self) -> list[Plan]:
        """The rows that change anything."""
        return [plan for plan in self.plans if plan.outcome in (Outcome.NEW, Outcome.CHANGED)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        rows = self._read(data)
        if rows:
            self._check_headings(rows[0])
            self.plans = list(self._plan(rows))
            data["rows"] = _as_csv(rows)
        return data

    def _read(self, data: dict[str, Any]) -> list[TableRow]:
        if not data.get("file") and not data.get("rehearsed"):
            return []
        content = data["file"].read(MOST_BYTES + 1) if data.get("file") else data["rehearsed"].encode()
        try:
            return read_table(content)
        except TableRefused as refused:
            self.add_error("file", str(FAULTS[refused.fault]) % {"what": refused.what})
            return []

    def _check_headings(self, row: TableRow) -> None:
        missing = [name for name in self.needed if name not in row.cells]
        unknown = [name for name in row.cells if name not in (*self.needed, *self.known)]
        if missing:
            raise ValidationError(
                _("These headings are missing: %(names)s"), "missing", {"names": ", ".join(missing)}
            )
        if unknown:
            raise ValidationError(
                _("These headings are not known: %(names)s"), "unknown", {"names": ", ".join(unknown)}
            )

    def _plan(self, rows: list[TableRow]) -> Iterator[Plan]:
        seen: dict[str, int] = {}
        for row in rows:
            plan = self.plan(row)
            key = self.key(row.cells)
            if key in seen:
                plan.outcome = Outcome.FAULTY
                words = _("It is about the same as row %(row)s.") % {"row": fa_digits(seen[key])}
                plan.faults.append(words)
            seen.setdefault(key, row.number)
            yield plan

    def key(self, cells: Mapping[str, str]) -> str:
        """Return what tells one row of this list from another."""
        raise NotImplementedError

    def plan(self, row: TableRow) -> Plan:
        """Return what one row would do."""
        raise NotImplementedError


def _as_csv(rows: list[TableRow]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0].cells), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(row.cells for row in rows)
    return text.getvalue()


def _faults(form: forms.BaseForm) -> list[str]:
    """Return what is wrong with a row, each with the name of its column."""
    return [
        f"{name}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]


def _unit_of(cells: Mapping[str, str]) -> Unit | None:
    return Unit.objects.filter(code=cells.get("unit", "").strip().upper()).first()


# --- The directory ----------------------------------------------------------------------------------------------

TICKS = ("is_head", "is_deputy")


class PositionRowForm(EntryForm):
    """An entry of the directory as a row of a file."""

    checked_on = JalaliDateField(required=False)

    class Meta(EntryForm.Meta):
        fields = tuple(name for name in EntryForm.Meta.fields if name != "unit")


class ContactImport(ImportForm):
    """Entries of the directory; an entry is known by its unit and its title."""

    needed = ("unit", "title_fa")
    known = PositionRowForm.Meta.fields

    def key(self, cells: Mapping[str, str]) -> str:
        return f"{cells['unit'].upper()} {fold(cells['title_fa'])}"

    def plan(self, row: TableRow) -> Plan:
        unit = _unit_of(row.cells)
        if unit is None:
            words = str(_("There is no unit with the code “%(code)s”.")) % {"code": row.cells["unit"]}
            return Plan(row.number, row.cells["title_fa"], Outcome.FAULTY, [words])
        same = [post for post in unit.positions.all() if fold(post.title_fa) == fold(row.cells["title_fa"])]
        position = same[0] if same else Position(unit=unit)
        form = PositionRowForm(self._data(row.cells, position), instance=position)
        title = f"{row.cells['title_fa']} · {unit}"
        if not form.is_valid():
            return Plan(row.number, title, Outcome.FAULTY, _faults(form))
        if not same:
            return Plan(row.number, title, Outcome.NEW, rows=(form.instance,))
        outcome = Outcome.CHANGED if form.changed_data else Outcome.SAME
        return Plan(row.number, title, outcome, changes=list(form.changed_data), rows=(form.instance,))

    @staticmethod
    def _data(cells: Mapping[str, str], position: Position) -> dict[str, Any]:
        """Return the cells as the form wants them; what the file has no column for stays as it is."""
        data = forms.model_to_dict(position, PositionRowForm.Meta.fields) | dict(cells)
        for name in TICKS:
            if name in cells:
                data[name] = cells[name].strip().lower() in YES
        if cells.get("phone"):
            data["phone"] = ascii_digits(cells["phone"])
        if "order" in data and data["order"] == "":
            data["order"] = position.order
        return data


# --- The catalogue of services ----------------------------------------------------------------------------------

LISTS = {"audiences": Audience, "events": LifeEvent}
#: Fields of a card that are not in a file: who is responsible follows from the unit.
NOT_IN_FILES = ("owner",)


class ServiceRowForm(forms.ModelForm):
    """A service as a row of a file."""

    class Meta:
        model = Service
        fields = (
            *("code", "title_fa", "title_en", "category_fa", "category_en", "summary_fa", "summary_en"),
            *("unit", "order"),
        )


class CardRowForm(CardForm):
    """What a card says, as a row of a file."""

    class Meta(CardForm.Meta):
        fields: tuple[str, ...] = tuple(name for name in CONTENT if name not in NOT_IN_FILES)


class CatalogueImport(ImportForm):
    """Services with their cards; each card becomes a draft, which somebody then puts in force."""

    needed = ("code", "title_fa", "unit", "description_fa", "output_fa", "audiences")
    known = (*ServiceRowForm.Meta.fields, *CardRowForm.Meta.fields)

    def key(self, cells: Mapping[str, str]) -> str:
        return cells["code"]

    def plan(self, row: TableRow) -> Plan:
        cells = row.cells
        service = Service.objects.filter(code=cells["code"]).first() or Service()
        latest = service.cards.order_by("-number").first() if service.pk else None
        unit = _unit_of(cells)
        service_form = ServiceRowForm(self._service_data(cells, service, unit), instance=service)
        card_form = CardRowForm(self._card_data(cells, latest), instance=self._fresh(latest, unit))
        title = f"{cells['code']} {cells['title_fa']}"
        faults = [*_faults(service_form), *_faults(card_form)]
        if faults:
            return Plan(row.number, title, Outcome.FAULTY, faults)
        changes = [*service_form.changed_data, *self._changes(card_form.instance, latest)]
        outcome = Outcome.NEW if latest is None else Outcome.CHANGED if changes else Outcome.SAME
        return Plan(
            row.number, title, outcome, changes=changes, rows=(service_form.instance, card_form.instance)
        )

    @staticmethod
    def _service_data(cells: Mapping[str, str], service: Service, unit: Unit | None) -> dict[str, Any]:
        data = forms.model_to_dict(service, ServiceRowForm.Meta.fields) | dict(cells)
        return {
            **data,
            "unit": unit.pk if unit else cells["unit"],
            "order": cells.get("order") or service.order,
        }

    @staticmethod
    def _card_data(cells: Mapping[str, str], latest: ServiceCardVersion | None) -> dict[str, Any]:
        """Return the cells as the form wants them; what the file has no column for is taken from the latest card."""
        known = forms.model_to_dict(latest or ServiceCardVersion(), CardRowForm.Meta.fields)
        data = {**known, **{name: cell for name, cell in cells.items() if cell or name in PARTS}}
        for name, choices in LISTS.items():
            if name in cells:
                data[name] = _chosen(cells[name], dict(choices.choices))
        return data

    @staticmethod
    def _fresh(latest: ServiceCardVersion | None, unit: Unit | None) -> ServiceCardVersion:
        if latest is not None and latest.owner is not None:
            return ServiceCardVersion(owner=latest.owner)
        return ServiceCardVersion(owner=unit.positions.filter(is_head=True).first() if unit else None)

    @staticmethod
    def _changes(card: ServiceCardVersion, latest: ServiceCardVersion | None) -> list[str]:
        if latest is None:
            return []
        names = [name for name in CardRowForm.Meta.fields if name != "review_on"]
        return [name for name in names if getattr(card, name) != getattr(latest, name)]


def _chosen(cell: str, choices: Mapping[str, Any]) -> list[str]:
    """Return the choices that a cell names by code or by label, parted by «|»; what is unknown is left for the form."""
    known = {fold(str(word)): code for code, label in choices.items() for word in (code, label)}
    parts = [part.strip() for part in BORDER.split(cell) if part.strip()]
    return [known.get(fold(part), part) for part in parts]


for _form in (PositionRowForm, ServiceRowForm, CardRowForm):
    check_texts(_form, frozenset())
