"""What was done on the wire has to be written down, also when the database is away for a while."""

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connection

from newsletter.delivery.claiming import LEASE

logger = structlog.get_logger(__name__)

T = TypeVar("T")
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
# SQLite has one writer: the threads of a process queue up here instead of each trying again after a while.
_writing = threading.Lock()


def steadily(write: Callable[[], T], *, pause: Callable[[float], object] = time.sleep) -> T:
    """Does `write`, again and again while the database does not answer, for as long as a lease lasts.

    `write` has to bear being done twice: the connection may have broken after its commit. Within a transaction of the
    caller it is tried once.
    """
    end = time.monotonic() + LEASE.total_seconds()
    wait = FIRST_PAUSE
    while True:
        try:
            with _writing if connection.vendor == "sqlite" else nullcontext():
                return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() > end:
                raise
            logger.warning("database_lost", error=type(error).__name__)
            connection.close()
        pause(wait)
        wait = min(2 * wait, LONGEST_PAUSE)


def write_through() -> None:
    """From now on a commit of this connection outlives a power cut: SQLite is told so, PostgreSQL does it anyway."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
