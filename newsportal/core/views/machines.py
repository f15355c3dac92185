"""What programs ask a site for before they read it: robots.txt, the manifest, security.txt."""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info

from newsportal.core.caching import public
from newsportal.core.editions import everywhere
from newsportal.core.identity import site

# As static/css/tokens.css has them.
PAPER, ACCENT = "#fffdf9", "#00624a"
ICONS = {"icon-192.png": (192, "any"), "icon-512.png": (512, "any"), "icon-maskable-512.png": (512, "maskable")}
# RFC 9116 (section 2.5.5) asks for less than a year; said by the month, so that caches see the same text for long.
CONTACT_MONTHS = 6


@public("page")
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt` (RFC 9309): everything but what is personal, and what would never end."""
    editions = list(everywhere("front").values())
    return render(request, "robots.txt", {"editions": editions}, content_type="text/plain; charset=utf-8")


@public("page")
def manifest(request: HttpRequest) -> HttpResponse:
    """`/manifest.webmanifest` of an edition: what a phone shows of the site on its home screen."""
    language = get_language()
    identity = site(language)
    facts = {
        "id": reverse("front"),
        "name": identity.name,
        "short_name": identity.name[:12].strip(),
        "description": identity.tagline,
        "lang": language,
        "dir": "rtl" if get_language_info(language)["bidi"] else "ltr",
        "start_url": reverse("front"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["news"],
        "icons": _icons(),
    }
    facts = {name: value for name, value in facts.items() if value}
    return JsonResponse(
        facts, content_type="application/manifest+json; charset=utf-8", json_dumps_params={"ensure_ascii": False}
    )


@public("page")
def security(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt` (RFC 9116): whom to tell of a hole; 404 while nobody is named.

    That is SECURITY_CONTACT, or else the contact e-mail of the site's identity.
    """
    email = site(settings.LANGUAGE_CODE).contact_email
    contact = settings.SECURITY_CONTACT or (f"mailto:{email}" if email else "")
    if not contact:
        raise Http404("no contact")
    context = {"contact": contact, "expires": _expires(timezone.now()), "languages": dict(settings.LANGUAGES)}
    return render(request, "security.txt", context, content_type="text/plain; charset=utf-8")


@public("page")
def favicon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico` and `/apple-touch-icon.png`, which programs ask for without being told to."""
    name = "icon-180.png" if "apple" in request.path else "icon-32.png"
    return HttpResponsePermanentRedirect(static(f"img/{name}"))


def _icons() -> list[dict[str, str]]:
    return [
        {"src": static(f"img/{name}"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
        for name, (side, purpose) in ICONS.items()
    ]


def _expires(now: dt.datetime) -> str:
    """The first day of a month, in UTC, as RFC 3339 has it."""
    months = now.year * 12 + now.month - 1 + CONTACT_MONTHS
    return f"{months // 12:04}-{months % 12 + 1:02}-01T00:00:00Z"
