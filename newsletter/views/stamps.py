"""Says in every form of a page when it was rendered."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from newsletter.stamps import stamp
from newsportal.core.middleware import is_page

# As templates/newsletter/_newsletter_form.html leaves it. No text of a page has these quotation marks; a feed may.
_EMPTY = b'name="stamp" value=""'


class StampMiddleware:
    """Puts the stamp of the moment into forms that are rendered without: what no two renderings of a page share comes
    last. So the form itself is rendered once for all pages, and the ETag does not see the stamp: with it a browser
    would load every page anew; without, an old copy stays good.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not is_page(response) or _EMPTY not in response.content:
            return response
        if request.method in ("GET", "HEAD") and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers.setdefault("ETag", f'"{hashlib.sha256(response.content).hexdigest()[:32]}"')
        stamped = f'name="stamp" value="{stamp(timezone.now())}"'
        response.content = response.content.replace(_EMPTY, stamped.encode())
        return response
