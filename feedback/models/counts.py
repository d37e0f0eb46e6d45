"""Counting rows up to a limit, so that a count costs no more on a million rows than on a thousand."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counts_up_to(most: int, querysets: Sequence[QuerySet[Any]]) -> list[int]:
    """Return how many rows each query has, `most` + 1 standing for more; one statement for all of them."""
    asked = [_statement(queryset, most) for queryset in querysets]
    # What is asked twice is counted once.
    parts = list(dict.fromkeys(asked))
    values = [value for _sql, params in parts for value in params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sql for sql, _params in parts)}", values)
        counts = dict(zip(parts, cursor.fetchone(), strict=True))
    return [counts[one] for one in asked]


def _statement(queryset: QuerySet[Any], most: int) -> tuple[str, tuple[Any, ...]]:
    """Return the statement of one count with its values."""
    try:
        sql, params = queryset.order_by().values("pk")[: most + 1].query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT count(*) FROM ({sql}) AS rows)", tuple(params)  # noqa: S608 - the ORM's own statement
