"""Counts that pile up in the cache, in slots of time, until somebody files each slot that is over.

Whatever counts asks the database nothing; what is lost when the cache is lost is the slots that were not filed yet.
"""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass

from django.core.cache import cache

# A count waits for the end of its slot, and as long again as a slow or badly set clock may need.
SLOT, GRACE = dt.timedelta(seconds=30), dt.timedelta(seconds=10)
# What nobody files is forgotten after this long.
KEPT = dt.timedelta(days=1)
_PLAIN = re.compile(r"[\w.:-]{1,100}", re.ASCII)


@dataclass(frozen=True)
class Slot:
    """All that was counted under `name` in one span of time: how often, by key, of which there are `size`."""

    name: str
    number: int
    size: int
    counts: dict[str, int]

    @property
    def start(self) -> dt.datetime:
        """When it began; the same slot begins at the same second on every machine."""
        return dt.datetime.fromtimestamp(self.number * SLOT.total_seconds(), dt.UTC)


def add(name: str, key: str, *, now: dt.datetime, most: int | None = None) -> None:
    """Counts one more `key` (any text) under `name`: one increment, or five calls for the first of a slot.

    `most` bounds how many different keys a slot takes: what comes after them is not counted.
    """
    number = _number(now)
    counter = _counter(name, number, key)
    try:
        cache.incr(counter)
    except ValueError:
        if most is not None and cache.get(_size(name, number), 0) >= most:
            return
        if cache.add(counter, 1, timeout=KEPT.total_seconds()):
            _enlist(name, number, key)
        else:  # somebody else was first, a moment ago
            cache.incr(counter)


def closed(name: str, *, now: dt.datetime) -> list[Slot]:
    """The slots that are over at `now`, the oldest first. Reading them changes nothing; `drop` what was filed."""
    last = _number(now - GRACE) - 1
    numbers = range(last - int(KEPT / SLOT), last + 1)
    sizes = cache.get_many([_size(name, number) for number in numbers])
    return [_read(name, number, size) for number in numbers if (size := sizes.get(_size(name, number)))]


def drop(slot: Slot) -> None:
    """Takes a slot that was filed out of the cache."""
    counters = [_counter(slot.name, slot.number, key) for key in slot.counts]
    members = [_member(slot.name, slot.number, place) for place in range(1, slot.size + 1)]
    cache.delete_many([*counters, *members, _size(slot.name, slot.number)])


def _enlist(name: str, number: int, key: str) -> None:
    """Caches cannot be asked which keys they hold: each slot numbers those that were counted in it."""
    size, seconds = _size(name, number), KEPT.total_seconds()
    cache.add(size, 0, timeout=seconds)
    cache.set(_member(name, number, cache.incr(size)), key, timeout=seconds)


def _read(name: str, number: int, size: int) -> Slot:
    members = cache.get_many([_member(name, number, place) for place in range(1, size + 1)]).values()
    counters = {_counter(name, number, key): key for key in members}
    return Slot(name, number, size, {counters[counter]: count for counter, count in cache.get_many(counters).items()})


def _number(moment: dt.datetime) -> int:
    return int(moment.timestamp() // SLOT.total_seconds())


def _counter(name: str, number: int, key: str) -> str:
    return f"tally:{name}:{number}:of:{_short(key)}"


def _short(key: str) -> str:
    """The key itself, or what stands for one that caches would not take (memcached: 250 characters, no space)."""
    return key if _PLAIN.fullmatch(key) else hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def _member(name: str, number: int, place: int) -> str:
    return f"tally:{name}:{number}:no:{place}"


def _size(name: str, number: int) -> str:
    return f"tally:{name}:{number}:size"
