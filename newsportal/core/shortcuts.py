"""What list pages share."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from newsportal.core.text import whole_number

PAGE_SIZE = 20
# Deeper than this an offset is slow and nobody reads: the archive by date takes over.
LAST_PAGE = 500


@dataclass(frozen=True)
class Page:
    """One page of a list, without a count of the whole (which would read the whole)."""

    items: list[Any]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def next_number(self) -> int:
        return self.number + 1

    @property
    def previous_number(self) -> int:
        return self.number - 1


def page_of(queryset: QuerySet[Any], request: HttpRequest, *, size: int = PAGE_SIZE) -> Page:
    """The page that `?page=` asks for, in one query. Raises Http404 for a page without rows, except the first."""
    number = whole_number(request.GET.get("page", "1"), most=LAST_PAGE)
    if not number:
        raise Http404("no such page")
    start = (number - 1) * size
    rows = list(queryset[start : start + size + 1])
    if not rows and number > 1:
        raise Http404("no such page")
    return Page(items=rows[:size], number=number, has_next=len(rows) > size and number < LAST_PAGE)
