"""A restored or copied database sends nothing by itself: what it holds as waiting may have gone out long ago.

The database names its portal and counts what it sends; each machine that sends keeps name and count in a file of its
own (`INSTANCE_FILE`). A machine that does not know the name is a stranger, such as a test system with a copy of the
database: it sends nothing, and keeps nobody else from it. A count in the file that is ahead of the database's says that
the database went back in time: then nobody sends. Either way a person looks, and lets it go on.
"""

import datetime as dt
import json
import platform
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import structlog
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from newsletter.models import SendingGuard

logger = structlog.get_logger(__name__)

# A machine that asks within this time after a person said so may send.
WELCOME = dt.timedelta(minutes=10)
# After that the count is ahead of every file, also of machines that were off meanwhile.
LEAP = 10**9
_STANDING, _UNKNOWN = "newsletter-sending-standing", "unknown"
# A stranger that has not asked for so long is gone.
GONE_AFTER = dt.timedelta(minutes=10)


class Known(NamedTuple):
    """What this machine remembers: the portal's name, the count that it saw last, and when that was."""

    instance: str
    number: int
    at: dt.datetime | None


class Standing(NamedTuple):
    """Why mail waits. `stranger` is the machine that is not known, "" where the database is too old."""

    since: dt.datetime
    stranger: str = ""
    last_in_database: dt.datetime | None = None
    sent_until: dt.datetime | None = None


def may_send(*, now: dt.datetime) -> bool:
    """Whether this machine may send the mail that this database holds; asked before each round. One query."""
    row = SendingGuard.objects.first() or _begin()
    if row.held_since:
        return False
    known = _known()
    if known is not None and known.instance == row.instance:
        if known.number > row.number:
            # Another worker of this machine may have sent since the row was read; it counts in the database first.
            row.refresh_from_db()
        if known.number > row.number:
            return _hold(known, now)
        if known.number < row.number:
            _remember(row, now)
        return True
    if row.released_at and now - row.released_at < WELCOME:
        _settle_in(row, now)
        return True
    return _note_stranger(row, now)


def note_sending(*, now: dt.datetime) -> None:
    """Counts that mail goes out, in the database first. Once a round is enough."""
    SendingGuard.objects.update(number=F("number") + 1, at=now)
    row = SendingGuard.objects.first()
    if row is not None:
        _remember(row, now)


def release(*, by: AbstractBaseUser | None, now: dt.datetime) -> bool:
    """Lets sending go on: on all machines, with those that ask for the first time within ten minutes; whether so.

    A person lets go on what waits, and where nothing does, nothing changes. An operator welcomes new machines so, too.
    """
    if by is not None and not by.has_perm("newsletter.send_issue"):
        raise PermissionDenied(_("You may not send issues."))
    if SendingGuard.objects.first() is None or (by is not None and standing(now=now) is None):
        return False
    SendingGuard.objects.update(
        number=F("number") + LEAP, held_since=None, sent_until=None, stranger="", stranger_at=None, released_at=now
    )
    cache.delete(_STANDING)
    logger.warning("sending_released", by=by and by.pk)
    return True


def release_here(*, now: dt.datetime) -> None:
    """As an operator of this machine: lets sending go on, and has this machine know the database from now on."""
    release(by=None, now=now)
    may_send(now=now)


def standing(*, now: dt.datetime) -> Standing | None:
    """Why nothing is sent, or nothing by one machine; None where all is well. One query."""
    row = SendingGuard.objects.first()
    if row is not None and row.held_since:
        return Standing(row.held_since, last_in_database=row.at, sent_until=row.sent_until)
    if row is not None and row.stranger_at and now - row.stranger_at < GONE_AFTER:
        return Standing(row.stranger_at, stranger=row.stranger)
    return None


def standing_lately(*, now: dt.datetime) -> Standing | None:
    """As `standing`, for pages that are opened often: as it was a quarter of a minute ago at most."""
    found = cache.get(_STANDING, _UNKNOWN)
    if found == _UNKNOWN:
        found = standing(now=now)
        cache.set(_STANDING, found, 15)
    return found


def in_words(hold: Standing) -> str:
    """Why mail waits, for an operator."""
    if hold.stranger:
        return f"{hold.stranger} does not know this database, which may be a copy."
    return "the database is older than what was sent; it was restored from a backup."


def _begin() -> SendingGuard:
    """The first time that anybody is about to send: the database takes its name from this machine, or gets one."""
    known = _known() or _named()
    values = {"instance": known.instance, "number": known.number}
    row, is_new = SendingGuard.objects.get_or_create(id=SendingGuard.ONLY, defaults=values)
    if is_new:
        _remember(row, None)
    return row


def _named() -> Known:
    """A new name, in the file of this machine before it is in the database: of workers that begin at once all have the
    same, and one that dies in between leaves it to the next.
    """

    def unless_there(draft: Path, path: Path) -> None:
        with suppress(FileExistsError):
            path.hardlink_to(draft)

    known = Known(uuid.uuid4().hex, 0, None)
    _write(known, unless_there)
    return _known() or known


def _hold(known: Known, now: dt.datetime) -> bool:
    held = SendingGuard.objects.filter(held_since=None).update(held_since=now, sent_until=known.at)
    if held:
        logger.error("sending_held", reason="The database is older than what was sent.")
    return False


def _note_stranger(row: SendingGuard, now: dt.datetime) -> bool:
    name = platform.node()[:200] or "?"
    if row.stranger != name or row.stranger_at is None or now - row.stranger_at > dt.timedelta(minutes=1):
        SendingGuard.objects.update(stranger=name, stranger_at=now)
        logger.error("sending_held", reason="This machine does not know the database.", machine=name)
    return False


def _settle_in(row: SendingGuard, now: dt.datetime) -> None:
    """A stranger that was let in; one whose name is set by its environment gives it to the database."""
    if settings.INSTANCE_ID and row.instance != settings.INSTANCE_ID:
        SendingGuard.objects.update(instance=settings.INSTANCE_ID)
        row.instance = settings.INSTANCE_ID
    _remember(row, now)
    logger.warning("sending_machine_welcomed", machine=platform.node())


def _known() -> Known | None:
    """What stands in the file; INSTANCE_ID goes over it. None where there is neither, or the file cannot be read."""
    try:
        facts = json.loads(Path(settings.INSTANCE_FILE).read_text())
        known = Known(str(facts["instance"]), int(facts["number"]), parse_datetime(facts["at"] or ""))
    except (OSError, ValueError, KeyError, TypeError):
        known = None
    if not settings.INSTANCE_ID:
        return known
    if known is not None and known.instance == settings.INSTANCE_ID:
        return known
    return Known(settings.INSTANCE_ID, 0, None)


def _remember(row: SendingGuard, now: dt.datetime | None) -> None:
    """Writes the file anew, with what the database says now."""
    _write(Known(row.instance, row.number, now), Path.replace)


def _write(known: Known, put: Callable[[Path, Path], object]) -> None:
    """Writes a draft and has `put` bring it to the file's place in one step, so that a machine that dies meanwhile has
    the old file or the new one. Each draft has a name of its own: machines may share the folder.
    """
    path = Path(settings.INSTANCE_FILE)
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    facts = {**known._asdict(), "at": known.at.isoformat() if known.at else None}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_text(json.dumps(facts))
            put(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        logger.error("instance_not_kept", file=str(path), error=error.strerror)
