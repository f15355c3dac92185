"""Readers in front of the page cache, and what they get."""

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import quote, unquote_to_bytes

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from newsportal.core.models import Purge
from newsportal.core.page_cache.layer import PageCache
from newsportal.core.page_cache.purging import give_number


@dataclass
class Answer:
    """What a reader got."""

    status: int = 0
    headers: dict = field(default_factory=dict)
    body: bytes = b""

    @property
    def mark(self):
        return self.headers.get("X-Cache", "")

    @property
    def text(self):
        return self.body.decode()

    @property
    def tags(self):
        return set(self.headers.get("Cache-Tag", "").split(","))


def environ_of(address, *, method="GET", host="127.0.0.1:8000", scheme="http", **headers):
    path, _mark, query = address.partition("?")
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(quote(path, safe="/%")).decode("latin-1"),
        "QUERY_STRING": quote(query, safe="%&=+;/?:@,!~*'()[]"),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "wsgi.url_scheme": scheme,
        "wsgi.version": (1, 0),
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }


def ask(application, address, **request):
    """One request, straight to a WSGI application."""
    return ask_as(application, environ_of(address, **request))


def ask_as(application, environ):
    """As a server hands a request over."""
    answer = Answer()

    def start_response(status, headers, exc_info=None):
        answer.status = int(status[:3])
        answer.headers = dict(headers)
        assert len(answer.headers) == len(headers), f"a header twice in {headers}"
        assert not any(set("\r\n") & {*name, *value} for name, value in headers), headers

    with connections_kept_open():
        chunks = application(environ, start_response)
        answer.body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
    return answer


@contextmanager
def connections_kept_open():
    """As Django's test client does: a test's transaction has to outlive the request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def commit():
    """What a commit does for the changes that were purged: in a test's transaction there is none."""
    for change in set(Purge.objects.unnumbered().values_list("change", flat=True)):
        give_number(change)


class Site:
    """A web process: Django behind a page cache that looks for changes before each request, as if a second had gone."""

    def __init__(self, application=None, *, shared=False):
        self.made = 0
        self._application = application or get_wsgi_application()
        self.cache = PageCache(self._count, watching=False)
        self.cache.shared.is_there = shared

    def _count(self, environ, start_response):
        self.made += 1
        return self._application(environ, start_response)

    def get(self, address, **request):
        commit()
        self.cache.ledger.refresh()
        return ask(self.cache, address, **request)

    def age(self, seconds):
        """Makes everything in memory older."""
        for queue in (self.cache.memory._trial, self.cache.memory._proven):
            for entry, _size in queue.values():
                entry.born -= seconds
                entry._answers.clear()


def wait_until(condition, seconds=10):
    """Until something is so that another thread does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it has not come to be so"
        time.sleep(0.005)
