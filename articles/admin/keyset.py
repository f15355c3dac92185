"""Lists that page by where a row stands, not by counting: as fast on the last page as on the first."""

import datetime as dt
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

OLDER, NEWER = "older", "newer"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


class KeysetChangeList(ChangeList):
    """Newest first by (`key`, id), with links to older and newer rows, and no COUNT at all.

    `key` is a time that every row has. An address holds where the page begins: `?older=` or `?newer=` with a time in
    microseconds and an id, so that rows that come or go meanwhile move no page.
    """

    key = "modified"
    # Parameters that a form of the list's own reads; they are no look-ups of Django's.
    own_parameters: frozenset[str] = frozenset()

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in {OLDER, NEWER, *self.own_parameters}}

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        return [f"-{self.key}", "-pk"]

    def get_results(self, request: HttpRequest) -> None:
        """Two queries at most: the page, and the first page where "newer" has come to the top."""
        rows, has_newer, has_older = self._page(request)
        self.result_list = rows
        self.older_link = self._link(OLDER, rows[-1]) if has_older else ""
        self.newer_link = self._link(NEWER, rows[0]) if has_newer and rows else ""
        self.newest_link = self.get_query_string(remove=[OLDER, NEWER])
        # What Django's templates and views ask of any list.
        self.result_count = len(rows)
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = bool(rows)
        self.paginator = Paginator(rows, max(self.list_per_page, 1))

    def _page(self, request: HttpRequest) -> tuple[list[Any], bool, bool]:
        """The rows of the page asked for, and whether there are newer and older ones."""
        size = self.list_per_page
        if NEWER in request.GET:
            rows = list(self._beyond(request.GET[NEWER], newer=True)[: size + 1])
            if len(rows) > size:
                return rows[size - 1 :: -1], True, True
        if OLDER in request.GET and NEWER not in request.GET:
            rows, has_newer = list(self._beyond(request.GET[OLDER], newer=False)[: size + 1]), True
        else:
            rows, has_newer = list(self.queryset[: size + 1]), False
        return rows[:size], has_newer, len(rows) > size

    def _beyond(self, cursor: str, *, newer: bool) -> QuerySet[Any]:
        """The rows on one side of a cursor, those next to it first."""
        time, pk = _read(cursor)
        side = "gt" if newer else "lt"
        # The first condition lets the database start in its index; the second is exact about rows of the same moment.
        beyond = self.queryset.filter(**{f"{self.key}__{side}e": time}).filter(
            Q(**{f"{self.key}__{side}": time}) | Q(**{f"pk__{side}": pk})
        )
        return beyond.order_by(self.key, "pk") if newer else beyond

    def _link(self, way: str, row: Model) -> str:
        time = (getattr(row, self.key) - _EPOCH) // _MICROSECOND
        return self.get_query_string({way: f"{time}-{row.pk}"}, remove=[OLDER, NEWER])


def _read(cursor: str) -> tuple[dt.datetime, int]:
    """The time and id of a cursor; raises what makes the admin go back to the plain list."""
    time, _stroke, pk = cursor.partition("-")
    try:
        if not (time.isascii() and time.isdigit() and pk.isascii() and pk.isdigit() and len(pk) < 19):
            raise ValueError(cursor)
        return _EPOCH + int(time[:20]) * _MICROSECOND, int(pk)
    except (ValueError, OverflowError) as error:
        raise IncorrectLookupParameters(cursor[:60]) from error
