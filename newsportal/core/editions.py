"""The same page in the other editions: where the switch of editions leads, and what search engines are told."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation


def everywhere(name: str, *args: Any, query: dict[str, str] | None = None) -> dict[str, str]:
    """The addresses, by language, of a page that every edition has under the same name."""
    addresses = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            addresses[language] = reverse(name, args=args, query=query)
    return addresses
