"""Reading lists that come as spreadsheets: CSV or XLSX, from whatever program wrote them, within limits.

The file is judged by its content, never by its name. A cell is a text; the apostrophe that `portal.ui.sheets` writes
before what a spreadsheet program might run is taken off again.
"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from portal.kernel.text import clean
from portal.ui.sheets import is_risky

#: Bytes of a file, bytes it may unpack to, rows, columns and characters of a cell that are read.
MOST_BYTES, MOST_UNPACKED = 2 * 1024 * 1024, 40 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, LONGEST = 2000, 120, 8000
ZIP = b"PK\x03\x04"


class TableFault(StrEnum):
    """Why a file cannot be read."""

    TOO_BIG = "too_big"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    TOO_MANY = "too_many"
    TWICE = "twice"


class TableRefused(Exception):
    """This file is no list that we can read; `what` names the column at fault, if one is."""

    def __init__(self, fault: TableFault, what: str = "") -> None:
        super().__init__(f"{fault} {what}".strip())
        self.fault, self.what = fault, what


@dataclass(frozen=True)
class TableRow:
    """A row below the headings: its number as a spreadsheet program shows it, and its cells by heading."""

    number: int
    cells: dict[str, str]


def read_table(data: bytes) -> list[TableRow]:
    """Return the rows of a CSV or XLSX file (its first sheet) that hold anything; raises `TableRefused`."""
    if len(data) > MOST_BYTES:
        raise TableRefused(TableFault.TOO_BIG)
    lines = _of_workbook(data) if data.startswith(ZIP) else _of_text(data)
    headings = [cell.strip() for cell in next(lines, [])]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise TableRefused(TableFault.EMPTY)
    if twice := next((one for one in headings if headings.count(one) > 1), ""):
        raise TableRefused(TableFault.TWICE, twice)
    rows = [
        TableRow(number, dict(zip(headings, [*cells, *[""] * len(headings)], strict=False)))
        for number, cells in enumerate(lines, start=2)
        if any(cells)
    ]
    if not rows:
        raise TableRefused(TableFault.EMPTY)
    return rows


def _counted(lines: Iterable[list[str]]) -> Iterator[list[str]]:
    for number, cells in enumerate(lines):
        if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise TableRefused(TableFault.TOO_MANY)
        yield cells


def _cell(text: str) -> str:
    return clean(text[:LONGEST]).strip()


# --- CSV --------------------------------------------------------------------------------------------------------


def _of_text(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise TableRefused(TableFault.UNREADABLE) from None
    if "\x00" in text:
        raise TableRefused(TableFault.UNREADABLE)
    heading = text.partition("\n")[0]
    border = max(",;\t", key=heading.count)
    try:
        lines = [
            [_cell(_unguarded(cell)) for cell in cells]
            for cells in csv.reader(io.StringIO(text, newline=""), delimiter=border, strict=True)
        ]
    except csv.Error:
        raise TableRefused(TableFault.UNREADABLE) from None
    yield from _counted(lines)


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and is_risky(cell[1:]) else cell


# --- XLSX -------------------------------------------------------------------------------------------------------


def _of_workbook(data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise TableRefused(TableFault.UNREADABLE) from None
    if unpacked > MOST_UNPACKED:
        raise TableRefused(TableFault.TOO_BIG)
    # One row and one column above what is read, so that they are missed.
    limits = map(str, (MOST_ROWS + 2, MOST_COLUMNS + 1, LONGEST, MOST_UNPACKED))
    reader = [sys.executable, "-m", "portal.ui.workbook", *limits]
    done = subprocess.run(reader, input=data, stdout=subprocess.PIPE, check=True, cwd=settings.BASE_DIR)
    rows = json.loads(done.stdout)
    if isinstance(rows, str):
        raise TableRefused(TableFault(rows))
    yield from _counted([_cell(cell) for cell in cells] for cells in rows)
