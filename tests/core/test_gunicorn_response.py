"""Answers are written as gunicorn writes them, byte for byte, the first time and after."""

from types import SimpleNamespace

import pytest
from gunicorn.http import wsgi
from gunicorn.http.errors import InvalidHeader, InvalidHeaderName

from newsportal import gunicorn_response

BODY = b"<p>" + "খবর".encode() * 200
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", "default-src 'none'")]
LENGTH = ("Content-Length", str(len(BODY)))


class Socket:
    def __init__(self, most=10**9):
        self.pieces, self.most = [], most

    def sendall(self, data):
        self.pieces.append(bytes(data))

    def sendmsg(self, parts):
        self.pieces.append(b"".join(parts)[: self.most])
        return len(self.pieces[-1])


@pytest.fixture(autouse=True)
def nothing_read(monkeypatch):
    monkeypatch.setattr(gunicorn_response, "_read", set())
    monkeypatch.setattr(gunicorn_response, "_heads", {})
    gunicorn_response._date.cache_clear()
    monkeypatch.setattr(wsgi.util, "http_date", lambda *_args: "Thu, 26 Nov 2026 09:00:00 GMT")


def pieces(kind, headers, *chunks, status="200 OK", method="GET", socket=None, is_ssl=False):
    request = SimpleNamespace(method=method, version=(1, 1), headers=[], should_close=lambda: False)
    response = kind(request, socket or Socket(), SimpleNamespace(protocol="http", is_ssl=is_ssl))
    response.start_response(status, headers)
    for chunk in chunks:
        response.write(chunk)
    response.close()
    return response.sock.pieces


CASES = {
    "a page": ([*HEADERS, LENGTH], [BODY]),
    "in pieces": ([*HEADERS, LENGTH], [BODY[:100], BODY[100:]]),
    "more than it said": ([*HEADERS, ("content-length", "5")], [BODY]),
    "of unknown length": (HEADERS, [BODY, BODY]),
    "a large page": ([("Content-Length", "200000")], [b"x" * 200_000]),
    "with a name of the request": ([*HEADERS, LENGTH, ("X-Request-ID", "7")], [BODY]),
    "with a name that stands first": ([("X-Request-ID", "7"), *HEADERS, LENGTH], [BODY]),
    "without headers": ([], [BODY]),
    "for another protocol": ([*HEADERS, LENGTH, ("Connection", "upgrade"), ("Upgrade", "websocket")], [BODY]),
    "with headers of one hop": ([*HEADERS, ("Connection", "close"), ("Keep-Alive", "9"), LENGTH], [BODY]),
    "with spaces around a value": ([("X-Cache", " hit "), LENGTH], [BODY]),
    "nothing": ([*HEADERS, ("Content-Length", "0")], []),
}


@pytest.mark.parametrize("turns", [1, 3])
@pytest.mark.parametrize(("headers", "chunks"), CASES.values(), ids=CASES)
def test_bytes_are_those_of_gunicorn(headers, chunks, turns):
    expected = b"".join(pieces(wsgi.Response, headers, *chunks))
    for _turn in range(turns):
        assert b"".join(pieces(gunicorn_response.Response, headers, *chunks)) == expected


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", "200 OK"), ("GET", "304 Not Modified"), ("GET", "204 No Content")]
)
def test_answers_without_a_body_have_none(method, status):
    facts = {"method": method, "status": status}
    for _turn in range(2):
        found = pieces(gunicorn_response.Response, [*HEADERS, LENGTH], BODY, **facts)
        assert found == pieces(wsgi.Response, [*HEADERS, LENGTH], BODY, **facts)


def test_a_page_goes_out_in_one_piece():
    assert len(pieces(gunicorn_response.Response, [*HEADERS, LENGTH], BODY)) == 1


@pytest.mark.parametrize("most", [10, 150, 700])
def test_what_did_not_go_out_at_once_follows(most):
    expected = b"".join(pieces(wsgi.Response, [*HEADERS, LENGTH], BODY))
    found = pieces(gunicorn_response.Response, [*HEADERS, LENGTH], BODY, socket=Socket(most))
    assert len(found) == 2
    assert b"".join(found) == expected


def test_an_encrypted_socket_takes_one_piece_after_the_other():
    """Python's has no `sendmsg`."""
    assert len(pieces(gunicorn_response.Response, [*HEADERS, LENGTH], BODY, is_ssl=True)) == 2


def test_what_is_said_anew_after_an_error_is_written_as_gunicorn_writes_it():
    def answer(kind):
        request = SimpleNamespace(method="GET", version=(1, 1), headers=[], should_close=lambda: False)
        response = kind(request, Socket(), SimpleNamespace(protocol="http", is_ssl=False))
        response.start_response("200 OK", [*HEADERS, LENGTH])
        response.start_response("500 Oops", [LENGTH], (ValueError, ValueError(), None))
        response.write(BODY)
        return b"".join(response.sock.pieces)

    expected = answer(wsgi.Response)
    assert [answer(gunicorn_response.Response) for _turn in range(2)] == [expected, expected]


def test_known_headers_are_not_read_again(monkeypatch):
    pieces(gunicorn_response.Response, HEADERS, BODY)
    monkeypatch.setattr(wsgi, "HEADER_VALUE_RE", None)
    assert pieces(gunicorn_response.Response, HEADERS, BODY)


@pytest.mark.parametrize("pair", [("X-A", "split\r\nSet-Cookie: a=b"), ("X A", "name"), ("X-A", 5)])
def test_what_is_no_header_is_refused_each_time(pair):
    for _turn in range(2):
        with pytest.raises((InvalidHeader, InvalidHeaderName, TypeError)):
            pieces(gunicorn_response.Response, [*HEADERS, pair], BODY)


def test_so_many_are_remembered_and_no_more(monkeypatch):
    monkeypatch.setattr(gunicorn_response, "REMEMBERED", 5)
    monkeypatch.setattr(gunicorn_response, "REMEMBERED_HEADS", 3)
    for number in range(23):
        pieces(gunicorn_response.Response, [("ETag", f'"{number}"'), LENGTH, ("X-Request-ID", str(number))], BODY)
        assert len(gunicorn_response._read) <= 5
        assert len(gunicorn_response._heads) <= 3
    assert ("ETag", '"22"') in gunicorn_response._read
    assert not any(name == "X-Request-ID" for name, _value in gunicorn_response._read)
