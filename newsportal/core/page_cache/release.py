"""Which release of the portal a page was made by: after an upgrade, pages of before are not given out."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

# What a page is made of.
_MADE_OF = ("newsportal/**/*.py", "articles/**/*.py", "newsletter/**/*.py", "templates/**/*", "newsportal/**/*.mo")


@cache
def release() -> str:
    """The same on every machine with the same code, static files and settings of the site."""
    digest = hashlib.sha256()
    paths = sorted(path for pattern in _MADE_OF for path in settings.BASE_DIR.glob(pattern) if path.is_file())
    for path in [*paths, Path(settings.STATIC_ROOT) / "staticfiles.json"]:
        if path.is_file():
            digest.update(f"{path.name}\0".encode())
            digest.update(path.read_bytes())
    site = (settings.SITE_URL, settings.LANGUAGE_CODE, settings.TIME_ZONE, settings.MEDIA_URL)
    digest.update("\0".join(site).encode())
    return digest.hexdigest()[:12]
