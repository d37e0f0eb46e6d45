"""Queries that are asked again and again and always alike: Django builds their SQL once in a process.

For a few rows by number, building it took several times as long as the database took to answer.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import Expression, Model, QuerySet
from django.utils.functional import cached_property

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """Stands in a query for a value that is told when it is asked, as the database takes it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Prepared(Generic[Row]):
    """A query for whole rows of one table, perhaps with annotations; `build` is called when it is first asked."""

    def __init__(self, build: Callable[[], QuerySet[Row]]) -> None:
        self.build = build

    @cached_property
    def _built(self) -> tuple[type[Row], str, tuple[Any, ...]]:
        rows = self.build()
        return rows.model, *rows.query.sql_with_params()

    def rows(self, **given: Any) -> list[Row]:
        """Return the rows for these values; raises KeyError for one that is missing."""
        model, sql, values = self._built
        told = [given[value.name] if isinstance(value, Given) else value for value in values]
        return list(model._base_manager.raw(sql, told))

    def first(self, **given: Any) -> Row | None:
        """Return the first of the rows, None where there is none."""
        return next(iter(self.rows(**given)), None)
