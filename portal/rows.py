"""Writing rows of several tables in one statement, where a request writes a row or two to each of many."""

from functools import cache
from typing import Any, TypeAlias

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model

#: A model, and whether its rows bring their own primary key; others get one from the database.
Table: TypeAlias = tuple[type[Model], bool]


def insert(*rows: Model) -> None:
    """Insert new rows in one statement, those of one table in their order; all of them stand, or none.

    Triggers and constraints follow as ever; no signal is sent. What the database draws for a row, such as its key, is
    not read back: a row that another one points to brings its key along.
    """
    tables: dict[Table, list[Model]] = {}
    for row in rows:
        tables.setdefault((type(row), row.pk is not None), []).append(row)
    connection = connections[DEFAULT_DB_ALIAS]
    parts: list[str] = []
    values: list[Any] = []
    for table, own in tables.items():
        into, places, fields = _columns(*table)
        parts.append(f"t{len(parts)} AS ({into} VALUES {', '.join([places] * len(own))})")
        for row in own:
            values += [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT", values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _columns(model: type[Model], keyed: bool) -> tuple[str, str, "tuple[Field[Any, Any], ...]"]:
    """Return where rows go, a place for each value of a row, and the fields that have them."""
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [field for field in model._meta.local_concrete_fields if keyed or not field.primary_key]
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    places = ", ".join("%s" for _field in fields)
    return f"INSERT INTO {quoted(model._meta.db_table)} ({columns})", f"({places})", tuple(fields)
