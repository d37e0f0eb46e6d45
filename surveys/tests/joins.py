"""What somebody with the whole database could try: every column of one table against every one of another."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.db import connection

#: Columns that PostgreSQL keeps of each row itself.
HIDDEN = ("xmin", "xmax", "cmin", "ctid")

Met = dict[str, set[str]]


def joins(left: str, left_key: str, right: str, right_key: str) -> Iterator[tuple[str, Met]]:
    """Yield every pair of columns, named, with what it joins: the left key → the right keys with the same value."""
    ours, theirs = _rows(left), _rows(right)
    for mine in _columns(ours):
        for other in _columns(theirs):
            index: dict[str, set[str]] = defaultdict(set)
            for row in theirs:
                if other in row:
                    index[row[other]].add(row[right_key])
            met: Met = {row[left_key]: set() for row in ours}
            for row in ours:
                if mine in row:
                    met[row[left_key]] |= index[row[mine]]
            yield f"{left}.{mine} = {right}.{other}", met


def tells_apart(met: Met, everything: int) -> bool:
    """Tell whether rows lead to fewer than all others, and not all to the same.

    Numbers of unrelated tables may be equal by chance; then every row meets the same others, which tells nothing.
    """
    is_narrow = any(0 < len(others) < everything for others in met.values())
    return is_narrow and len({frozenset(others) for others in met.values()}) > 1


def leads_home(met: Met, truth: Mapping[str, str], everything: int) -> bool:
    """Tell whether rows lead to where they came from, among fewer than all others and each to its own."""
    return tells_apart(met, everything) and all(home in met[key] for key, home in truth.items())


def _rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table as texts; what is empty joins nothing."""
    hidden = ", ".join(f"t.{name}::text" for name in HIDDEN)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t), {hidden} FROM {table} t")
        return [
            {
                **{name: str(value) for name, value in _read(row[0]).items() if value is not None},
                **dict(zip(HIDDEN, row[1:], strict=True)),
            }
            for row in cursor.fetchall()
        ]


def _columns(rows: list[dict[str, str]]) -> list[str]:
    return sorted(set().union(*rows))


def _read(row: object) -> dict[str, object]:
    return json.loads(row) if isinstance(row, str) else dict(row)  # type: ignore[call-overload]
