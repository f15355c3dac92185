"""Queries that are written down once: what a busy page asks, again and again, with other values.

To write a large query down takes Django several times as long as it takes a database to answer it. What is asked stays
a queryset of named filters; only its SQL is kept, with the places of the values in it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Value = int | str | dt.datetime | tuple[int, ...]
Rows = Iterable[tuple]
# Stand for a value while a query is written down, and mean nothing by themselves.
_NUMBER, _MOMENT = -1_234_500_000, dt.datetime(1971, 2, 3, 4, 5, 6, tzinfo=dt.UTC)


@dataclass(frozen=True)
class _Plan:
    """One query as one database takes it; `places` are those of the values among its parameters, by their order.

    `made` makes what the queryset gives of the rows that the database gives, one by one.
    """

    sql: str
    params: tuple
    places: list[tuple[int, int]]
    made: Callable[[Rows], Iterator[Any]]


class Prepared:
    """`Prepared(Article, lambda pk, now: Article.objects.published(now).filter(pk=pk))`, then `.rows(pk=5, now=now)`.

    The function gives a queryset of the model, without prefetches, whose form does not depend on its values. They are
    numbers, texts, moments, or tuples of numbers, none of them None or empty.
    """

    def __init__(self, model: type[Model], build: Callable[..., QuerySet[Any]]) -> None:
        self.model = model
        self.build = build

    def rows(self, **values: Value) -> list[Any]:
        """What the queryset gives, in one query. Raises ValueError where it does not take each of the values."""
        return list(self.each(**values))

    def each(self, **values: Value) -> Iterator[Any]:
        """The same one by one: for callers that stop early, as making objects of rows takes its time."""
        connection = connections[router.db_for_read(self.model)]
        shape = tuple((name, len(value) if isinstance(value, tuple) else type(value)) for name, value in values.items())
        # Each thread has a connection of its own, with which they go.
        plans = connection.__dict__.setdefault("prepared", {})
        plan = plans.get((self, shape))
        if plan is None:
            plan = plans[self, shape] = _plan(self.build, values, connection)
        return _ask(plan, list(_singles(values)), connection)


def fetched(model: type[Model], rows: list[Any]) -> QuerySet[Any]:
    """A queryset that has its rows already, as prefetching leaves them."""
    queryset = model._default_manager.get_queryset()
    queryset._result_cache = rows
    queryset._prefetch_done = True
    return queryset


def _plan(build: Callable[..., QuerySet[Any]], values: dict[str, Value], connection: BaseDatabaseWrapper) -> _Plan:
    marks = _marks(values)
    queryset = build(**marks)
    compiler = queryset.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    singles = [_adapted(mark, connection) for mark in _singles(marks)]
    places = [
        (place, number)
        for place, param in enumerate(params)
        for number, mark in enumerate(singles)
        if type(param) is type(mark) and param == mark
    ]
    if queryset._prefetch_related_lookups or {number for _place, number in places} != set(range(len(singles))):
        raise ValueError(f"not a query that can be prepared: {sql}")
    make = _models if queryset._iterable_class is ModelIterable else _values
    return _Plan(sql, tuple(params), places, make(queryset, compiler, _converted(compiler)))


def _ask(plan: _Plan, singles: list[Any], connection: BaseDatabaseWrapper) -> Iterator[Any]:
    params = list(plan.params)
    for place, number in plan.places:
        params[place] = _adapted(singles[number], connection)
    with connection.cursor() as cursor:
        cursor.execute(plan.sql, params)
        return plan.made(cursor.fetchall())


def _converted(compiler: SQLCompiler) -> Callable[[Rows], Rows]:
    """Rows with what the database has no type for, as SQLite has none for moments."""
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    if compiler.has_composite_fields(columns):
        raise ValueError("not a query that can be prepared: it has a composite key")
    return lambda rows: compiler.apply_converters(rows, converters) if converters else rows


def _models(
    queryset: QuerySet[Any], compiler: SQLCompiler, converted: Callable[[Rows], Rows]
) -> Callable[[Rows], Iterator[Any]]:
    """As django.db.models.query.ModelIterable, which works out for each question what the columns mean."""
    alias, fields = compiler.connection.alias, compiler.klass_info["select_fields"]
    model, start, end = compiler.klass_info["model"], fields[0], fields[-1] + 1
    # As a set, since Django looks for each field of the model in it, whether it was read.
    names = frozenset(column[0].target.attname for column in compiler.select[start:end])
    populators = get_related_populators(compiler.klass_info, compiler.select, alias)
    annotations = list((compiler.annotation_col_map or {}).items())

    def made(rows: Rows) -> Iterator[Any]:
        for row in converted(rows):
            found = model.from_db(alias, names, row[start:end])
            for populator in populators:
                populator.populate(row, found)
            for name, place in annotations:
                setattr(found, name, row[place])
            yield found

    return made


class _Read:
    """In the place of a compiler: rows that were read already."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def results_iter(self, **_how: Any) -> Iterator[tuple]:
        return map(tuple, self.rows)


def _values(
    queryset: QuerySet[Any], compiler: SQLCompiler, converted: Callable[[Rows], Rows]
) -> Callable[[Rows], Iterator[Any]]:
    """Columns instead of rows, in whatever the queryset makes of them."""

    def made(rows: Rows) -> Iterator[Any]:
        query = copy(queryset.query)
        # What a query is ordered by may have been read beside its columns.
        query.get_compiler = lambda *_how, **_more: _Read(row[: compiler.col_count] for row in converted(rows))
        asked = QuerySet(model=queryset.model, query=query, using=compiler.connection.alias)
        asked._fields = queryset._fields
        return iter(queryset._iterable_class(asked))

    return made


def _marks(values: dict[str, Value]) -> dict[str, Any]:
    """A value of the same kind for each, which stands nowhere else in the query."""
    marks: dict[str, Any] = {}
    for number, (name, value) in enumerate(values.items(), 1):
        match value:
            case tuple() if value:
                marks[name] = tuple(_NUMBER - 1000 * number - place for place in range(len(value)))
            case int():
                marks[name] = _NUMBER - 1000 * number
            case str():
                marks[name] = f"\ue000{number}"
            case dt.datetime():
                marks[name] = _MOMENT.replace(microsecond=number)
            case _:
                raise ValueError(f"no query can be prepared for {name}={value!r}")
    return marks


def _singles(values: dict[str, Value]) -> Iterator[Any]:
    for value in values.values():
        yield from value if isinstance(value, tuple) else (value,)


def _adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value
