"""Parts of pages that are rendered once for the same facts, on whichever page they stand.

What a part shows is asked of the database each time; only the template is not gone through again. So a part needs no
purging: other facts are another part. `part` takes a template and says itself what its facts are; `{% part %}`
(newsportal.core.templatetags.parts) is a piece of a template, whose facts are all that its variables say.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, NamedTuple

from django.core.signals import setting_changed
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from newsportal.core.page_cache.tags import collecting, note

# Letters in each process, of which most take one byte or two; what it takes to keep one counts as so many.
MOST, ONE = 6_000_000, 500


class _Part(NamedTuple):
    """The markup, and what it noted for the page cache while it was made."""

    markup: SafeString
    noted: frozenset[str]

    @property
    def weight(self) -> int:
        return len(self.markup) + ONE


_parts: OrderedDict[Hashable, _Part] = OrderedDict()
_lock = Lock()
_weight = 0


def part(template: str, key: Hashable, facts: Callable[[], dict[str, Any]]) -> SafeString:
    """The template rendered with `facts()` in the language of the page. `key` holds whatever they depend on: texts,
    ids, times; the day, where a time is written in words.
    """
    return kept((template, get_language(), key), lambda: get_template(template).render(facts()))


def kept(key: Hashable, make: Callable[[], SafeString]) -> SafeString:
    """What `make()` gives, made once for each `key`, of which the language is a part where it makes a difference."""
    with _lock:
        found = _parts.get(key)
        if found is not None:
            _parts.move_to_end(key)
    if found is None:
        with collecting() as noted:
            markup = make()
        found = _Part(markup, frozenset(noted))
        _keep(key, found)
    if found.noted:
        note(*found.noted)
    return found.markup


def _keep(key: Hashable, made: _Part) -> None:
    global _weight
    with _lock:
        if key not in _parts:
            _weight += made.weight
        _parts[key] = made
        while _weight > MOST and _parts:
            _weight -= _parts.popitem(last=False)[1].weight


def forget(**_change: Any) -> None:
    """Drops all parts: they know nothing of a setting that is changed, as tests do."""
    global _weight
    with _lock:
        _parts.clear()
        _weight = 0


setting_changed.connect(forget)
