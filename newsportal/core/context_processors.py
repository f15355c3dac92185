"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from newsportal.core.identity import site as read_site


def site(request: HttpRequest) -> dict[str, Any]:
    """`site` (an identity.Site in the page's language, read when first used), `SITE_URL`, `LANGUAGE_CODE`."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "site": SimpleLazyObject(lambda: read_site(language)),
        "SITE_URL": settings.SITE_URL,
        "LANGUAGE_CODE": language,
    }
