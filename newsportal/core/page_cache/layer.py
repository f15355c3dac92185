"""The WSGI application in front of Django: answers public pages from the cache, and has those made that are missing."""

import hashlib
import itertools
import secrets
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from threading import Event, Lock

import structlog
from django.conf import settings
from django.utils.http import parse_etags

from newsportal.core.page_cache import counting, keys
from newsportal.core.page_cache.encodings import IDENTITY, choose, packed
from newsportal.core.page_cache.entries import Entry, Headers, entry_of, may_be_kept
from newsportal.core.page_cache.ledger import Ledger
from newsportal.core.page_cache.memory import Memory
from newsportal.core.page_cache.release import release
from newsportal.core.page_cache.shared import Shared
from newsportal.core.request_log import SANE_ID

logger = structlog.get_logger(__name__)

# How long a request waits for a page that another one is making, before it makes it itself.
PATIENCE = 5.0
GLANCE = 0.02
# What of a request could make its page differ from another's; pages are made for nobody in particular.
_PERSONAL = (
    *("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE", "HTTP_RANGE"),
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"),
    *("CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST"),
)

StartResponse = Callable[..., object]
Application = Callable[[dict, StartResponse], Iterable[bytes]]


class Flight:
    """A page that is being made, for those who wait for it. `entry` is None where it cannot be kept."""

    def __init__(self) -> None:
        self.landed = Event()
        self.entry: Entry | None = None


class PageCache:
    """Wraps a WSGI application. `watching=False` leaves looking for changes to whoever calls `ledger.refresh()`."""

    def __init__(self, application: Application, *, watching: bool = True) -> None:
        self.application = application
        self.keys = keys.Keys()
        self.ledger = Ledger()
        self.memory = Memory(settings.PAGE_CACHE_MEMORY * 1024 * 1024)
        self.shared = Shared(release=release(), is_there=settings.CACHE_IS_SHARED)
        self.watching = watching
        self.counts = counting.Counts()
        self._process, self._requests = secrets.token_hex(8), itertools.count(1)
        self._flights: dict[str, Flight] = {}
        self._lock = Lock()

    def __call__(self, environ: dict, start_response: StartResponse) -> Iterable[bytes]:
        asked = self.keys.read(environ)
        if asked is None:
            return self.application(environ, start_response)
        if self.watching:
            self.ledger.watch(self.counts.file)
        if self.ledger.is_due:
            self.ledger.refresh()
        entry, now = self.memory.get(asked.key), time.time()
        if entry is not None and not self.ledger.is_blind and entry.is_fresh(now) and self.ledger.holds(entry):
            if entry.has_grown:
                self.memory.put(asked.key, entry)
            return self._answer(entry, "hit", now, environ, start_response)
        return self._look_further(asked, entry, environ, start_response)

    # --- Finding a page -----------------------------------------------------------------------------------------------

    def _look_further(
        self, asked: keys.Asked, entry: Entry | None, environ: dict, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Where the memory has no page that is good: the shared cache, a page that is nearly good, or a new one."""
        if not keys.is_public(asked):
            return self.application(environ, start_response)
        if not self.ledger.has_looked:
            self.ledger.refresh()
        now = time.time()
        if not self._is_good(entry, now):
            entry = self._from_others(asked.key, entry)
        if self.ledger.is_blind and entry is not None and self._may_stand_in(entry, now):
            return self._answer(entry, "stale-error", now, environ, start_response)
        if entry is not None and self._is_good(entry, now):
            return self._answer(entry, "hit", now, environ, start_response)
        return self._have_it_made(asked, entry, environ, start_response)

    def _is_good(self, entry: Entry | None, now: float) -> bool:
        return entry is not None and entry.is_fresh(now) and self.ledger.holds(entry)

    def _may_stand_in(self, entry: Entry, now: float) -> bool:
        """Whether it is better than an error."""
        return entry.is_kept(now) and self.ledger.may_stand_in(entry)

    def _newest(self, key: str) -> Entry | None:
        """A good page from anywhere."""
        found = self.memory.get(key)
        if not self._is_good(found, time.time()):
            found = self._from_others(key, found)
        return found if self._is_good(found, time.time()) else None

    def _from_others(self, key: str, entry: Entry | None) -> Entry | None:
        """What another process has made, where it is newer than what we have."""
        found = self.shared.get(keys.digest(key))
        if found is None or (entry is not None and found.born <= entry.born):
            return entry
        if found.number > self.ledger.number:
            # It was made after a change of which we have not heard.
            self.ledger.refresh()
        self.memory.put(key, found)
        return found

    # --- Making a page ------------------------------------------------------------------------------------------------

    def _have_it_made(
        self, asked: keys.Asked, old: Entry | None, environ: dict, start_response: StartResponse
    ) -> Iterable[bytes]:
        """One request makes the page; the others get the last one if it may still be given out, or wait."""
        may_pass = old is not None and old.is_fresh_enough(time.time()) and self.ledger.holds(old)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            flight, is_ours = self._board(asked.key)
            if is_ours:
                return self._fly(flight, asked, old, may_pass, deadline, environ, start_response)
            if may_pass:
                return self._answer(old, "stale", time.time(), environ, start_response)
            if not flight.landed.wait(max(0.0, deadline - time.monotonic())) or flight.entry is None:
                break
            # It may have been begun before a change that we have heard of meanwhile.
            if self.ledger.holds(flight.entry):
                return self._answer(flight.entry, "hit", time.time(), environ, start_response)
        return self._make(asked, old, environ, start_response)[0]

    def _board(self, key: str) -> tuple[Flight, bool]:
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            self._flights[key] = flight = Flight()
            return flight, True

    def _fly(
        self,
        flight: Flight,
        asked: keys.Asked,
        old: Entry | None,
        may_pass: bool,
        deadline: float,
        environ: dict,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """The first of this process to ask: makes the page, unless another process is at it."""
        name, token = keys.digest(asked.key), ""
        try:
            token = self.shared.claim(name)
            if not token and may_pass:
                return self._answer(old, "stale", time.time(), environ, start_response)
            # With the claim in hand, too: somebody may have finished since we looked.
            if found := self._newest(asked.key) if token else self._wait_for_others(asked.key, name, deadline):
                flight.entry = found
                return self._answer(found, "hit", time.time(), environ, start_response)
            answer, flight.entry = self._make(asked, old, environ, start_response)
            return answer
        finally:
            if token:
                self.shared.release_claim(name, token)
            with self._lock:
                self._flights.pop(asked.key, None)
            flight.landed.set()

    def _wait_for_others(self, key: str, name: str, deadline: float) -> Entry | None:
        """The page that another process is making; None where it does not come."""
        while time.monotonic() < deadline:
            time.sleep(GLANCE)
            is_claimed = self.shared.is_claimed(name)
            if found := self._newest(key):
                return found
            if not is_claimed:
                return None
        return None

    def _make(
        self, asked: keys.Asked, old: Entry | None, environ: dict, start_response: StartResponse
    ) -> tuple[Iterable[bytes], Entry | None]:
        """Has Django make the page; (the answer, the entry if it may be kept)."""
        sees = self.ledger.refresh()
        number, born = self.ledger.number, time.time()
        status, headers, body = self._render(asked, environ)
        if status[0] == "5" and old is not None and self._may_stand_in(old, born):
            logger.warning("page_kept_on_error", status=status[:3], path=asked.path)
            return self._answer(old, "stale-error", time.time(), environ, start_response), None
        if status[:3] == "404" and environ.get("QUERY_STRING", "") != asked.query:
            # Of an address that is no page's any more the whole may say where it is now (old links by number).
            self.counts.add("pass")
            return self.application(environ, start_response), None
        if not may_be_kept(status, headers):
            return self._pass_on(status, headers, body, environ, start_response), None
        entry = entry_of(status, headers, body, number=number, born=born, etag=_etag(headers, body))
        if sees and entry.age:
            entry.without_plain()
            self.memory.put(asked.key, entry)
            self.shared.put(keys.digest(asked.key), entry)
        return self._answer(entry, "miss", time.time(), environ, start_response), entry

    def _render(self, asked: keys.Asked, environ: dict) -> tuple[str, Headers, bytes]:
        """The page as Django makes it for anybody."""
        said: list = []

        def start_response(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
            said[:] = [status, headers]
            return lambda data: None

        clean = {name: value for name, value in environ.items() if name not in _PERSONAL}
        clean[keys.FIRST_TRY] = environ.get("QUERY_STRING", "") != asked.query
        clean |= {"REQUEST_METHOD": "GET", "QUERY_STRING": asked.query, "wsgi.input": BytesIO()}
        clean.pop("wsgi.file_wrapper", None)
        chunks = self.application(clean, start_response)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return said[0], said[1], body

    # --- Answering ----------------------------------------------------------------------------------------------------

    def _answer(
        self, entry: Entry, mark: str, now: float, environ: dict, start_response: StartResponse
    ) -> Iterable[bytes]:
        self.counts.add(mark)
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        headers, body = entry.answer(choose(accepted) if accepted else IDENTITY, mark, now)
        if "HTTP_IF_NONE_MATCH" in environ and entry.status[:3] == "200" and _is_known(environ, entry.etag):
            names = ("Content-Type", "Content-Encoding", "Content-Length")
            start_response("304 Not Modified", self._named([pair for pair in headers if pair[0] not in names], environ))
            return []
        start_response(entry.status, self._named(headers, environ))
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def _pass_on(
        self, status: str, headers: Headers, body: bytes, environ: dict, start_response: StartResponse
    ) -> Iterable[bytes]:
        """An answer that is nobody else's, as Django has made it, packed for this browser."""
        self.counts.add("pass")
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        body, encoding = packed(body, kind, choose(environ.get("HTTP_ACCEPT_ENCODING", "")))
        headers = [(name, value) for name, value in headers if name.lower() not in ("content-length", "vary")]
        if encoding != IDENTITY:
            headers.append(("Content-Encoding", encoding))
        headers += [("Vary", "Accept-Encoding"), ("Content-Length", str(len(body)))]
        start_response(status, headers)
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def _named(self, headers: Headers, environ: dict) -> Headers:
        """The headers with a name for the request, as newsportal.core.request_log: a trusted proxy's, or a new one."""
        given = environ.get("HTTP_X_REQUEST_ID")
        if not (given and settings.TRUSTED_PROXIES and SANE_ID.fullmatch(given)):
            # No uuid: asking the kernel for chance lets go of the interpreter in the middle of the request.
            given = f"{self._process}{next(self._requests):016x}"
        return [*headers, ("X-Request-ID", given)]


def _etag(headers: Headers, body: bytes) -> str:
    """Weak, as it stands for all encodings of the page; Django's own where it has given one."""
    given = next((value for name, value in headers if name.lower() == "etag"), "")
    if not given:
        given = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return given if given.startswith("W/") else f"W/{given}"


def _is_known(environ: dict, etag: str) -> bool:
    """If-None-Match compares weakly (RFC 9110, section 13.1.2)."""
    known = parse_etags(environ["HTTP_IF_NONE_MATCH"])
    return known == ["*"] or etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in known}
