"""One commit for the steps of several lanes: while it is under way, those that come meanwhile gather for the next.

A commit waits for the disk, and each mail needs one before it goes out. On SQLite, which has one writer at a time,
lanes would wait for each other's commits; they share them instead, as PostgreSQL does by itself with those of several
connections (group commit, DeWitt et al., 1984).
"""

import datetime as dt
import threading
import time
from collections.abc import Callable

from django.db import connection

from newsletter.delivery import claiming
from newsletter.delivery.claiming import Step
from newsletter.delivery.steadying import steadily


class _Entry:
    """A step that waits, and what became of it. Whoever waits for it is woken when it is written, or to write."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.is_written = self.may_follow = False
        self.error: BaseException | None = None
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def wait(self) -> None:
        self._asleep.acquire()

    def wake(self) -> None:
        self._asleep.release()


class GroupCommit:
    """Shared by the lanes of a worker. Whoever finds nobody writing writes for all who wait."""

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: list[_Entry] = []
        self._is_writing = False

    def hand_over(self, step: Step) -> bool:
        """As claiming.hand_over for one step: it is committed when this returns. Raises what the database does."""
        if connection.vendor != "sqlite":
            return steadily(lambda: claiming.hand_over([step], now=self._clock()))[0]
        entry = _Entry(step)
        with self._lock:
            self._waiting.append(entry)
            must_wait, self._is_writing = self._is_writing, True
        if must_wait:
            entry.wait()
        if not entry.is_written:
            self._write()
        if entry.error is not None:
            raise entry.error
        return entry.may_follow

    def _write(self) -> None:
        """Writes for all who wait by now; those who came meanwhile are left to the first of them."""
        # Lanes that are about to ask as well may come first: this one gives way (Python runs one thread at a time).
        time.sleep(0)
        with self._lock:
            entries, self._waiting = self._waiting, []
        self._commit(entries)
        with self._lock:
            following = self._waiting[:1]
            self._is_writing = bool(following)
        # The one that writes next, and those that waited for this; the first of them is this thread's own.
        for entry in following + entries[1:]:
            entry.wake()

    def _commit(self, entries: list[_Entry]) -> None:
        steps = [entry.step for entry in entries]
        answers, error = [False] * len(steps), None
        try:
            answers = steadily(lambda: claiming.hand_over(steps, now=self._clock()))
        except BaseException as raised:  # each of those who wait has to hear of it, and raises it
            error = raised
        for entry, may_follow in zip(entries, answers, strict=True):
            entry.is_written, entry.may_follow, entry.error = True, may_follow, error
