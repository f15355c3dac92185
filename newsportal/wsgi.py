"""The WSGI entry point: `gunicorn newsportal.wsgi`. The page cache stands in front of Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsportal.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402

# Its models are there only now.
from newsportal.core.page_cache.layer import PageCache  # noqa: E402

if settings.PAGE_CACHE:
    application = PageCache(application)
