"""Queries that are written down once: what a busy page asks, again and again, with other values.

To write a large query down takes Django several times as long as it takes a database to answer it. What is asked stays
a queryset of named filters; only its SQL is kept, with the places of the values in it.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Value = int | str | dt.datetime | tuple[int, ...]
# Stand for a value while a query is written down, and mean nothing by themselves.
_NUMBER, _MOMENT = -1_234_500_000, dt.datetime(1971, 2, 3, 4, 5, 6, tzinfo=dt.UTC)


@dataclass(frozen=True)
class _Plan:
    """One query as one database takes it; `places` are those of the values among its parameters, by their order."""

    queryset: QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    params: tuple
    places: list[tuple[int, int]]
    converters: dict
    is_composite: bool


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
    queryset = model._default_manager.none()
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
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    converters, is_composite = compiler.get_converters(columns), compiler.has_composite_fields(columns)
    return _Plan(queryset, compiler, sql, tuple(params), places, converters, is_composite)


def _ask(plan: _Plan, singles: list[Any], connection: BaseDatabaseWrapper) -> Iterator[Any]:
    params = list(plan.params)
    for place, number in plan.places:
        params[place] = _adapted(singles[number], connection)
    compiler, query = copy(plan.compiler), copy(plan.queryset.query)
    compiler.as_sql = lambda: (plan.sql, tuple(params))
    compiler.get_converters = lambda _columns: plan.converters
    compiler.has_composite_fields = lambda _columns: plan.is_composite
    query.get_compiler = lambda *_args, **_kwargs: compiler
    queryset = QuerySet(model=plan.queryset.model, query=query, using=connection.alias)
    queryset._fields = plan.queryset._fields
    return iter(plan.queryset._iterable_class(queryset))


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
