"""Where the links of an issue lead over. A GET as any other: it changes nothing in the database."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from newsletter.click_counting import count, looks_like_a_program
from newsletter.clicking import CANARY, read
from newsportal.core.caching import private
from newsportal.core.limits import client_network
from newsportal.core.tokens import BadToken


@private
@require_safe
def go(request: HttpRequest, token: str) -> HttpResponse:
    """Counts, and redirects to what the link names, if an issue of ours led there."""
    target = request.GET.get("to", "")
    try:
        issue, variant = read(token, target)
    except BadToken:
        return render(request, "newsletter/link_unknown.html", status=404)
    is_program = looks_like_a_program(request.method, request.headers)
    visitor = f"{client_network(request)} {request.headers.get('User-Agent', '')}"
    count(issue, variant, target, visitor=visitor, is_program=is_program, now=timezone.now())
    if target == CANARY:
        return HttpResponse("", content_type="text/plain")
    return HttpResponseRedirect(settings.SITE_URL + target if target.startswith("/") else target)
