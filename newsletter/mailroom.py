"""What the mails to single readers have in common: when to try again, and how an error is written down."""

import datetime as dt
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any, Protocol

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from newsletter.delivery.guarding import may_send, note_sending

logger = structlog.get_logger(__name__)

BATCH = 100
# A round ends early enough that the lease of its last row (taken at the round's start) outlives the slowest sending.
ROUND = dt.timedelta(minutes=2)
LEASE = dt.timedelta(minutes=10)
BACK_OFF = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
# With this back-off the tenth attempt is 21 hours after the first, the eleventh would be past 24.
ATTEMPTS = 10
RELAY_PAUSE = dt.timedelta(minutes=1)


class RelayUnreachable(Exception):
    """The mail server cannot be reached, or refuses us: no reader's fault, and no use in trying the next row."""


class Mail(Protocol):
    """One claimed mail to one reader, and how its rows are written. `name` and `number` are for the log."""

    name: str
    number: int
    attempts: int

    def send(self, connection: BaseEmailBackend) -> None: ...

    def done(self) -> None: ...

    def put_back(self, due_at: dt.datetime | None, error: str, **values: Any) -> None: ...


def send_each(mails: Iterable[Mail], *, now: dt.datetime, stopping: Callable[[], bool]) -> int:
    """Sends claimed mails over one connection; how many went out. Ends after two minutes, when `stopping()` becomes
    true, or when the mail server cannot be reached. A mail that fails stays due, later each time. None goes out while a
    restored database waits for a person.
    """
    if not may_send(now=now):
        return 0
    sent = 0
    end = time.monotonic() + ROUND.total_seconds()
    with closing(get_connection()) as connection:
        for number, mail in enumerate(mails):
            if not number:
                note_sending(now=now)
            try:
                sent += deliver(mail, connection, now)
            except RelayUnreachable:
                break
            if stopping() or time.monotonic() > end:
                break
    return sent


def deliver(mail: Mail, connection: BaseEmailBackend, now: dt.datetime) -> bool:
    """Sends one claimed mail and writes down what came of it; whether it went out."""
    try:
        connection.open()
    except (OSError, UnicodeError) as error:  # smtplib's are OSErrors too; a password outside ASCII is the other
        logger.error("relay_unreachable", error=in_short(error))
        mail.put_back(now + RELAY_PAUSE, in_short(error), attempts=mail.attempts - 1)
        raise RelayUnreachable from error
    try:
        mail.send(connection)
    except Exception as error:  # whatever relay, backend or template says, the row stays due and the worker alive
        connection.close()
        # A mail server's answer names the address, which stays out of the log; anything else is a fault of ours.
        trace = not isinstance(error, OSError)
        logger.error(f"{mail.name}_failed", row=mail.number, error=type(error).__name__, exc_info=trace)
        mail.put_back(next_attempt(mail.attempts, now), in_short(error))
        return False
    mail.done()
    return True


def next_attempt(attempts: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after so many attempts; None when that is enough."""
    if attempts >= ATTEMPTS:
        return None
    return now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def in_short(error: Exception) -> str:
    """An error in a line that fits its column."""
    return f"{type(error).__name__}: {error}"[:500]
