"""What a page shows, noted where it is read: `note("story:5")`. A change of it purges every page with the tag.

Tags are short printable ASCII without spaces and commas, as caches in front take them in `Cache-Tag`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

WELL_FORMED = re.compile(r"[a-z][a-z-]*(:[A-Za-z0-9-]+)?")

_noted: ContextVar[set[str] | None] = ContextVar("noted", default=None)

# Of what stands on every page.
SITE = "site"
# Begins the tag of a page's own subject, purged when that is taken down: the page is then not even shown while nothing
# else can be made.
GONE = "gone:"
# Purges whatever is kept; every page has it without saying so.
EVERYTHING = "everything"


def note(*tags: str) -> None:
    """Says that the page which is being made shows these; nothing outside `collecting`."""
    noted = _noted.get()
    if noted is not None:
        noted.update(tags)


@contextmanager
def collecting() -> Iterator[set[str]]:
    """Gathers what is noted inside; an outer `collecting` gathers it, too."""
    outer = _noted.get()
    noted: set[str] = set()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)
        if outer is not None:
            outer |= noted
