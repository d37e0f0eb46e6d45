"""Who is kept out of a case, as a condition on its row: members of units it excludes and whoever recused himself."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BooleanField, Expression, F, QuerySet

#: A part of a statement with its values.
Part = tuple[str, tuple[Any, ...]]
#: Under this name a statement may begin with the list of the cases that are closed to somebody.
BARRED = "barred"


class NotBarred(Expression):
    """True of a case that neither recused the user nor excludes one of the units he belongs to.

    Written out, as every page of the workplace asks it several times: it takes a third of the time that two queries
    of the ORM take to be put together. A statement that asks it many times, on many rows, may begin with `listed`
    instead and say so on its query (`lists_barred`).
    """

    output_field = BooleanField()

    def __init__(self, user: int | None, units: Iterable[int]) -> None:
        super().__init__()
        self.user, self.units = user, tuple(sorted(units))
        self.case: Any = F("pk")

    def get_source_expressions(self) -> list[Any]:
        return [self.case]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.case,) = exprs

    @property
    def whom(self) -> tuple[int | None, tuple[int, ...]]:
        """Whose walls these are."""
        return self.user, self.units

    def listed(self) -> Part:
        """Return the beginning of a statement in which the condition looks into a list that is read once."""
        parts, values = ["SELECT case_id FROM feedback_recusal WHERE user_id = %s"], [self.user, *self.units]
        if self.units:
            parts.append(f"SELECT case_id FROM feedback_caseexclusion WHERE unit_id IN ({self._places})")  # noqa: S608
        return f"WITH {BARRED} AS MATERIALIZED ({' UNION ALL '.join(parts)}) ", tuple(values)

    def as_sql(self, compiler: Any, connection: Any) -> Part:
        case, _none = compiler.compile(self.case)
        if getattr(compiler.query, "lists_barred", None) == self.whom:
            return f"NOT EXISTS (SELECT FROM {BARRED} WHERE {BARRED}.case_id = {case})", ()
        recused = f"SELECT FROM feedback_recusal AS r WHERE r.case_id = {case} AND r.user_id = %s"
        if not self.units:
            return f"NOT EXISTS ({recused})", (self.user,)
        excluded = (
            f"SELECT FROM feedback_caseexclusion AS e WHERE e.case_id = {case}"
            f" AND e.unit_id IN ({self._places})"
        )
        return f"(NOT EXISTS ({recused}) AND NOT EXISTS ({excluded}))", (self.user, *self.units)

    @property
    def _places(self) -> str:
        return ", ".join(["%s"] * len(self.units))


def statement_of(rows: QuerySet[Any], walls: NotBarred | None) -> Part | None:
    """Return the statement of a query, nothing where no row can be meant.

    `walls` among its conditions look into the list that the whole statement must begin with.
    """
    query: Any = rows.query
    if walls:
        query.lists_barred = walls.whom
    try:
        sql, values = query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, tuple(values)


def rows_behind(walls: NotBarred, rows: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a query of many cases, `walls` among its conditions, as tuples; the list is read once."""
    own, (listed, whom) = statement_of(rows, walls), walls.listed()
    if own is None:
        return []
    sql, values = own
    with connections[rows.db].cursor() as cursor:
        cursor.execute(listed + sql, (*whom, *values))
        return list(cursor.fetchall())
