"""Writing lists as spreadsheets: one writer for XLSX and CSV, in which nothing that somebody wrote can act.

A sheet is columns and rows: `row_of(columns, thing)` makes a row, `write` the file. Cells are text or numbers; a day
fills two columns, the Jalali one that people read and the ISO one that programs sort by.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.kernel import jalali

Cell = str | int | float | None

#: Rows that a sheet of a spreadsheet program holds, the headings among them.
MOST_ROWS: Final = 1_048_576
#: Characters that a cell holds (32,767), with a little room.
LONGEST: Final = 32_000
#: What a spreadsheet program may take for the beginning of a formula, also in full width and behind what is not seen
#: (OWASP ASVS 1.2.10).
_ACTS = re.compile(
    "[\\s\"'\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\\-@|%＝＋－＠]|[\t\r\n]"
)
#: What no cell can hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
WIDEST: Final = 48
FORMATS: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class TooManyRows(Exception):
    """No sheet holds so many rows."""


@dataclass(frozen=True)
class Column:
    """One column: its heading, how to read its cell from a thing, and its width in characters."""

    heading: str
    value: Callable[[Any], Cell]
    width: int = 16


def day_columns(heading: str, value: Callable[[Any], date | None]) -> tuple[Column, Column]:
    """Return the two columns of a day or a moment; a moment is told as clocks in Tehran show it."""
    return (
        Column(heading, lambda thing: _jalali(value(thing))),
        Column(f"{heading} (ISO)", lambda thing: _iso(value(thing))),
    )


def _jalali(moment: date | None) -> str:
    if moment is None:
        return ""
    day = jalali.short(moment)
    return f"{day} {jalali.local(moment):%H:%M}" if isinstance(moment, datetime) else day


def _iso(moment: date | None) -> str:
    if moment is None:
        return ""
    return f"{jalali.local(moment):%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else moment.isoformat()


def row_of(columns: Sequence[Column], thing: Any) -> list[Cell]:
    """Return the cells of one row."""
    return [column.value(thing) for column in columns]


def is_risky(text: str) -> bool:
    """Tell whether a spreadsheet program might run this text instead of showing it."""
    return bool(_ACTS.match(text))


def _plain(text: str) -> str:
    """Return a text that a cell can hold: without control characters, cut at the longest."""
    text = _CONTROL.sub("", text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


# --- Files ------------------------------------------------------------------------------------------------------


def write(
    target: IO[bytes],
    form: str,
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    about: Sequence[tuple[str, str]] = (),
    right_to_left: bool = True,
) -> int:
    """Write a sheet into `target` as `form` (one of `FORMATS`) and return the number of rows below the headings.

    `title` (up to 31 characters) names the sheet of a workbook; `about` are lines about the list, which a workbook
    keeps on a sheet of their own and a CSV file leaves out. Rows are read one by one and never held all at once.
    Raises `TooManyRows`.
    """
    counted = _Counted(rows)
    if form == "csv":
        _write_csv(target, columns, counted)
    else:
        _write_xlsx(target, title, columns, counted, about, right_to_left)
    return counted.count


class _Counted:
    """Rows that are counted while they pass."""

    def __init__(self, rows: Iterable[Sequence[Cell]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for row in self.rows:
            self.count += 1
            if self.count >= MOST_ROWS:
                raise TooManyRows
            yield row


def _write_csv(target: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    """Write with the mark by which spreadsheet programs know UTF-8, and every cell in quotes.

    Without quotes, a program that parts cells elsewhere (at semicolons) would find beginnings of formulas inside them.
    """
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([_csv_cell(column.heading) for column in columns])
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    text.detach()


def _csv_cell(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return "" if cell is None else cell
    return f"'{_plain(cell)}" if is_risky(cell) else _plain(cell)


def _write_xlsx(
    target: IO[bytes],
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    about: Sequence[tuple[str, str]],
    right_to_left: bool,
) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        quoted = book.add_format({"quote_prefix": True})
        page = _page(book, title, right_to_left)
        page.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            page.set_column(place, place, min(column.width, WIDEST))
            page.write_string(0, place, column.heading, bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            _write_row(page, last, row, quoted)
        page.autofilter(0, 0, last, max(len(columns) - 1, 0))
        if about:
            _write_pairs(_page(book, _("About this list"), right_to_left), about, bold, quoted)


def _page(book: xlsxwriter.Workbook, title: str, right_to_left: bool) -> Worksheet:
    page = book.add_worksheet(title)
    if right_to_left:
        page.right_to_left()
    return page


def _write_row(page: Worksheet, line: int, row: Sequence[Cell], quoted: Format) -> None:
    """Write every text as a text, never as what it looks like; one that looks like a formula is marked as quoted."""
    for place, cell in enumerate(row):
        if isinstance(cell, str):
            page.write_string(line, place, _plain(cell), quoted if is_risky(cell) else None)
        elif cell is not None:
            page.write_number(line, place, cell)


def _write_pairs(page: Worksheet, pairs: Sequence[tuple[str, str]], bold: Format, quoted: Format) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 1, WIDEST)
    for line, (name, value) in enumerate(pairs):
        page.write_string(line, 0, name, bold)
        page.write_string(line, 1, _plain(value), quoted if is_risky(value) else None)
