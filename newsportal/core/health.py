"""Whether the portal can serve, and whether its background work goes on."""

import datetime as dt
import secrets
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from newsportal.core.duties import how_work_stands
from newsportal.core.page_cache import counting

logger = structlog.get_logger(__name__)

OK, FAILED, PENDING, UNKNOWN = "ok", "failed", "pending", "unknown"


@dataclass(frozen=True)
class Report:
    """What `/readyz` answers: a word for each part. Why something failed stands in the log, never here."""

    database: str
    cache: str
    migrations: str
    worker: str
    duties: str
    # Answers of today, by where the page came from (newsportal.core.page_cache.counting).
    pages: dict[str, int]

    @property
    def ready(self) -> bool:
        """Whether this machine can serve pages; background work may be late."""
        return (self.database, self.cache, self.migrations) == (OK, OK, OK)

    @property
    def status(self) -> str:
        """ "ok", "degraded" (pages are served, background work is not done) or "failed"."""
        if not self.ready:
            return FAILED
        return OK if (self.worker, self.duties) == (OK, OK) else "degraded"


def report(now: dt.datetime) -> Report:
    """Asks every part; a part that needs the database is "unknown" while that does not answer."""
    database = _asked("database", _database)
    answers = database == OK
    worker, duties = _asked_of_work(now) if answers else (UNKNOWN, UNKNOWN)
    return Report(
        database=database,
        cache=_asked("cache", _cache),
        migrations=_asked("migrations", _migrations) if answers else UNKNOWN,
        worker=worker,
        duties=duties,
        pages=_pages(),
    )


def _asked(part: str, question) -> str:
    try:
        return question()
    except Exception as error:  # each backend has its own kinds of failure, and none may hide the others
        logger.warning("not_ready", part=part, error=type(error).__name__)
        return FAILED


def _asked_of_work(now: dt.datetime) -> tuple[str, str]:
    """The words for the worker and for the duties together."""
    try:
        work = how_work_stands(now)
    except Exception as error:  # as above
        logger.warning("not_ready", part="worker", error=type(error).__name__)
        return FAILED, FAILED
    return work.worker.word, work.word


def _pages() -> dict[str, int]:
    """{} where the cache does not answer."""
    try:
        return counting.today()
    except Exception:  # as above; `_cache` has said so
        return {}


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
