"""Pages in the memory of this process: the most used within a number of bytes."""

from collections import OrderedDict
from threading import Lock

from newsportal.core.page_cache.entries import Entry

# Of the memory, what pages may fill that were asked for more than once: a flood of odd addresses cannot drive them out.
PROVEN = 0.8


class Memory:
    """Two queues, each with the oldest first: pages on trial, and pages that were asked for again.

    Finding a proven page takes no lock, for which the threads of a busy server would wait: it is only marked as used,
    and stays when its turn comes to go.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._lock = Lock()
        self._trial: OrderedDict[str, tuple[Entry, int]] = OrderedDict()
        self._proven: OrderedDict[str, tuple[Entry, int]] = OrderedDict()
        self._proven_size = 0

    def __len__(self) -> int:
        return len(self._trial) + len(self._proven)

    def get(self, key: str) -> Entry | None:
        if found := self._proven.get(key):
            found[0].is_used = True
            return found[0]
        with self._lock:
            if found := self._trial.pop(key, None):
                self._prove(key, found)
                return found[0]
        return None

    def put(self, key: str, entry: Entry) -> None:
        """Keeps a page in the place of the one before; one that alone is too large is not kept."""
        size = entry.size
        if size > self.limit // 4:
            self.drop(key)
            return
        with self._lock:
            if old := self._proven.get(key):
                self._proven[key] = entry, size
                self._proven_size += size - old[1]
                self.size += size - old[1]
            else:
                old = self._trial.pop(key, None)
                self._trial[key] = entry, size
                self.size += size - (old[1] if old else 0)
            self._make_room()

    def drop(self, key: str) -> None:
        with self._lock:
            if found := self._proven.pop(key, None):
                self._proven_size -= found[1]
            found = found or self._trial.pop(key, None)
            self.size -= found[1] if found else 0

    def _prove(self, key: str, found: tuple[Entry, int]) -> None:
        self._proven[key] = found
        self._proven_size += found[1]
        while self._proven_size > self.limit * PROVEN and len(self._proven) > 1:
            oldest, demoted = self._oldest_proven()
            self._trial[oldest] = demoted

    def _make_room(self) -> None:
        while self.size > self.limit:
            if self._trial:
                _key, found = self._trial.popitem(last=False)
            else:
                _key, found = self._oldest_proven()
            self.size -= found[1]

    def _oldest_proven(self) -> tuple[str, tuple[Entry, int]]:
        """Takes the oldest out that was not used since its last turn."""
        for _turn in range(len(self._proven)):
            key, found = self._proven.popitem(last=False)
            if not found[0].is_used:
                break
            found[0].is_used = False
            self._proven[key] = found
        else:
            key, found = self._proven.popitem(last=False)
        self._proven_size -= found[1]
        return key, found
