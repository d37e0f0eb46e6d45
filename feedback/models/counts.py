"""Counting rows up to a limit, so that a count costs no more on a million rows than on a thousand."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counts_up_to(most: int, querysets: Sequence[QuerySet[Any]]) -> list[int]:
    """Return how many rows each query has, `most` + 1 standing for more; one statement for all of them."""
    parts: list[str] = []
    values: list[Any] = []
    for queryset in querysets:
        try:
            sql, params = queryset.order_by().values("pk")[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
        else:
            parts.append(f"(SELECT count(*) FROM ({sql}) AS rows)")  # noqa: S608 - the ORM's own statement
            values += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())
