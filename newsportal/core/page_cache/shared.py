"""Pages in the cache that all processes and machines share, and who of them makes a page that is missing."""

import secrets
import time

import structlog
from django.core.cache import cache

from newsportal.core.page_cache.entries import Entry

logger = structlog.get_logger(__name__)

# A page that is good for no longer than this when nothing else can be made is kept by the process that made it alone:
# searches and moves, of which anybody can ask for any number.
WORTH_SHARING = 3600
# How long making a page may take before another process may make it, too.
CLAIM = 10
# After a failure the cache is left alone for so long, so that one that hangs does not hold every reader up.
PAUSE = 1.0


class Shared:
    """The cache behind CACHE_URL; where there is none, or it fails, it has no page and lets everybody make any."""

    def __init__(self, *, release: str, is_there: bool) -> None:
        self.release = release
        self.is_there = is_there
        self._silent_until = float("-inf")

    @property
    def answers(self) -> bool:
        return self.is_there and time.monotonic() >= self._silent_until

    def get(self, key: str) -> Entry | None:
        data = self._ask(cache.get, self._page(key))
        try:
            return Entry.unpack(data) if data else None
        except (ValueError, TypeError):
            logger.warning("page_not_readable")
            return None

    def put(self, key: str, entry: Entry) -> None:
        if self.answers and entry.kept > WORTH_SHARING:
            self._ask(cache.set, self._page(key), entry.pack(), entry.age + entry.kept)

    def claim(self, key: str) -> str:
        """A token where this process is to make the page; "" where another one is at it."""
        token = secrets.token_hex(8)
        if not self.answers:
            return token
        mine = self._ask(cache.add, self._making(key), token, CLAIM)
        return token if mine or not self.answers else ""

    def is_claimed(self, key: str) -> bool:
        """Whether some process is making the page."""
        return bool(self._ask(cache.get, self._making(key)))

    def release_claim(self, key: str, token: str) -> None:
        if self.answers and self._ask(cache.get, self._making(key)) == token:
            self._ask(cache.delete, self._making(key))

    def _ask(self, call, *arguments):
        if not self.answers:
            return None
        try:
            return call(*arguments)
        except Exception as error:  # each backend has its own kinds of failure
            self._silent_until = time.monotonic() + PAUSE
            logger.warning("page_cache_unreachable", error=type(error).__name__)
            return None

    def _page(self, key: str) -> str:
        return f"page:{self.release}:{key}"

    def _making(self, key: str) -> str:
        return f"page-claim:{self.release}:{key}"
