"""Counting rows up to a limit, so that a count costs no more on a million rows than on a thousand."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, Q, QuerySet
from django.db.models.sql import Query

from feedback.models.walls import NotBarred, Part, statement_of

#: No row and every row, as parts of a statement.
NONE: Part = ("FALSE", ())
ALL: Part = ("TRUE", ())


class Counted:
    """Rows that are counted several times, each time narrowed differently; their own conditions are put together once.

    Their own conditions, of which there are some, end their statement: they are neither grouped nor cut off. `walls`
    among them are looked up in the list that `counts_up_to` puts at the beginning.
    """

    def __init__(self, rows: QuerySet[Any], walls: NotBarred | None = None) -> None:
        self._rows = rows.order_by().values("pk")
        self._own = statement_of(self._rows, walls)

    def up_to(self, most: int, narrowed: Q) -> Part:
        """Return the statement that counts these rows, narrowed by their own fields and up to so many and one more."""
        if self._own is None:
            return "0", ()
        model: Any = self._rows.model
        (own, values), (also, more) = self._own, _compiled(model, narrowed)
        counted = f"SELECT count(*) FROM ({own} AND {also} LIMIT {most + 1}) AS rows"  # noqa: S608 - the ORM's own
        return f"({counted})", (*values, *more)


@lru_cache(maxsize=256)
def _compiled(model: type[Model], narrowed: Q) -> Part:
    """Return a condition on a model's own fields as a part of a statement; most are asked for on every page."""
    if not narrowed:
        return ALL
    query = Query(model)
    try:
        sql, values = query.build_where(narrowed).as_sql(query.get_compiler(DEFAULT_DB_ALIAS), connection)
    except EmptyResultSet:
        return NONE
    except FullResultSet:
        return ALL
    return f"({sql})", tuple(values)


def counts_up_to(most: int, asked: Sequence[tuple[Counted, Q]], walls: NotBarred | None = None) -> list[int]:
    """Return how many rows there are of each, `most` + 1 standing for more; one statement for all of them."""
    statements = [rows.up_to(most, narrowed) for rows, narrowed in asked]
    # What is asked twice is counted once.
    parts = list(dict.fromkeys(statements))
    listed, whom = walls.listed() if walls else ("", ())
    values = [*whom, *(value for _sql, params in parts for value in params)]
    with connection.cursor() as cursor:
        cursor.execute(f"{listed}SELECT {', '.join(sql for sql, _params in parts)}", values)
        counts = dict(zip(parts, cursor.fetchone(), strict=True))
    return [counts[one] for one in statements]
