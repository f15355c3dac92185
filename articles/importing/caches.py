"""What an import remembers of rows it has looked up: never more than a fixed number."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

MOST = 5000


class Remembered(Generic[Key, Value]):
    """A dictionary of at most `most` entries; the one that was used longest ago makes room."""

    def __init__(self, *, most: int = MOST) -> None:
        self._entries: OrderedDict[Key, Value] = OrderedDict()
        self._most = most

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key, find: Callable[[], Value]) -> Value:
        """The value of `key`; `find()` tells it the first time."""
        if key in self._entries:
            self._entries.move_to_end(key)
            return self._entries[key]
        value = self._entries[key] = find()
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)
        return value

    def forget(self) -> None:
        """Drops everything: after a rollback the rows may never have existed."""
        self._entries.clear()
