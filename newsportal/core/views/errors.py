"""Pages for what went wrong: each says what happened and where to go on."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.csrf import requires_csrf_token

from newsportal.core.caching import public

# Seconds; a server of ours that was restarted is back long before.
RETRY_AFTER = 30


@requires_csrf_token
@public("missing")
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(get_template("400.html").render({}), status=400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(get_template("403.html").render({}), status=403)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors and queries: whatever failed must not fail here again.

    A database that is away or busy comes back, so search engines and caches are told to ask again: 503, which takes no
    page out of an index.
    """
    is_database_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status, headers = (503, {"Retry-After": RETRY_AFTER}) if is_database_away else (500, None)
    return HttpResponse(get_template("500.html").render({"status": status}), status=status, headers=headers)
