"""A list of rows written as text: one row a line, its columns parted by «|». The form of cards and of their files.

It can be pasted from a letter or from a spreadsheet (whose tabs part columns too), and needs no script.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import TextChoices
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel.text import ascii_digits, clean, fold
from portal.templatetags.persian import fa_digits, listed
from portal.ui.widgets import Textarea

Row = dict[str, str]

BORDER = re.compile(r"[|\t]")
AMOUNT = re.compile(r"[0-9]{1,12}")
MOST_ROWS = 40


@dataclass(frozen=True)
class Column:
    """One column: its name in the stored row, what it is called, and what may stand in it."""

    name: str
    label: str | Promise
    is_needed: bool = False
    choices: type[TextChoices] | None = None
    is_url: bool = False
    is_amount: bool = False
    most: int = 400

    def read(self, cell: str) -> str:
        """Return a cell as it is stored; raises ValidationError with what is wrong."""
        if not cell:
            if self.is_needed:
                raise ValidationError(_("“%(column)s” is empty."), "empty", {"column": self.label})
            return ""
        if len(cell) > self.most:
            raise ValidationError(_("“%(column)s” is too long."), "too_long", {"column": self.label})
        if self.choices:
            return self._choice(cell)
        if self.is_amount:
            return self._amount(cell)
        if self.is_url:
            URLValidator(schemes=("http", "https"))(cell)
        return cell

    def _choice(self, cell: str) -> str:
        known = {fold(str(word)): value for value, label in self.choices.choices for word in (value, label)}  # type: ignore[union-attr]
        if fold(cell) not in known:
            offered = listed(str(label) for _value, label in self.choices.choices)  # type: ignore[union-attr]
            words = {"cell": cell, "offered": offered}
            raise ValidationError(_("“%(cell)s” is none of: %(offered)s."), "unknown", words)
        return known[fold(cell)]

    @staticmethod
    def _amount(cell: str) -> str:
        digits = re.sub("[ ٬,]", "", ascii_digits(cell))
        if not AMOUNT.fullmatch(digits):
            raise ValidationError(_("“%(cell)s” is no amount in rials."), "amount", {"cell": cell})
        return digits

    def write(self, value: str) -> str:
        """Return a stored value as its editor reads it."""
        return str(self.choices(value).label) if self.choices and value in self.choices.values else value


def read_rows(columns: Sequence[Column], text: str) -> list[Row]:
    """Return the rows of a text; raises ValidationError that names each faulty line."""
    rows, faults = [], []
    lines = [line for line in clean(text).splitlines() if line.strip()]
    if len(lines) > MOST_ROWS:
        raise ValidationError(_("At most %(most)s rows fit."), "too_many", {"most": fa_digits(MOST_ROWS)})
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(_row(columns, line))
        except ValidationError as fault:
            faults += [
                _("Row %(row)s: %(fault)s") % {"row": fa_digits(number), "fault": one}
                for one in fault.messages
            ]
    if faults:
        raise ValidationError(faults, "rows")
    return rows


def _row(columns: Sequence[Column], line: str) -> Row:
    cells = [" ".join(cell.split()) for cell in BORDER.split(line)]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > len(columns):
        raise ValidationError(
            _("It has %(found)s columns; there are %(most)s."),
            "columns",
            {"found": fa_digits(len(cells)), "most": fa_digits(len(columns))},
        )
    cells += [""] * (len(columns) - len(cells))
    read = {column.name: column.read(cell) for column, cell in zip(columns, cells, strict=True)}
    return {name: value for name, value in read.items() if value}


def written(columns: Sequence[Column], rows: Sequence[Row], *, in_words: bool = True) -> str:
    """Return rows as text; choices as their labels (`in_words`) or as their codes, which no language changes."""
    lines = []
    for row in rows:
        cells = [row.get(column.name, "") for column in columns]
        shown = (
            [column.write(cell) for column, cell in zip(columns, cells, strict=True)] if in_words else cells
        )
        lines.append(" | ".join(shown).rstrip(" |"))
    return "\n".join(lines)


def _shape(columns: Sequence[Column]) -> str:
    """Say how a row of these columns is written."""
    return str(_("One row a line: %(row)s")) % {"row": " | ".join(str(column.label) for column in columns)}


shape = lazy(_shape, str)


class LinesField(forms.CharField):
    """Rows written as text; cleaned to a list of mappings."""

    def __init__(self, columns: Sequence[Column], **options: Any) -> None:
        options.setdefault("widget", Textarea({"rows": 5, "class": "vLargeTextField"}))
        options.setdefault("required", False)
        options.setdefault("help_text", shape(columns))
        super().__init__(strip=False, **options)
        self.columns = columns

    def to_python(self, value: Any) -> Any:
        return read_rows(self.columns, value) if isinstance(value, str) else value or []

    def prepare_value(self, value: Any) -> Any:
        return written(self.columns, value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True
