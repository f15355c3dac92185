"""How long caches may keep a page: one policy by kind of page, in one place.

Browsers always ask again (an ETag makes the answer 304); shared caches in front keep a page for its kind's age, never
longer than until the next scheduled change.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from newsportal.core import read_ahead
from newsportal.core.page_cache.tags import SITE, collecting, note

# Seconds in a shared cache.
AGES = {"front": 60, "list": 120, "search": 60, "story": 300, "missing": 10, "page": 300, "live": 4}
# What is asked for every few seconds is not to be told from memory for a minute.
SHORTER = {"live": 1}
# While a new one is made, and while none can be made; of searches, moves and pages that are not there anybody can ask
# for any number, so that they are kept for a shorter time.
STALE_WHILE_REVALIDATE = 60
STALE_IF_ERROR, ODD_IF_ERROR = 86400, 600

View = Callable[..., HttpResponse]


def public(kind: str, *, parameters: Iterable[str] = (), tags: Iterable[str] = ()) -> Callable[[View], View]:
    """Marks a view's pages as the same for everybody, with the age of `kind` (a key of AGES).

    `parameters` are those of the address that the view reads; it never sees others where the page cache stands in
    front. A view that knows of a scheduled change sets `response.fresh_until` to its aware datetime; one whose page may
    not be seen at all from a time on, not even while no new one can be made, sets `response.shown_until`. What the page
    shows is noted while it is made (newsportal.core.page_cache.tags); `tags` are of every page of the view.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with read_ahead.one_page(), collecting() as noted:
                note(SITE, *tags)
                response = view(request, *args, **kwargs)
                # Here rather than later, so that what the template shows is noted, too.
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
            if response.status_code in (200, 301, 404, 410):
                response.headers["Cache-Control"] = _policy(kind, response, request)
                response.headers["Cache-Tag"] = ",".join(sorted(noted))
            return response

        wrapped.page_parameters = tuple(parameters)  # type: ignore[attr-defined]
        return wrapped

    return decorate


def private(view: View) -> View:
    """Marks a view's pages as personal: kept nowhere, found by no search engine, leaking no address to others."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


def _policy(kind: str, response: HttpResponse, request: HttpRequest) -> str:
    """Cache-Control by kind. `response.fresh_until` becomes the next change of what the page is made of, or of a line
    that stands on every page (`request.fresh_until`). None is given out past that, or past midnight: all carry a date.
    """
    now = timezone.localtime()
    ends = (getattr(source, "fresh_until", None) for source in (response, request))
    planned = response.fresh_until = min((end for end in ends if end), default=None)  # type: ignore[attr-defined]
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    until = min(midnight, planned) if planned else midnight
    left = max(0, int((until - now).total_seconds()))
    age = min(AGES[kind], left)
    # Of a story's page with a parameter, too, anybody can ask for any number.
    is_asked = kind in ("search", "missing") or (kind == "story" and bool(request.GET))
    is_page = response.status_code in (200, 410) and not is_asked
    stale = min(SHORTER.get(kind, STALE_WHILE_REVALIDATE), left - age)
    kept = STALE_IF_ERROR if is_page else ODD_IF_ERROR
    if ends_at := getattr(response, "shown_until", None):
        kept = max(0, min(kept, int((ends_at - now).total_seconds()) - age))
    return f"public, max-age=0, s-maxage={age}, stale-while-revalidate={stale}, stale-if-error={kept}"
