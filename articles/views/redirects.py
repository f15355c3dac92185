"""What is left to say of an address that no page answers: where its page is now, or that it is missing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import is_valid_path
from django.utils import timezone

from articles import missing
from articles.moving import NewPlace, new_place
from newsportal.core.caching import public
from newsportal.core.page_cache.keys import FIRST_TRY
from newsportal.core.page_cache.tags import note

READING = ("GET", "HEAD")


class MovedMiddleware:
    """Stands inside CommonMiddleware, which would first answer an old address with the same one and a stroke."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in READING:
            return response
        now = timezone.now()
        if place := new_place(request.get_full_path(), request.resolver_match, now=now):
            return moved(request, place)
        is_last = not request.META.get(FIRST_TRY)
        if is_last and (request.path.endswith("/") or not is_valid_path(f"{request.path_info}/")):
            missing.note(request.path, request.headers.get("Referer", ""), now=now)
        return response


@public("page")
def moved(request: HttpRequest, place: NewPlace) -> HttpResponse:
    note(*place.tags)
    return HttpResponsePermanentRedirect(place.address)
