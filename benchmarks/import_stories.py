"""How fast stories are imported, and that memory does not grow with the file."""

import io
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import IO

from django.utils import timezone

from articles.importing import READERS, Report, import_stories, latest_digests

TITLE = "Import of JSON Lines (2.5 KB a line, 5 tags, 2 authors)"
HEADINGS = ("import", "lines", "seconds", "lines a second", "peak MB")
SIZES = (2_000, 20_000)
# Watching memory makes everything some four times slower, so that it has a run of its own.
WATCHED_SIZES = (1_000, 5_000)

_PARAGRAPH = (
    "<p>The ferries went back to work on Sunday morning, after two days of fog on the <b>river</b>. ফেরি চলছে।</p>"
)


class Lines(io.RawIOBase):
    """A file of `count` stories that is made while it is read, so that it takes no memory of its own."""

    def __init__(self, prefix: str, count: int) -> None:
        self._prefix, self._count, self._next = prefix, count, 0

    def readline(self, limit: int | None = -1) -> bytes:
        if self._next >= self._count:
            return b""
        number, self._next = self._next, self._next + 1
        story = {
            "id": f"{self._prefix}-{number}",
            "headline": f"Ferries wait for the fog to lift, day {number}",
            "body": _PARAGRAPH * 20,
            "section": f"Section {number % 12}",
            "tags": [f"tag {number * 7 % 900 + step}" for step in range(5)],
            "authors": [f"Author {number % 200}", f"Author {number % 171}"],
            "published_at": f"{2000 + number % 25}-0{1 + number % 9}-11T08:00:00Z",
        }
        return json.dumps(story).encode() + b"\n"


def rows() -> Iterator[tuple]:
    """One row a kind of import and size, in the order of HEADINGS."""
    for size in SIZES:
        for kind in ("first", "again"):
            seconds = _seconds(lambda size=size: _imported(f"timed{size}", size))
            yield kind, size, f"{seconds:.1f}", f"{size / seconds:.0f}", ""
    for size in WATCHED_SIZES:
        yield "first, watched", size, "", "", f"{_peak(lambda size=size: _imported(f'watched{size}', size)):.1f}"


def _imported(prefix: str, size: int) -> Report:
    """As the command does it: a first reading for ids that come twice, a second one to import."""
    now = timezone.now()

    def file() -> IO[bytes]:
        return Lines(prefix, size)

    read = READERS["jsonl"]
    report = import_stories(read(file()), now=now, latest=latest_digests(read(file()), now=now))
    if report.refused or report.updated or report.created + report.unchanged != size:
        raise RuntimeError(f"The import went wrong, so there is nothing to measure: {report}")
    return report


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _peak(work: Callable[[], object]) -> float:
    """Megabytes that Python held at most, beyond what it held before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1024 / 1024
    finally:
        tracemalloc.stop()
