"""Lists that come as spreadsheets: what is read, and what is refused."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from portal.ui.sheets import Column, write
from portal.ui.tables import MOST_BYTES, MOST_ROWS, TableFault, TableRefused, TableRow, read_table

LISTED = [{"unit": "CONT", "title_fa": "رئیس گروه", "phone": "06600000108"}]


def workbook(*rows: list[object]) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def cells(data: bytes) -> list[dict[str, str]]:
    return [row.cells for row in read_table(data)]


@pytest.mark.parametrize(
    "data",
    [
        "unit,title_fa,phone\nCONT,رئیس گروه,06600000108\n".encode(),
        "\ufeffunit;title_fa;phone\r\nCONT;رئیس گروه;06600000108\r\n".encode(),
        "unit\ttitle_fa\tphone\nCONT\tرئیس گروه\t06600000108".encode("utf-16"),
        "unit,title_fa,phone\n\nCONT, رئيس گروه ,06600000108\n,,\n".encode(),
        workbook(["unit", "title_fa", "phone"], ["CONT", "رئیس گروه", "06600000108"], [None, None, None]),
    ],
    ids=["csv", "excel-csv", "utf-16", "arabic-letters-and-empty-rows", "xlsx"],
)
def test_table_when_read_then_it_is_the_same_whatever_wrote_it(data: bytes) -> None:
    assert cells(data) == LISTED


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_table_when_we_wrote_it_then_what_looks_like_a_formula_comes_back_as_it_was(form: str) -> None:
    file, said = io.BytesIO(), ["=1+1", "+98 66", "'=x", "معمولی"]
    write(file, form, title="x", columns=[Column("said", str)], rows=[[one] for one in said])

    assert [row["said"] for row in cells(file.getvalue())] == said


def test_cell_when_it_is_a_number_or_a_day_then_it_is_its_text() -> None:
    data = workbook(["a", "b", "c"], [8.0, date(2026, 11, 28), True])

    assert cells(data) == [{"a": "8", "b": "2026-11-28", "c": "1"}]


def test_row_when_read_then_it_has_the_number_that_people_see() -> None:
    assert read_table(b"a,b\n\nx\n") == [TableRow(3, {"a": "x", "b": ""})]


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * 60_000_000)
    return file.getvalue()


def echo() -> bytes:
    """Return a small file that says a long text in every cell."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place in range(6000):
            sheet.write_string(place // 100, place % 100, "x" * 8000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", TableFault.EMPTY),
        (b"a,b\n", TableFault.EMPTY),
        (b"a,a\n1,2\n", TableFault.TWICE),
        (b"a\n" + b"x" * MOST_BYTES, TableFault.TOO_BIG),
        (b"a\n" + b"x\n" * (MOST_ROWS + 1), TableFault.TOO_MANY),
        (b"\x89PNG\r\n\x1a\n\x00\x00", TableFault.UNREADABLE),
        (b'a\n"x\n', TableFault.UNREADABLE),
        ("الف,ب\n".encode("cp1256"), TableFault.UNREADABLE),
        (b"PK\x03\x04 not a zip", TableFault.UNREADABLE),
        (bomb(), TableFault.TOO_BIG),
        (echo(), TableFault.TOO_BIG),
        (workbook(["a"], *[["x"]] * (MOST_ROWS + 1)), TableFault.TOO_MANY),
        (workbook(["a"], ["x"] * 121), TableFault.TOO_MANY),
    ],
    ids=[
        "nothing",
        "headings",
        "twice",
        "big",
        "many",
        "picture",
        "open-quote",
        "old-letters",
        "broken",
        "bomb",
        "echo",
        "many-of-a-workbook",
        "wide",
    ],
)
def test_file_when_it_is_no_list_then_it_is_refused(data: bytes, fault: TableFault) -> None:
    with pytest.raises(TableRefused) as refused:
        read_table(data)

    assert refused.value.fault == fault
