"""The writer of spreadsheets: nothing that somebody wrote can act, and days stand in both calendars."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from portal.ui import sheets
from portal.ui.sheets import Column, day_columns, row_of, write

AT = datetime(2026, 5, 20, 6, 54, tzinfo=UTC)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEXT, COUNT = Column("موضوع", lambda thing: thing[0]), Column("شمار", lambda thing: thing[1])

HARMFUL = [
    "=1+1", "=cmd|' /C calc'!A0", "+98916", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u200f=1", "\u202b=1",
    "\ufeff=1", "\u200c\u200f @x", '"=1', "'=1", "＝1+1", "＋1", "%0A=1", "|x", "\u00ad=1",
]  # fmt: skip
HARMLESS = ["رتبه‌بندی", "1405-000123-7", "0916", "a=b", "۵-۳", "", "؟", "(-)"]


def as_csv(rows: list[Any], columns: tuple[Column, ...] = (TEXT,)) -> str:
    target = io.BytesIO()
    write(target, "csv", title="x", columns=columns, rows=rows)
    return target.getvalue().decode()


def cells_of(content: bytes, number: int = 1) -> list[tuple[str, str, str]]:
    """Return the cells of a sheet of a workbook: place, type, value; a formula has the type `f`."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    found = []
    for cell in page.iter(f"{MAIN}c"):
        text = "".join(part.text or "" for part in cell.iter() if part.tag in (f"{MAIN}t", f"{MAIN}v"))
        kind = "f" if cell.find(f"{MAIN}f") is not None else cell.get("t", "n")
        found.append((cell.get("r", ""), kind, text))
    return found


def as_xlsx(rows: list[Any], columns: tuple[Column, ...] = (TEXT,), **options: Any) -> bytes:
    target = io.BytesIO()
    write(target, "xlsx", title="پرونده‌ها", columns=columns, rows=rows, **options)
    return target.getvalue()


@pytest.mark.parametrize("text", HARMFUL)
def test_csv_when_a_text_could_run_then_it_is_marked_as_text(text: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv([[text]]).lstrip("\ufeff"), newline="")))

    assert rows[1] == [f"'{text}"]


@pytest.mark.parametrize("text", HARMLESS)
def test_csv_when_a_text_is_harmless_then_it_stays_as_it_is(text: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv([[text]]).lstrip("\ufeff"))))

    assert rows[1] == [text]


def test_csv_when_written_then_it_begins_with_the_mark_and_every_cell_is_quoted() -> None:
    written = as_csv([["a;=1+1", -3]], (TEXT, COUNT))

    assert written == '\ufeff"موضوع","شمار"\r\n"a;=1+1","-3"\r\n'


@pytest.mark.parametrize("text", [*HARMFUL, *HARMLESS[:-3]])
def test_workbook_when_a_text_is_written_then_it_is_a_text_and_nothing_else(text: str) -> None:
    cells = cells_of(as_xlsx([[text]]))

    assert [(place, kind) for place, kind, _text in cells] == [("A1", "inlineStr"), ("A2", "inlineStr")]


def test_workbook_when_written_then_numbers_are_numbers_and_the_sheet_reads_from_the_right() -> None:
    content = as_xlsx([["الف", 12]], (TEXT, COUNT), about=[("چه کسی", "=کارشناس")])

    assert ("B2", "n", "12") in cells_of(content)
    assert cells_of(content, 2) == [("A1", "inlineStr", "چه کسی"), ("B1", "inlineStr", "=کارشناس")]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        assert 'rightToLeft="1"' in page
        assert 'quotePrefix="1"' in book.read("xl/styles.xml").decode()


@pytest.mark.parametrize("form", sheets.FORMATS)
def test_write_when_a_text_has_what_no_cell_can_hold_then_it_is_left_out_and_long_ones_are_cut(
    form: str,
) -> None:
    target = io.BytesIO()

    count = write(
        target, form, title="x", columns=[TEXT], rows=[["الف\x00\x1b\ud800ب"], ["گ" * 40_000], [None]]
    )

    assert count == 3
    if form == "xlsx":
        texts = [text for _place, _kind, text in cells_of(target.getvalue())]
        assert texts[1:] == ["الفب", "گ" * 31_999 + "…"]


def test_day_columns_when_a_moment_or_a_day_is_read_then_both_calendars_are_given() -> None:
    columns = day_columns("رسید", lambda thing: thing)

    assert [column.heading for column in columns] == ["رسید", "رسید (ISO)"]
    assert row_of(columns, AT) == ["1405/02/30 10:24", "2026-05-20 10:24"]
    assert row_of(columns, date(2026, 5, 20)) == ["1405/02/30", "2026-05-20"]
    assert row_of(columns, None) == ["", ""]


def test_write_when_there_are_more_rows_than_a_sheet_holds_then_it_is_refused() -> None:
    with pytest.raises(sheets.TooManyRows):
        write(io.BytesIO(), "csv", title="x", columns=[TEXT], rows=(["الف"] for _ in range(1_048_576)))
