"""The database engine of the tests (`conftest.py`)."""

from collections.abc import Sequence
from typing import Any

from django.core.management.color import Style
from django.db.backends.postgresql import base, creation, operations

#: Neither keys nor triggers, to the end of the transaction.
UNGUARDED = "SET LOCAL session_replication_role = replica;"


class DatabaseOperations(operations.DatabaseOperations):
    """Empties tables past the triggers that guard them, which only a superuser can.

    It takes a tenth of the time of TRUNCATE, which makes new files for all of them, though few hold a row.
    """

    def sql_flush(
        self,
        style: Style,
        tables: Sequence[str],
        *,
        reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:
        """Return what empties these tables, in one turn; their sequences go on."""
        return [" ".join([UNGUARDED, *(f"DELETE FROM {self.quote_name(table)};" for table in tables)])]


class DatabaseCreation(creation.DatabaseCreation):
    """Drops the database of the tests although a server or a thread of theirs may still hold a connection."""

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        with self._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(test_database_name)} WITH (FORCE)")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own but for how it is emptied and dropped."""

    ops_class: Any = DatabaseOperations
    creation_class: Any = DatabaseCreation
