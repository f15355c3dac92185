"""What this process knows of the changes that were purged: whether a page that it keeps is still as it should be.

The database says it, not the shared cache: whatever changes a page is committed there, so that no change can be
missed, by whichever process it was made, and while the database is away nothing can have changed.
"""

import os
import time
from collections.abc import Callable
from threading import Event, Lock, Thread

import structlog
from django.db import close_old_connections, connection
from django.db.models import Q

from newsportal.core.models import Purge
from newsportal.core.page_cache import purging
from newsportal.core.page_cache.entries import Entry
from newsportal.core.page_cache.tags import EVERYTHING, GONE

logger = structlog.get_logger(__name__)

# Seconds between two looks. A change made in this process is looked for at once.
INTERVAL = 0.25
# Without a look for so long, what is kept may be out of date.
LONGEST_SILENCE = 2.0
# How long a request waits for another one's look.
PATIENCE = 0.5
# A change that has no number after this long is left of a process that died.
NUMBERED_WITHIN = 1.0
MOST_TAGS = 200_000
_starting = Lock()
# Stands for this process: one that is forked has its parent's memory, and none of its threads.
_process = object()


def _forked() -> None:
    global _process
    _process = object()


os.register_at_fork(after_in_child=_forked)


class Ledger:
    """The last number read, and by tag the number of its last change. `version` rises with each change read.

    `is_due` says that this process has made a change since the last look.
    """

    def __init__(self) -> None:
        self.number = self.floor = self.version = 0
        self.tags: dict[str, int] = {}
        self.checked = float("-inf")
        self.is_failing = self.is_due = False
        self._reading, self._wake = Lock(), Event()
        self._unnumbered: dict[str, float] = {}
        self._watched_by: object = None

    @property
    def has_looked(self) -> bool:
        """Whether this process has asked the database at all."""
        return self.checked > float("-inf")

    @property
    def is_blind(self) -> bool:
        """Whether the database has not said for a while what has changed."""
        return self.is_failing or time.monotonic() - self.checked > LONGEST_SILENCE

    def holds(self, entry: Entry) -> bool:
        """Whether nothing that the page shows has changed since it was made."""
        # Read first: a change that is applied meanwhile has not been looked at below.
        version, tags = self.version, self.tags
        if entry.verified == version:
            return True
        if not self.floor <= entry.number <= self.number or any(tags.get(tag, 0) > entry.number for tag in entry.tags):
            return False
        entry.verified = version
        return True

    def may_stand_in(self, entry: Entry) -> bool:
        """Whether the page, out of date as it may be, can be shown when no new one can be made: what it is about has
        not been taken down, as far as is known.
        """
        gone = (self.tags.get(tag, 0) for tag in entry.tags if tag.startswith(GONE))
        return entry.number >= self.floor and all(number <= entry.number for number in gone)

    def refresh(self) -> bool:
        """Reads what was committed since the last look, in one query; false where the database does not answer."""
        if not self._reading.acquire(timeout=PATIENCE):
            return False
        try:
            started, self.is_due = time.monotonic(), False
            if not connection.in_atomic_block:
                close_old_connections()
            self._read(started)
            self.checked = started
            self._recovered()
        except Exception as error:  # of whatever kind the database's are
            self._fail(error)
            return False
        finally:
            self._reading.release()
        return True

    def watch(self, every_second: Callable[[], None]) -> None:
        """From now on a thread of this process refreshes, and calls `every_second`; calling it again costs nothing."""
        if self._watched_by is _process:
            return
        with _starting:
            if self._watched_by is _process:
                return
            self._watched_by = _process
        self._reading, self._wake = Lock(), Event()  # those of the parent may be held for ever
        purging.listeners.append(self.hear)
        Thread(target=self._watch, args=[every_second], name="purges", daemon=True).start()

    def hear(self) -> None:
        """This process has changed something: whoever asks next sees it."""
        self.is_due = True
        self._wake.set()

    def _watch(self, every_second: Callable[[], None]) -> None:
        called = time.monotonic()
        while True:
            self._wake.wait(INTERVAL)
            self._wake.clear()
            self.refresh()
            if time.monotonic() - called >= 1:
                called = time.monotonic()
                try:
                    every_second()
                except Exception as error:  # the next second comes
                    logger.warning("pages_not_counted", error=type(error).__name__)

    def _read(self, now: float) -> None:
        wanted = Q(number__gte=self.number) | Q(number=None)
        rows = list(Purge.objects.filter(wanted).order_by("number").values_list("number", "change", "tags"))
        numbered = [(number, tags) for number, _change, tags in rows if number is not None]
        if self.number and not numbered:
            # Not even the last one is there: these are not the numbers that we know.
            purging.start_over(self.number)
            numbered = [(self.number + 1, EVERYTHING)]
        for number, tags in numbered:
            if number > self.number:
                self._apply(number, tags.split())
        self._number_what_is_left({change for number, change, _tags in rows if number is None}, now)

    def _apply(self, number: int, tags: list[str]) -> None:
        if self.number == 0:
            # Earlier rows may have been deleted.
            self.floor = number - 1
        if EVERYTHING in tags or len(self.tags) > MOST_TAGS:
            self.tags, self.floor = {}, number
        self.tags.update(dict.fromkeys(tags, number))
        self.number, self.version = number, self.version + 1

    def _number_what_is_left(self, changes: set[str], now: float) -> None:
        self._unnumbered = {change: self._unnumbered.get(change, now) for change in changes}
        for change, since in self._unnumbered.items():
            if now - since > NUMBERED_WITHIN:
                purging.give_number(change)

    def _recovered(self) -> None:
        if self.is_failing:
            self.is_failing = False
            logger.warning("pages_current_again")

    def _fail(self, error: Exception) -> None:
        if not connection.in_atomic_block:
            connection.close()
        if not self.is_failing:
            self.is_failing = True
            logger.error("pages_unchecked", error=type(error).__name__)
