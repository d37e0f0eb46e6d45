"""Rows without building their SQL anew each time: `insert` writes those of many tables, `Prepared` reads.

For what every request does alike: for a few rows by number, Django takes several times as long to build the SQL as the
database takes to answer (decisions 34 and 35).
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.models import Expression, Field, Model, QuerySet
from django.utils.functional import cached_property

#: A model, and whether its rows bring their own primary key; others get one from the database.
Table: TypeAlias = tuple[type[Model], bool]
Row = TypeVar("Row", bound=Model)


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


class Given(Expression):
    """Stands in a query for a value that is told when it is asked, as the database takes it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Built(NamedTuple):
    """A query as its SQL says it: what it is of, its values in their order, and how rows are made of what it finds."""

    model: type[Model]
    sql: str
    values: tuple[Any, ...]
    names: list[str]
    #: Where something stands beside the columns of the table, by its name.
    beside: dict[str, int]
    #: Where values are to be converted, by what, and the column they are of.
    converters: dict[int, tuple[list[Callable[..., Any]], Any]]


class Prepared(Generic[Row]):
    """A query for whole rows of one table, perhaps with annotations, or for some values of many rows.

    `build` is called when it is first asked.
    """

    def __init__(self, build: Callable[[], QuerySet[Row]]) -> None:
        self.build = build

    @cached_property
    def _built(self) -> Built:
        rows = self.build()
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        beside = dict(compiler.annotation_col_map)
        names = [
            column.target.attname for place, column in enumerate(columns) if place not in beside.values()
        ]
        return Built(rows.model, sql, values, names, beside, compiler.get_converters(columns))

    def rows(self, **given: Any) -> list[Row]:
        """Return the rows for these values; raises KeyError for one that is missing."""
        built = self._built
        using, found = self._asked(given)
        return [_row(built, using, values) for values in found]

    def values(self, **given: Any) -> list[tuple[Any, ...]]:
        """Return what a query of `values_list` finds, as the database gives it; raises KeyError as `rows` does."""
        return self._asked(given)[1]

    def first(self, **given: Any) -> Row | None:
        """Return the first of the rows, None where there is none."""
        return next(iter(self.rows(**given)), None)

    def _asked(self, given: Mapping[str, Any]) -> tuple[str, list[tuple[Any, ...]]]:
        """Return which database was asked, and what it found."""
        built = self._built
        told = [given[value.name] if isinstance(value, Given) else value for value in built.values]
        using = router.db_for_read(built.model)
        with connections[using].cursor() as cursor:
            cursor.execute(built.sql, told)
            return using, cursor.fetchall()


def _row(built: Built, using: str, found: tuple[Any, ...]) -> Any:
    values = list(found)
    for place, (converters, column) in built.converters.items():
        for convert in converters:
            values[place] = convert(values[place], column, connections[using])
    row = built.model.from_db(using, built.names, values[: len(built.names)])
    for name, place in built.beside.items():
        setattr(row, name, values[place])
    return row
