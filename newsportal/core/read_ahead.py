"""What nearly every page reads of the cache, asked for in one go: each question is a way to another server and back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language

KeyOf = Callable[[str], str]

_keys: list[KeyOf] = []
_page: ContextVar[dict[str, Any] | None] = ContextVar("page", default=None)


def announce(key: KeyOf) -> None:
    """Says that most pages read `key(language)`; called once, where the key is made."""
    _keys.append(key)


@contextmanager
def one_page() -> Iterator[None]:
    """While a page is made: what was announced is read when the first of it is asked for, and not again."""
    token = _page.set({})
    try:
        yield
    finally:
        _page.reset(token)


def get(key: str) -> Any:
    """What the cache has for a key, as `cache.get`; None where there is nothing."""
    page = _page.get()
    if page is None:
        return cache.get(key)
    if key not in page:
        wanted = {of(get_language()) for of in _keys} if not page else set()
        found = cache.get_many([key, *(wanted - {key})])
        page.update({name: found.get(name) for name in (key, *wanted)})
    return page[key]


def keep(key: str, value: Any, seconds: int) -> None:
    """Puts a value there that was not found, for this page, too."""
    cache.set(key, value, seconds)
    if (page := _page.get()) is not None:
        page[key] = value
