"""Whether the portal can serve, and whether its background work goes on."""

import datetime as dt
import secrets
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from newsportal.core.duties import WORKER
from newsportal.core.models import DutyRecord

logger = structlog.get_logger(__name__)

OK, FAILED, PENDING, UNKNOWN = "ok", "failed", "pending", "unknown"
LATE, ABSENT = "late", "absent"
# A worker leaves a heartbeat every ten seconds, and a duty may keep it busy for a while.
HEARTBEAT_LATE = dt.timedelta(seconds=60)


@dataclass(frozen=True)
class Report:
    """What `/readyz` answers: a word for each part. Why something failed stands in the log, never here."""

    database: str
    cache: str
    migrations: str
    worker: str

    @property
    def ready(self) -> bool:
        """Whether this machine can serve pages; background work may be late."""
        return (self.database, self.cache, self.migrations) == (OK, OK, OK)

    @property
    def status(self) -> str:
        """ "ok", "degraded" (pages are served, background work is not done) or "failed"."""
        if not self.ready:
            return FAILED
        return OK if self.worker == OK else "degraded"


def report(now: dt.datetime) -> Report:
    """Asks every part; a part that needs the database is "unknown" while that does not answer."""
    database = _asked("database", _database)
    answers = database == OK
    return Report(
        database=database,
        cache=_asked("cache", _cache),
        migrations=_asked("migrations", _migrations) if answers else UNKNOWN,
        worker=_asked("worker", lambda: _worker(now)) if answers else UNKNOWN,
    )


def _asked(part: str, question) -> str:
    try:
        return question()
    except Exception as error:  # each backend has its own kinds of failure, and none may hide the others
        logger.warning("not_ready", part=part, error=type(error).__name__)
        return FAILED


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return OK


def _cache() -> str:
    value = secrets.token_hex(8)
    key = f"readyz:{value}"
    cache.set(key, value, 10)
    found = cache.get(key)
    cache.delete(key)
    return OK if found == value else FAILED


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return PENDING if executor.migration_plan(executor.loader.graph.leaf_nodes()) else OK


def _worker(now: dt.datetime) -> str:
    heartbeat = DutyRecord.objects.filter(name=WORKER).values_list("heartbeat", flat=True).first()
    if heartbeat is None:
        return ABSENT
    return LATE if now - heartbeat > HEARTBEAT_LATE else OK
