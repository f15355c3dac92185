"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from newsportal.core.identity import Site
from newsportal.core.identity import site as read_site


def site(request: HttpRequest) -> dict[str, Any]:
    """`site` (an identity.Site in the page's language, read when first used), `SITE_URL`, `LANGUAGE_CODE`."""
    language = translation.get_language() or settings.LANGUAGE_CODE

    def read() -> Site:
        found = read_site(language)
        # Read by core.caching: no cache keeps a page longer than what stands on all of them.
        request.fresh_until = found.banner.until if found.banner else None  # type: ignore[attr-defined]
        return found

    return {
        "site": SimpleLazyObject(read),
        "SITE_URL": settings.SITE_URL,
        "LANGUAGE_CODE": language,
    }
