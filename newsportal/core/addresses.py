"""Addresses on this site for those who read them elsewhere."""

from urllib.parse import urljoin

from django.conf import settings


def absolute(address: str) -> str:
    """An address on this site with scheme and host; others stay as they are."""
    return urljoin(f"{settings.SITE_URL}/", address)
