"""A lane takes batch after batch, of the most urgent issue first, and carries each out; several run at once.

How much a lane takes at a time depends on how fast the last mails went, so that it looks for something more urgent
every few seconds, and so that a worker that stops has little to give back.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import structlog
from django.db import connection

from newsletter.delivery import claiming, limits
from newsletter.delivery.claiming import Batch, Parcel
from newsletter.delivery.group_commit import GroupCommit
from newsletter.delivery.recording import Book, NotNow, Opinions, Stop
from newsletter.delivery.steadying import steadily, write_through
from newsletter.models import Issue
from newsletter.states import IssueState, ListKind

logger = structlog.get_logger(__name__)

MOST, FIRST = 200, 25
# A batch is meant to last so long, in seconds.
BATCH_SECONDS = 5.0


class WayOut(Protocol):
    """How mails leave: our own connection (relaying), or a mail backend (backends)."""

    name: str

    def carry(self, issue: Issue, batch: Batch, book: Book, turns: Iterable[Parcel], *, ahead: bool) -> None: ...

    def close(self) -> None: ...


class Round:
    """What the lanes of one round share: the time, when to end, how much was done, what went wrong.

    `now` is when it began; from then on the clock goes by itself. `pause` takes seconds.
    """

    def __init__(
        self,
        now: dt.datetime,
        *,
        seconds: float,
        opinions: Opinions,
        stopping: Callable[[], bool] = lambda: False,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._now, self._began = now, time.monotonic()
        self._end = self._began + seconds
        self._stopping = stopping
        self._lock = threading.Lock()
        self._commits = GroupCommit(self.clock)
        self.pause = pause
        self.opinions = opinions
        self.ended = threading.Event()
        self.done = self.sent = 0
        self.trouble = ""

    def clock(self) -> dt.datetime:
        """The time by now."""
        return self._now + dt.timedelta(seconds=time.monotonic() - self._began)

    def going(self) -> bool:
        """Whether there is time for another mail."""
        return not self.ended.is_set() and time.monotonic() < self._end and not self._stopping()

    def wait_until(self, moment: dt.datetime) -> bool:
        """Waits for its turn; whether there is still time for it then."""
        while self.going() and (left := (moment - self.clock()).total_seconds()) > 0:
            self.pause(min(left, 0.2))
        return self.going()

    def book(self, issue: Issue, batch: Batch) -> Book:
        """What the record of a batch of this round is kept in."""
        return Book(issue, batch, clock=self.clock, commits=self._commits, opinions=self.opinions)

    def add(self, book: Book, skipped: int) -> None:
        with self._lock:
            self.done += book.done + skipped
            self.sent += book.sent

    def rate(self) -> float:
        """Mails a second of this round."""
        return self.sent / max(time.monotonic() - self._began, 0.001)


class Lane:
    """Batches over one way out, one after the other."""

    def __init__(self, way: WayOut, round_: Round) -> None:
        self._way = way
        self._round = round_
        self._batch = FIRST

    def run(self) -> None:
        """Until nothing is to be sent, the round ends, or the mail server has no time for us."""
        steadily(write_through)
        try:
            while self._round.going() and self._take_one():
                pass
        except NotNow as error:
            self._round.trouble = str(error)
            logger.warning("relay_not_now", relay=self._way.name, error=type(error.__cause__ or error).__name__)
        finally:
            self._way.close()

    def run_in_thread(self) -> None:
        """As `run`, with a database connection of its own."""
        try:
            self.run()
        finally:
            connection.close()

    def _take_one(self) -> bool:
        """Carries one batch; whether there was one."""
        for issue in steadily(lambda: urgent_first(self._round.clock())):
            now = self._round.clock()
            batch = steadily(lambda issue=issue, now=now: claiming.claim(issue, limit=self._batch, now=now))
            if batch.parcels:
                self._carry(issue, batch)
                return True
            if batch.skipped:
                self._round.done += batch.skipped
                return True
        return False

    def _carry(self, issue: Issue, batch: Batch) -> None:
        book = self._round.book(issue, batch)
        began = time.monotonic()
        asked = self._round.clock()
        grant = limits.Grant(0, asked, 0.0)
        try:
            grant = steadily(lambda: limits.take(self._way.name, len(batch.parcels), now=asked))
            if not grant.mails:
                raise NotNow("The limit of mails is reached.")
            turns = self._turns(batch.parcels[: grant.mails], grant)
            self._way.carry(issue, batch, book, turns, ahead=not grant.spacing)
        except NotNow:
            raise
        except Stop as reason:
            logger.info("batch_stopped", issue=issue.pk, reason=type(reason).__name__)
        finally:
            steadily(lambda: claiming.release(batch.claim))
            self._round.add(book, batch.skipped)
            self._learn(book, grant, asked, time.monotonic() - began)

    def _turns(self, parcels: list[Parcel], grant: limits.Grant) -> Iterator[Parcel]:
        """The parcels, each when it is its turn, while there is time."""
        for number, parcel in enumerate(parcels):
            turn = grant.start + dt.timedelta(seconds=number * grant.spacing)
            if not (self._round.wait_until(turn) if grant.spacing else self._round.going()):
                return
            yield parcel

    def _learn(self, book: Book, grant: limits.Grant, asked: dt.datetime, seconds: float) -> None:
        """From what has just been sent: how much to take next, and whether the server wants less."""
        name = self._way.name
        steadily(lambda: limits.give_back(name, grant.mails - book.done, now=asked))
        if book.done:
            self._batch = max(1, min(MOST, int(BATCH_SECONDS * book.done / max(seconds, 0.001))))
        if book.too_fast:
            steadily(lambda: limits.slow_down(name, sending=max(self._round.rate(), 1.0), now=self._round.clock()))


def urgent_first(now: dt.datetime) -> list[Issue]:
    """The issues that are going out: breaking news before all else, then the one that is due the longest."""
    going = Issue.objects.in_state(IssueState.SENDING).select_related("newsletter").order_by("send_at", "pk")
    return sorted(going, key=lambda issue: issue.kind != ListKind.ALERT)
