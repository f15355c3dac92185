"""How often pages came from where, by day, for `/readyz`: counted in the process, added up in the cache."""

from collections import Counter
from threading import Lock

from django.core.cache import cache
from django.utils import timezone

# hit: as good as new. miss: made for this request. stale: the last one, while a new one is made. stale-error: the last
# one, as none can be made. pass: made, and nobody else's.
MARKS = ("hit", "miss", "stale", "stale-error", "pass")
KEPT = 60 * 60 * 48


class Counts:
    """Answers since the last `file`."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, mark: str) -> None:
        with self._lock:
            self._counts[mark] += 1

    def file(self) -> None:
        """Adds them to those of all processes that share the cache."""
        with self._lock:
            counted, self._counts = self._counts, Counter()
        try:
            for mark, number in counted.items():
                _add(mark, number)
        except Exception:  # of the cache's own kinds
            with self._lock:
                self._counts.update(counted)
            raise


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
