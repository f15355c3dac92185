"""What readers keep on their own device: the list of it, and the script that answers without a network."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from newsportal.core.caching import public


@public("page")
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """The same for everybody: the browser fills it (static/js/saved.js)."""
    return render(request, "articles/saved.html")


@public("page")
@require_safe
def offline_worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands at the root, and under one name for ever: browsers look there for a newer one."""
    script = Path(finders.find("js/offline.js")).read_text()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")
