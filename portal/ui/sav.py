"""Writing tables for statistics programs: SPSS system files (SAV), little-endian, uncompressed, in UTF-8.

The layout is the one that GNU PSPP documents («System File Format»). A table is variables and rows: a variable is a
number, which may have labels for its values, or a text of a fixed width.
"""

import struct
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Final

Value = str | float | None

CONTENT_TYPE: Final = "application/x-spss-sav"
#: The longest text of a plain variable and the longest labels, in bytes.
WIDEST, LONGEST_LABEL, LONGEST_VALUE_LABEL = 255, 255, 120
#: How a value that is not known is stored.
MISSING: Final = -sys.float_info.max
_NUMBER, _TEXT = 5, 1  # kinds of formats: F and A
_LINE: Final = 80


@dataclass(frozen=True)
class Variable:
    """A column: its name (Latin letters, digits and _), label, and either a width in bytes (a text) or nothing.

    `values` are the labels of a number's values.
    """

    name: str
    label: str
    width: int = 0
    decimals: int = 0
    values: Mapping[int, str] = field(default_factory=dict)

    @property
    def parts(self) -> int:
        """How many pieces of eight bytes a value takes."""
        return max(1, -(-self.width // 8))

    @property
    def format(self) -> int:
        kind, width = (_TEXT, self.width) if self.width else (_NUMBER, 12)
        return kind << 16 | width << 8 | self.decimals


def write(
    target: IO[bytes],
    variables: Sequence[Variable],
    rows: Iterable[Sequence[Value]],
    *,
    title: str,
    about: Sequence[str] = (),
    made_at: datetime,
) -> None:
    """Write a table into `target`; `about` are lines that the file keeps as its documentation.

    Texts and labels that are too long are cut between two letters. Raises `ValueError` for a text in a number's place.
    """
    cases = [b"".join(_case(variables, row)) for row in rows]
    target.write(_head(variables, len(cases), title, made_at))
    short = {variable.name: f"V{number}" for number, variable in enumerate(variables, start=1)}
    for variable in variables:
        target.write(_variable(variable, short[variable.name]))
    place = 1
    for variable in variables:
        target.write(_value_labels(variable, place))
        place += variable.parts
    if about:
        lines = [_fixed(line, _LINE) for line in about]
        target.write(struct.pack("<2i", 6, len(lines)) + b"".join(lines))
    target.write(_extras(variables, short))
    target.write(struct.pack("<2i", 999, 0))
    target.writelines(cases)


# --- Records ----------------------------------------------------------------------------------------------------


def _head(variables: Sequence[Variable], count: int, title: str, made_at: datetime) -> bytes:
    pieces = sum(variable.parts for variable in variables)
    when = _fixed(f"{made_at:%d %b %y}", 9) + _fixed(f"{made_at:%H:%M:%S}", 8)
    made_by = _fixed("@(#) SPSS DATA FILE", 60)
    return (
        b"$FL2"
        + made_by
        + struct.pack("<5id", 2, pieces, 0, 0, count, 100.0)
        + when
        + _fixed(title, 64)
        + bytes(3)
    )


def _variable(variable: Variable, short: str) -> bytes:
    label = _cut(variable.label, LONGEST_LABEL)
    record = struct.pack("<6i", 2, variable.width, 1, 0, variable.format, variable.format) + _fixed(short, 8)
    record += struct.pack("<i", len(label)) + label + b" " * (-len(label) % 4)
    rest = struct.pack("<6i", 2, -1, 0, 0, 0, 0) + b" " * 8
    return record + rest * (variable.parts - 1)


def _value_labels(variable: Variable, place: int) -> bytes:
    if not variable.values:
        return b""
    record = struct.pack("<2i", 3, len(variable.values))
    for value, words in variable.values.items():
        label = _cut(words, LONGEST_VALUE_LABEL)
        record += struct.pack("<dB", value, len(label)) + label + b" " * (-(len(label) + 1) % 8)
    return record + struct.pack("<3i", 4, 1, place)


def _extras(variables: Sequence[Variable], short: Mapping[str, str]) -> bytes:
    """Return machine, float, display, long names and encoding."""
    whole = struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001)
    lowest = struct.unpack("<d", struct.pack("<q", struct.unpack("<q", struct.pack("<d", MISSING))[0] - 1))[0]
    floats = struct.pack("<3d", MISSING, -MISSING, lowest)
    display = b"".join(
        struct.pack("<3i", 1 if variable.width or variable.values else 3, 12, 0 if variable.width else 1)
        for variable in variables
    )
    names = "\t".join(f"{short[variable.name]}={variable.name}" for variable in variables).encode()
    parts = ((3, 4, whole), (4, 8, floats), (11, 4, display), (13, 1, names), (20, 1, b"UTF-8"))
    return b"".join(struct.pack("<4i", 7, kind, size, len(data) // size) + data for kind, size, data in parts)


def _case(variables: Sequence[Variable], row: Sequence[Value]) -> Iterable[bytes]:
    for variable, value in zip(variables, row, strict=True):
        if variable.width:
            yield _fixed(_cut(str(value or ""), variable.width).decode(), 8 * variable.parts)
        elif isinstance(value, str):
            raise ValueError(f"{variable.name} is a number")
        else:
            yield struct.pack("<d", MISSING if value is None else value)


def _fixed(text: str, size: int) -> bytes:
    return _cut(text, size).ljust(size)


def _cut(text: str, size: int) -> bytes:
    """Return the bytes of a text, cut between two letters where they are too many."""
    return text.encode()[:size].decode(errors="ignore").encode()
