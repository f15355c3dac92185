"""How often pages came from where, by day, for `/readyz`: counted in the process, added up in the cache."""

from collections import Counter, deque

from django.core.cache import cache
from django.utils import timezone

# hit: as good as new. miss: made for this request. stale: the last one, while a new one is made. stale-error: the last
# one, as none can be made. pass: made, and nobody else's.
MARKS = ("hit", "miss", "stale", "stale-error", "pass")
KEPT = 60 * 60 * 48


class Counts:
    """Answers since the last `file`."""

    def __init__(self) -> None:
        # Appending takes no lock, for which the threads of a busy server would wait.
        self._marks: deque[str] = deque()

    def add(self, mark: str) -> None:
        self._marks.append(mark)

    def file(self) -> None:
        """Adds them to those of all processes that share the cache."""
        counted = Counter(self._marks.popleft() for _mark in range(len(self._marks)))
        try:
            for mark in list(counted):
                _add(mark, counted[mark])
                del counted[mark]
        finally:
            self._marks.extend(counted.elements())


def today() -> dict[str, int]:
    """The answers of today, by where the page came from."""
    keys = {_key(mark): mark for mark in MARKS}
    found = cache.get_many(keys)
    return {mark: found.get(key, 0) for key, mark in keys.items()}


def _add(mark: str, number: int) -> None:
    key = _key(mark)
    cache.add(key, 0, KEPT)
    cache.incr(key, number)


def _key(mark: str) -> str:
    return f"pages:{timezone.localdate():%Y-%m-%d}:{mark}"
