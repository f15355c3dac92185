"""Where the links of an issue lead over. A GET as any other: it changes nothing in the database."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from newsletter.clicking import CANARY, is_signed
from newsportal.core.caching import private


@private
@require_safe
def go(request: HttpRequest, token: str) -> HttpResponse:
    """Redirects to what the link names, if an issue of ours led there."""
    issue, _separator, signature = token.partition(".")
    target = request.GET.get("to", "")
    if not (issue.isascii() and issue.isdecimal() and is_signed(int(issue), target, signature)):
        return render(request, "newsletter/link_unknown.html", status=404)
    if target == CANARY:
        return HttpResponse("", content_type="text/plain")
    return HttpResponseRedirect(settings.SITE_URL + target if target.startswith("/") else target)
