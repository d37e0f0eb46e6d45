"""The files that rows name, in whatever column of the models."""

from typing import Any

from django.apps import apps
from django.db.models import FileField
from psycopg2 import sql


def files(cursor: Any) -> set[str]:
    """Return the names of all files that rows of this database name, of older migrations too."""
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    names: set[str] = set()
    for place in sorted(_columns().intersection(cursor.fetchall())):
        table, column = map(sql.Identifier, place)
        cursor.execute(sql.SQL("SELECT {1} FROM {0} WHERE {1} <> ''").format(table, column))
        names.update(name for (name,) in cursor.fetchall())
    return names


def _columns() -> set[tuple[str, str]]:
    fields = (field for model in apps.get_models() for field in model._meta.concrete_fields)
    return {
        (field.model._meta.db_table, str(field.column)) for field in fields if isinstance(field, FileField)
    }
