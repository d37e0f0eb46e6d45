"""Reading the first sheet of an XLSX file, in a process of its own, which `portal.ui.tables` starts.

Neither the library nor what a file unpacks to stays in the memory of the web server: editors send a list now and then.
The file comes as standard input and its rows go as JSON to standard output, every cell as a text.
"""

import io
import json
import sys
import zipfile
from datetime import date, datetime
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException


def read(data: bytes, rows: int, columns: int, longest: int, most: int) -> list[list[str]] | str:
    """Return up to so many rows, columns and characters of a cell, or why not: `most` is of all characters.

    A file of little size may say a long text in every cell.
    """
    found, size = [], 0
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # What a file says of its own size is not believed.
        sheet.reset_dimensions()
        for cells in islice(sheet.iter_rows(values_only=True), rows):
            found.append([text(value)[:longest] for value in cells[:columns]])
            size += sum(map(len, found[-1]))
            if size > most:
                return "too_big"
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, IndexError, ValueError, OSError):
        return "unreadable"
    return found


def text(value: Any) -> str:
    """Return a cell as a text; a whole number without the decimals that spreadsheets add, a day in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    json.dump(read(sys.stdin.buffer.read(), *map(int, sys.argv[1:])), sys.stdout)
