"""Parts of pages that are rendered once for the same facts, on whichever page they stand.

What a part shows is asked of the database each time; only the template is not gone through again. So a part needs no
purging: other facts are another part.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from django.core.signals import setting_changed
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# A part is a kilobyte or two: some megabytes in each process.
MOST = 3000
_parts: OrderedDict[Hashable, SafeString] = OrderedDict()
_lock = Lock()


def part(template: str, key: Hashable, facts: Callable[[], dict[str, Any]]) -> SafeString:
    """The template rendered with `facts()` in the language of the page. `key` holds whatever they depend on: texts,
    ids, times; the day, where a time is written in words.
    """
    known = (template, get_language(), key)
    with _lock:
        if (found := _parts.get(known)) is not None:
            _parts.move_to_end(known)
            return found
    made = get_template(template).render(facts())
    with _lock:
        _parts[known] = made
        while len(_parts) > MOST:
            _parts.popitem(last=False)
    return made


def forget(**_change: Any) -> None:
    """Drops all parts: they know nothing of a setting that is changed, as tests do."""
    with _lock:
        _parts.clear()


setting_changed.connect(forget)
