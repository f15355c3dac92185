"""What happens to every request before a view sees it."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from newsportal.core.static_files import carried_by

STAFF_PAGES = ("/admin/", "/accounts/")
GetResponse = Callable[[HttpRequest], HttpResponse]


def is_page(response: HttpResponse) -> bool:
    """Whether it is HTML that is there as a whole, so that one can look into it."""
    return not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp's, whose policy lets the style sheets and the script of ours pass that stand in the page.

    Scripts that read other pages of ours take the style sheets out first, as what is read has the policy of the reader.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """A 304 leaves the page that it confirms the policy that this came with."""
        return response if response.status_code == 304 else super().process_response(request, response)

    def get_policy_parts(self, request: HttpRequest, response: HttpResponse, report_only: bool = False) -> PolicyParts:
        """With what stands in the page, but where that has a list of its own."""
        parts = super().get_policy_parts(request, response, report_only)
        if report_only or not is_page(response):
            return parts
        update = dict(parts.update or {})
        for file in carried_by(response.content):
            if file.directive not in (parts.replace or {}):
                update[file.directive] = [*update.get(file.directive, []), file.source]
        parts.update = update
        return parts


class PictureHeadersMiddleware:
    """Takes from pictures what browsers heed in documents alone: 0.2 KB each, of which a front page has thirty.

    A drawing (SVG) may be a document; it keeps all.
    """

    OF_DOCUMENTS = ("Content-Language", "Cross-Origin-Opener-Policy", "Permissions-Policy", "Referrer-Policy")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kind = response.headers.get("Content-Type", "")
        if kind.startswith("image/") and not kind.startswith("image/svg"):
            for name in self.OF_DOCUMENTS:
                response.headers.pop(name, None)
        return response


class CleanRequestMiddleware:
    """Answers what no view can use with a plain 4xx: NUL bytes in an address, bodies and forms past their limits."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponse("Bad request: the address holds a NUL byte.\n", status=400, content_type="text/plain")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """Reads a form's fields here, so that one past its limits is answered 413 whatever the view does."""
        if request.method != "POST":
            return None
        try:
            if any("\x00" in value for values in request.POST.lists() for value in values[1]):
                return HttpResponse("Bad request: a field holds a NUL byte.\n", status=400, content_type="text/plain")
        except (RequestDataTooBig, TooManyFieldsSent):
            return HttpResponse("The form is larger than this site takes.\n", status=413, content_type="text/plain")
        return None


class EditionMiddleware:
    """Takes a public page's language from its address alone, so that it is the same for everybody.

    Django's LocaleMiddleware would ask Accept-Language and say so in `Vary`, which splits every cache in front.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or self._staff_language(request)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response

    @staticmethod
    def _staff_language(request: HttpRequest) -> str:
        """On the newsroom's own pages, which no cache holds, the language that somebody has chosen there."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if request.path_info.startswith(STAFF_PAGES) and chosen in dict(settings.LANGUAGES):
            return chosen
        return settings.LANGUAGE_CODE


class SecondFactorMiddleware:
    """Where the site is on https, keeps staff out of the admin until they have set up a second factor."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.HTTPS and request.path_info.startswith("/admin/") and self._lacks_factor(request):
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)

    @staticmethod
    def _lacks_factor(request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and user.is_staff and not is_mfa_enabled(user)
