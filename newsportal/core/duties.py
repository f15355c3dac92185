"""The background work: each duty is done at its interval by whichever worker claims it first.

There is no queue. A duty asks the data what is due, so that a worker that is killed loses nothing: whatever it had not
finished is due still, and its claim lapses after CLAIM.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string

from newsportal.core.models import DutyRecord

logger = structlog.get_logger(__name__)

# The name under which workers leave their heartbeat, and how often they do.
WORKER = "worker"
BEAT = dt.timedelta(seconds=10)
# How long a claim holds while its worker says nothing.
CLAIM = dt.timedelta(minutes=1)
# A duty asked this often looks for work rather than following a timetable: `work --once` need not wait for its turn.
OFTEN = dt.timedelta(seconds=10)
ERROR_LENGTH = 1000
LONGEST_PAUSE = 30
# A worker leaves a heartbeat every ten seconds, and a duty may keep it busy for a while.
WORKER_GRACE = dt.timedelta(seconds=60)
# A duty may be this much behind its time, or three times its interval, but never longer than the longest grace.
SHORTEST_GRACE, LONGEST_GRACE = dt.timedelta(seconds=60), dt.timedelta(hours=1)

OK, LATE, FAILING, ABSENT = "ok", "late", "failing", "absent"


@dataclass(frozen=True)
class Duty:
    """Something to do every `every`. `run(now, stopping)` does it and says how much it did.

    A duty that did something is asked again at once, one that found nothing to do (0 or None) waits for its turn. One
    with many rows calls `stopping()` between them: true means to end early, and asking shows that the worker is alive.
    Without that, two workers may run a duty at once when it takes longer than CLAIM, so it has to bear that.

    `title` is what people call it (translated when it is shown). `in_cache` says that it needs what web processes left
    in the cache, so that it can be done only where that cache is.
    """

    name: str
    every: dt.timedelta
    run: Callable[[dt.datetime, Callable[[], bool]], object]
    title: object = ""
    in_cache: bool = False


@dataclass(frozen=True)
class Outcome:
    """How one run of a duty went: how much it did, or the error that ended it ("" when none did)."""

    name: str
    did: object
    error: str = ""


def claim(duty: Duty, now: dt.datetime, *, early: dt.timedelta = dt.timedelta(0)) -> bool:
    """Whether the duty is due (up to `early` before its time) and now ours: one UPDATE, which one worker wins."""
    due = DutyRecord.objects.due(now + early).filter(name=duty.name)
    return due.update(heartbeat=now, next_run=now + CLAIM) == 1


def perform(duty: Duty, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> Outcome:
    """Runs a duty claimed at `now` and records how it went; raises only what the database says to the recording."""
    try:
        did = duty.run(now, stopping)
    except Exception as error:  # whatever a duty raises, the others have to go on
        logger.exception("duty_failed", duty=duty.name)
        message = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
        _finish(duty, now, last_error=message, last_error_at=timezone.now(), next_run=now + duty.every)
        return Outcome(duty.name, 0, message)
    _finish(duty, now, last_success=timezone.now(), next_run=now if did else now + duty.every)
    if did:
        logger.info("duty_done", duty=duty.name, did=did)
    return Outcome(duty.name, did)


def _finish(duty: Duty, claimed: dt.datetime, **fields: object) -> None:
    """Writes the outcome, unless another worker took over in the meantime and will write its own."""
    DutyRecord.objects.filter(name=duty.name, heartbeat=claimed).update(**fields)


def hold(duty: Duty, claimed: dt.datetime, now: dt.datetime) -> None:
    """Makes the claim of a long run last on."""
    DutyRecord.objects.filter(name=duty.name, heartbeat=claimed).update(next_run=now + CLAIM)


def beat(now: dt.datetime) -> None:
    """Leaves a sign that a worker is alive, for `/readyz`."""
    fields = {"heartbeat": now, "last_success": now, "next_run": now + BEAT}
    if not DutyRecord.objects.filter(name=WORKER).update(**fields):
        DutyRecord.objects.bulk_create([DutyRecord(name=WORKER, **fields)], ignore_conflicts=True)


@dataclass(frozen=True)
class Standing:
    """How a duty, or the worker itself, stands. `word` is OK, LATE, FAILING (its last run ended in an error and none
    has gone well since) or ABSENT (there has never been a worker). `late_by` is zero unless it is late.
    """

    name: str
    word: str
    last_run: dt.datetime | None = None
    last_success: dt.datetime | None = None
    late_by: dt.timedelta = dt.timedelta(0)
    last_error: str = ""
    last_error_at: dt.datetime | None = None
    title: object = ""

    @property
    def is_well(self) -> bool:
        return self.word == OK


@dataclass(frozen=True)
class Work:
    """How the background work stands: the worker, and each duty of the portal in its order."""

    worker: Standing
    duties: list[Standing]

    @property
    def word(self) -> str:
        """For all duties together: FAILING when one fails, else LATE when one is late, else OK."""
        words = {duty.word for duty in self.duties}
        return next((word for word in (FAILING, LATE) if word in words), OK)

    @property
    def is_well(self) -> bool:
        return self.worker.is_well and self.word == OK


def how_work_stands(now: dt.datetime, duties: Iterable[Duty] | None = None) -> Work:
    """What `/readyz` and the desk say of the background work at `now`, in one query.

    `duties` are those that should be done; None takes the list that the setting DUTIES names. Rows of duties that the
    portal no longer has do not count.
    """
    rows = {row.name: row for row in DutyRecord.objects.all()}
    worker = _worker_standing(rows.get(WORKER), now)
    known = import_string(settings.DUTIES) if duties is None else duties
    return Work(worker, [_standing(duty, rows.get(duty.name), now, worker) for duty in known])


def _worker_standing(row: DutyRecord | None, now: dt.datetime) -> Standing:
    if row is None or row.heartbeat is None:
        return Standing(WORKER, ABSENT)
    silence = now - row.heartbeat
    late = silence > WORKER_GRACE
    return Standing(WORKER, LATE if late else OK, row.heartbeat, row.last_success, silence if late else dt.timedelta(0))


def _standing(duty: Duty, row: DutyRecord | None, now: dt.datetime, worker: Standing) -> Standing:
    if row is None:
        # A worker makes the rows of all duties that it knows; one that is alive and has not is of an older version.
        return Standing(duty.name, LATE if worker.is_well else OK, title=duty.title)
    late_by = now - row.next_run
    grace = min(max(3 * duty.every, SHORTEST_GRACE), LONGEST_GRACE)
    failed = row.last_error_at is not None and (row.last_success is None or row.last_success < row.last_error_at)
    late = late_by > grace
    return Standing(
        duty.name,
        FAILING if failed else LATE if late else OK,
        row.heartbeat,
        row.last_success,
        late_by if late else dt.timedelta(0),
        row.last_error,
        row.last_error_at,
        duty.title,
    )


class Worker:
    """Does the duties until it is told to stop.

    `clock` gives aware datetimes, `pause` takes seconds, `refresh` drops connections that are old or broken. One that
    does not `beat` stands beside the portal's worker and must not be taken for it.
    """

    def __init__(
        self,
        duties: Iterable[Duty],
        *,
        clock: Callable[[], dt.datetime] = timezone.now,
        pause: Callable[[float], object] = time.sleep,
        refresh: Callable[[], object] = close_old_connections,
        beats: bool = True,
    ) -> None:
        self.duties = list(duties)
        self.clock = clock
        self.pause = pause
        self.refresh = refresh
        self.beats = beats
        self.stopping = False
        self._beaten: dt.datetime | None = None

    def stop(self, *signal: object) -> None:
        """Ends the work after the current duty; usable as a signal handler."""
        self.stopping = True

    def work(self) -> None:
        """Every due duty, again and again; a database that does not answer is waited for."""
        failures = 0
        while not self.stopping:
            try:
                self.refresh()
                done = self.round()
                failures = 0
            except DatabaseError:
                failures += 1
                logger.exception("database_lost", attempt=failures)
                self.refresh()
                self._rest(min(2 ** (failures - 1), LONGEST_PAUSE))
                continue
            if not done:
                self._rest(1)

    def work_once(self) -> list[Outcome]:
        """Every due duty until nothing is due; what each run did, in order. Database errors are raised."""
        outcomes = latest = self.round(early=OFTEN)
        while not self.stopping and any(outcome.did for outcome in latest):
            latest = self.round()
            outcomes = outcomes + latest
        return outcomes

    def round(self, *, early: dt.timedelta = dt.timedelta(0)) -> list[Outcome]:
        """Each duty once, if it is due and nobody else has it. One query when nothing is."""
        self._beat()
        next_runs = self._next_runs()
        outcomes = []
        for duty in self.duties:
            now = self.clock()
            grace = min(early, duty.every) if duty.every <= OFTEN else dt.timedelta(0)
            if not self.stopping and next_runs[duty.name] <= now + grace and claim(duty, now, early=grace):
                outcomes.append(perform(duty, now, partial(self._stopping, duty, now)))
                self._beat()
        return outcomes

    def _stopping(self, duty: Duty, claimed: dt.datetime) -> bool:
        if self._beat():
            hold(duty, claimed, self.clock())
        return self.stopping

    def _next_runs(self) -> dict[str, dt.datetime]:
        """When each duty is due, with a row made for the duties that are new."""
        known = dict(DutyRecord.objects.values_list("name", "next_run"))
        now = self.clock()
        new = [DutyRecord(name=duty.name, next_run=now) for duty in self.duties if duty.name not in known]
        if new:
            DutyRecord.objects.bulk_create(new, ignore_conflicts=True)
        return {duty.name: known.get(duty.name, now) for duty in self.duties}

    def _beat(self) -> bool:
        """Leaves a heartbeat if it is time for one; whether it was."""
        now = self.clock()
        if self._beaten is not None and now - self._beaten < BEAT:
            return False
        if self.beats:
            beat(now)
        self._beaten = now
        return True

    def _rest(self, seconds: int) -> None:
        """Waits in short steps, so that a stop is heard."""
        for _second in range(seconds):
            if not self.stopping:
                self.pause(1)
