"""How gunicorn writes an answer: headers that it has read before are not read again, and a page goes out in one piece.

An answer of the portal has some fifteen headers (RFC 9110; Content-Security-Policy alone is half a kilobyte), and all
but two of them are those of the answer before. Holding each against gunicorn's two patterns again takes longer than
finding the page in the cache.
"""

from gunicorn.http import wsgi

# So many headers are remembered; then all are forgotten, and read anew.
REMEMBERED = 2000
# Larger bodies are not copied for the sake of one call less.
LARGEST_IN_ONE = 128 * 1024
# What differs from answer to answer, and what gunicorn has to read for itself.
_OWN = frozenset(("x-request-id", "content-length", "date", "set-cookie"))

Header = tuple[str, str]

_read: set[Header] = set()


class Response(wsgi.Response):
    """An answer over HTTP/1; gunicorn.http.wsgi makes one for each request."""

    def process_headers(self, headers: list[Header]) -> None:
        """Takes them over in their order. Raises as gunicorn does for what is no header."""
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

    def write(self, arg: bytes) -> None:
        """Headers and body together, where the first piece is the whole body."""
        is_whole = self.response_length is not None and len(arg) == self.response_length
        if self.headers_sent or self._omits_body or not is_whole or len(arg) > LARGEST_IN_ONE:
            super().write(arg)
            return
        lines = [*self.default_headers(), *(f"{name}: {value}\r\n" for name, value in self.headers), "\r\n"]
        self.headers_sent, self.sent = True, len(arg)
        self.sock.sendall("".join(lines).encode("latin-1") + arg)


def install() -> None:
    """From now on gunicorn answers in this way, in this process."""
    wsgi.Response = Response
