"""Where pages say that they are read."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from articles import reading
from newsportal.core.caching import private
from newsportal.core.limits import client_network

STATUS = {reading.Answer.COUNTED: 204, reading.Answer.TOO_OFTEN: 429, reading.Answer.NOT_LIVE: 404}
# A story's id and nothing else.
LONGEST = 18


# Public pages carry no CSRF token. Other sites cannot send this: what it has to be makes their browsers ask first.
@csrf_exempt
@private
@require_POST
def reads(request: HttpRequest) -> HttpResponse:
    """Takes the id of the story that was read, as JSON, from a page of ours (static/js/reading.js)."""
    if request.content_type != "application/json" or not _is_ours(request):
        return HttpResponse(status=403)
    body = request.read(LONGEST + 1)
    if len(body) > LONGEST or not body.isdigit():
        return HttpResponse(status=400)
    answer = reading.count(int(body), network=client_network(request), now=timezone.now())
    return HttpResponse(status=STATUS[answer])


def _is_ours(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent it; every browser that runs our script says so."""
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return site == "same-origin" and origin in {request.get_host(), urlsplit(settings.SITE_URL).netloc}
