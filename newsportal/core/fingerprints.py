"""A digest of all that a value says: of a row with its fields, its annotations and the rows fetched with it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from hashlib import blake2b
from types import NoneType
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.fields.files import FieldFile

# From so many letters on a text is told by its own digest: to write it down takes longer, above all in Bangla.
_LONG = 200
_PLAIN = frozenset({str, int, float, bool, NoneType, bytes, Decimal, dt.datetime, dt.date, dt.time})
_SHORT = _PLAIN - {str}
# What Django itself keeps in a row beside its values.
_BESIDE = frozenset({"_state", "_prefetched_objects_cache"})


class Unknown(TypeError):
    """Something of which it cannot be said what it says: a query that was not asked, an object of another kind."""


def fingerprint(value: Any) -> bytes:
    """16 bytes: the same for values that say the same, others for others. No query.

    Takes plain values, rows, lists, tuples, dicts and dataclasses of such; raises Unknown for anything else. A row's
    deferred fields are not seen.
    """
    return _digest(repr(_told(value, set())))


def _digest(text: str) -> bytes:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


def _told(value: Any, above: set[int]) -> Any:
    """The value in plain values; `above` are the rows it stands in, to which rows of theirs may point back."""
    if type(value) in _PLAIN:
        return value if type(value) is not str or len(value) < _LONG else ("long", _digest(value))
    if isinstance(value, Model):
        return _row(value, above)
    if isinstance(value, QuerySet):
        if value._result_cache is None:
            raise Unknown(f"a query that was not asked: {value.query}")
        return _each(value._result_cache, above)
    if isinstance(value, FieldFile):
        return value.name
    if isinstance(value, dict):
        return "dict", _named(value.items(), above)
    if isinstance(value, list | tuple):
        return _each(value, above)
    # A subclass of a plain kind, as choices are; then what may be behind a lazy object, so by its class.
    if isinstance(value, tuple(_PLAIN)):
        return repr(value)
    if is_dataclass(value.__class__):
        return value.__class__.__name__, _named(
            ((field.name, getattr(value, field.name)) for field in fields(value.__class__)), above
        )
    raise Unknown(f"{type(value).__name__} says nothing that is known")


def _row(row: Model, above: set[int]) -> tuple:
    kind = type(row).__name__
    if id(row) in above:
        return kind, row.pk
    above.add(id(row))
    held = row.__dict__
    values = _named((pair for pair in held.items() if pair[0] not in _BESIDE), above)
    fetched = _named(row._state.fields_cache.items(), above), _told(held.get("_prefetched_objects_cache"), above)
    above.discard(id(row))
    return kind, values, fetched


def _named(pairs: Iterable[tuple[Any, Any]], above: set[int]) -> list[tuple]:
    return [
        # Most values are told as they are, and a call for each would take longer than all else.
        (
            name,
            value if (kind := type(value)) in _SHORT or (kind is str and len(value) < _LONG) else _told(value, above),
        )
        for name, value in pairs
    ]


def _each(values: Iterable[Any], above: set[int]) -> list[Any]:
    return [_told(value, above) for value in values]
