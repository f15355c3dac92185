"""How gunicorn writes an answer: headers that it has read before are not read again, and a page goes out in one piece.

An answer of the portal has some fifteen headers (RFC 9110; Content-Security-Policy alone is half a kilobyte), and all
but the last of them are those of the answer before. Holding each against gunicorn's two patterns again, and putting
them together anew, takes longer than finding the page in the cache.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from gunicorn.http import wsgi

# So many headers, and so many answers' worth of them, are remembered; then all are forgotten, and read anew.
REMEMBERED, REMEMBERED_HEADS = 2000, 256
# What differs from answer to answer, and what gunicorn has to read for itself.
_OWN = frozenset(("x-request-id", "content-length", "date", "set-cookie"))
# Stands last (newsportal.core.page_cache.layer, newsportal.core.request_log).
_LAST = "X-Request-ID"

Header = tuple[str, str]


class Head(NamedTuple):
    """Headers that were read together: as they are written, how many they are, and the length that they state."""

    lines: str = ""
    number: int = 0
    length: int | None = None


_read: set[Header] = set()
_heads: dict[tuple[Header, ...], Head] = {}


class Response(wsgi.Response):
    """An answer over HTTP/1; gunicorn.http.wsgi makes one for each request."""

    _head = Head()

    def process_headers(self, headers: list[Header]) -> None:
        """Takes them over in their order. Raises as gunicorn does for what is no header."""
        if self.headers:
            # An application that has said others before, and met with an error.
            self._read_each(headers)
            return
        own = len(headers) - 1 if headers and headers[-1][0] == _LAST else len(headers)
        same = tuple(headers[:own])
        head = _heads.get(same)
        if head is None:
            self._read_each(same)
            self._remember(same)
        else:
            self._head, self.headers, self.response_length = head, list(same), head.length
        self._read_each(headers[own:])

    def _read_each(self, headers: Sequence[Header]) -> None:
        for pair in headers:
            if pair in _read:
                self.headers.append(pair)
                continue
            before = len(self.headers)
            super().process_headers([pair])
            # Not those that gunicorn leaves out (Connection) or has changed.
            if pair[0].lower() not in _OWN and self.headers[before:] == [pair]:
                if len(_read) >= REMEMBERED:
                    _read.clear()
                _read.add(pair)

    def _remember(self, headers: tuple[Header, ...]) -> None:
        if tuple(self.headers) != headers:
            return
        if len(_heads) >= REMEMBERED_HEADS:
            _heads.clear()
        self._head = _heads[headers] = Head(_lines(headers), len(headers), self.response_length)

    def write(self, arg: bytes) -> None:
        """Headers and body together, where the first piece is the whole body."""
        is_whole = self.response_length is not None and len(arg) == self.response_length
        if self.headers_sent or self._omits_body or self.upgrade or not is_whole or self.cfg.is_ssl:
            super().write(arg)
            return
        major, minor = self.req.version
        connection = "close" if self.should_close() else "keep-alive"
        head = (
            f"HTTP/{major}.{minor} {self.status}\r\nServer: {self.version}\r\nDate: {_date(int(time.time()))}\r\n"
            f"Connection: {connection}\r\n{self._head.lines}{_lines(self.headers[self._head.number :])}\r\n"
        ).encode("latin-1")
        self.headers_sent, self.sent = True, len(arg)
        # Not put together: that would copy the page for each reader.
        sent = self.sock.sendmsg((head, arg))
        if sent < len(head) + len(arg):
            self.sock.sendall(memoryview(head + arg)[sent:])


def install() -> None:
    """From now on gunicorn answers in this way, in this process."""
    wsgi.Response = Response


def _lines(headers: Sequence[Header]) -> str:
    return "".join([f"{name}: {value}\r\n" for name, value in headers])


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return wsgi.util.http_date(second)
