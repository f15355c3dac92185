"""How long caches may keep a page: one policy by kind of page, in one place.

Browsers always ask again (an ETag makes the answer 304); shared caches in front keep a page for its kind's age, never
longer than until the next scheduled change.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

# Seconds in a shared cache.
AGES = {"front": 60, "list": 120, "story": 300, "gone": 300, "page": 300}
STALE_WHILE_REVALIDATE = 60
STALE_IF_ERROR = 86400

View = Callable[..., HttpResponse]


def public(kind: str) -> Callable[[View], View]:
    """Marks a view's pages as the same for everybody, with the age of `kind` (a key of AGES).

    A view that knows of a scheduled change sets `response.fresh_until` to its aware datetime.
    """
    age = AGES[kind]

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if response.status_code not in (200, 301, 404, 410):
                return response
            if getattr(response, "is_rendered", True):
                _say_age(response, request, age)
            else:
                # What ends with a line that stands on every page is known when the page is written.
                response.add_post_render_callback(lambda rendered: _say_age(rendered, request, age))
            return response

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


def _say_age(response: HttpResponse, request: HttpRequest, age: int) -> None:
    """Puts the age into the headers, and into `response.fresh_until` the end of what the page is made of."""
    ends = (getattr(source, "fresh_until", None) for source in (response, request))
    response.fresh_until = min((end for end in ends if end), default=None)  # type: ignore[attr-defined]
    seconds = _bounded(age, response.fresh_until)  # type: ignore[attr-defined]
    response.headers["Cache-Control"] = (
        f"public, max-age=0, s-maxage={seconds}, "
        f"stale-while-revalidate={min(STALE_WHILE_REVALIDATE, seconds)}, stale-if-error={STALE_IF_ERROR}"
    )


def _bounded(age: int, fresh_until: dt.datetime | None) -> int:
    """`age`, but no longer than until the next change, or midnight: every page carries the day's date."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    until = min(midnight, fresh_until) if fresh_until else midnight
    return max(0, min(age, int((until - now).total_seconds())))
