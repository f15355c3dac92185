"""One log line a request, and the id that ties it to every other line of that request."""

import re
import time
import uuid

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

logger = structlog.get_logger(__name__)

# What a proxy may hand us as an id: long enough to be one, short and plain enough to be logged and echoed.
SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET = ("/healthz", "/readyz")


class RequestLogMiddleware(RequestMiddleware):
    """django-structlog's middleware, with our line at the end of a request and the id in its answer.

    Its own line carries query strings and visitors' addresses, asks the session for the user on every page, and wraps
    files so that the server cannot hand them to the kernel: hence the methods that stand here. What it knows about
    exceptions is kept.
    """

    def prepare(self, request: HttpRequest) -> None:
        request.log_started = time.perf_counter()  # type: ignore[attr-defined]
        request.request_id = request_id(request)  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        self.bind_user_id(request)
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        facts = {
            "request": self.format_request(request),
            "status": response.status_code,
            "duration": round(time.perf_counter() - request.log_started, 4),  # type: ignore[attr-defined]
        }
        if response.status_code == 400:
            # Most often a host that ALLOWED_HOSTS lacks; without its name nobody finds that out.
            facts["host"] = request.META.get("HTTP_HOST", "")
        logger.log(self._log_level(request, response), "request_finished", **facts)
        structlog.contextvars.clear_contextvars()

    def _log_level(self, request: HttpRequest, response: HttpResponse) -> int:
        """What monitors ask every few seconds, and static files, are worth a line only when they fail."""
        static = request.path_info.startswith(settings.STATIC_URL)
        if response.status_code < 400 and (static or request.path_info in QUIET):
            return 10
        return self._log_level_for_status_code(response.status_code)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """The method and the path, as the browser sent it; never the query, which may say who somebody is."""
        return f"{request.method} {request.path}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """The id of whoever is logged in, where the view asked for it: a log line is no reason to read a session."""
        user = getattr(request, "_cached_user", None)
        if user is not None and user.pk:
            structlog.contextvars.bind_contextvars(user_id=user.pk)


def request_id(request: HttpRequest) -> str:
    """The id that a trusted proxy gave the request, where it is a sane one; else a new one."""
    given = request.headers.get("X-Request-ID", "")
    if settings.TRUSTED_PROXIES and SANE_ID.fullmatch(given):
        return given
    return uuid.uuid4().hex
