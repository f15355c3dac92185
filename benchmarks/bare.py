"""What pages are measured against, each served by gunicorn as the portal is: `benchmarks.bare:function` is a bare WSGI
function, `benchmarks.bare:view` a Django view behind the middleware of a new project. Both answer BARE_SIZE bytes.
"""

import os
from threading import Lock

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

SIZE = int(os.environ.get("BARE_SIZE", "30000"))
BODY = b"x" * SIZE
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(SIZE))]


def function(environ, start_response):
    """The least that a WSGI server can be asked to do."""
    start_response("200 OK", HEADERS)
    return [BODY]


def constant(request, rest=""):
    return HttpResponse(BODY)


urlpatterns = [path("", constant), path("<path:rest>", constant)]


def view(environ, start_response):
    """Made when it is first asked, so that `function` needs no Django."""
    global _django
    with _making:
        _django = _django or _made()
    return _django(environ, start_response)


def _made():
    settings.configure(
        SECRET_KEY="nothing is signed here",  # noqa: S106
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="benchmarks.bare",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
    )
    return get_wsgi_application()


_making = Lock()
_django = None
