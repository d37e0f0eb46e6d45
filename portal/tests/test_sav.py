"""Files for statistics programs: pyreadstat reads back names, labels, Persian texts, numbers and gaps."""

from datetime import UTC, datetime
from pathlib import Path

import pyreadstat
import pytest

from portal.ui import sav
from portal.ui.sav import Variable

MADE_AT = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
VARIABLES = (
    Variable("QUARTER", "فصل", width=8),
    Variable("UNIT", "واحد", values={0: "همه", 7: "امور پیمانکاران و رتبه‌بندی"}),
    Variable("QUESTION_IN_FULL", "متن پرسش", width=255),
    Variable("SHARE", "سهم، درصد", decimals=1),
)


def test_file_when_read_by_another_program_then_everything_is_there(tmp_path: Path) -> None:
    rows = [("1405-1", 0, "کار من می‌گذشت.", 62.5), ("1405-1", 7, "", None), ("", None, "=1+1", -0.1)]
    path = tmp_path / "t.sav"
    with path.open("wb") as target:
        sav.write(
            target, VARIABLES, rows, title="نظرسنجی خدمات", about=["خط نخست", "x" * 99], made_at=MADE_AT
        )

    data, meta = pyreadstat.read_sav(path, output_format="dict", user_missing=True)

    assert list(data["QUARTER"]) == ["1405-1", "1405-1", ""]
    assert [None if value != value else value for value in data["UNIT"]] == [0, 7, None]
    assert list(data["QUESTION_IN_FULL"]) == ["کار من می‌گذشت.", "", "=1+1"]
    assert [None if value != value else value for value in data["SHARE"]] == [62.5, None, -0.1]
    assert meta.column_labels == ["فصل", "واحد", "متن پرسش", "سهم، درصد"]
    assert meta.variable_value_labels == {"UNIT": {0: "همه", 7: "امور پیمانکاران و رتبه‌بندی"}}
    assert (meta.file_encoding, meta.number_rows, meta.file_label) == ("UTF-8", 3, "نظرسنجی خدمات")
    assert [line.strip() for line in meta.notes] == ["خط نخست", "x" * 80]


def test_file_when_it_has_no_rows_then_it_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "t.sav"
    with path.open("wb") as target:
        sav.write(target, VARIABLES, [], title="", made_at=MADE_AT)

    assert pyreadstat.read_sav(path, output_format="dict")[1].number_rows == 0


def test_file_when_texts_are_too_long_then_they_are_cut_between_letters(tmp_path: Path) -> None:
    path = tmp_path / "t.sav"
    long = [Variable("A", "پ" * 999, width=9), Variable("B", "ب", values={1: "ب" * 999})]
    with path.open("wb") as target:
        sav.write(target, long, [("پ" * 99, 1)], title="پ" * 99, made_at=MADE_AT)

    data, meta = pyreadstat.read_sav(path, output_format="dict")

    assert data["A"][0] == "پ" * 4
    assert meta.column_labels[0] == "پ" * 127
    assert meta.variable_value_labels["B"][1] == "ب" * 60


def test_file_when_a_text_stands_in_a_numbers_place_then_it_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "t.sav").open("wb") as target, pytest.raises(ValueError, match="UNIT"):
        sav.write(target, VARIABLES, [("", "x", "", 1)], title="", made_at=MADE_AT)
