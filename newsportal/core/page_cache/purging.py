"""Saying what has changed for readers. Written with the change, so that neither is without the other.

After the commit a change gets its number, one higher than the last: whoever has read number 7 has read all that was
committed before it. Ids cannot say that, as they are given before the commit.
"""

import datetime as dt
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from newsportal.core.models import Purge
from newsportal.core.page_cache.tags import EVERYTHING

logger = structlog.get_logger(__name__)

# How long rows are kept, which is longer than any cache may keep a page, whether it was told or not.
KEPT = dt.timedelta(days=2)
TRIES = 100
# Called in this process after each change that it has numbered (newsportal.core.page_cache.ledger).
listeners: list[Callable[[], None]] = []


def purge(*tags: str) -> None:
    """Makes every page with one of these tags out of date, once the present transaction is committed."""
    if not tags:
        return
    now, change = timezone.now(), _change()
    Purge.objects.create(change=change, tags=" ".join(sorted(set(tags))), at=now, next_try=now)
    transaction.on_commit(lambda: give_number(change), robust=True)


def give_number(change: str) -> None:
    """Gives a committed change its number; all that its transaction purged becomes one row. Again: does nothing."""
    connection.purge_change = None
    for _try in range(TRIES):
        rows = list(Purge.objects.unnumbered().filter(change=change))
        if not rows:
            return
        try:
            _number(rows)
        except IntegrityError:
            continue  # somebody else was given the number a moment ago
        for tell in listeners:
            tell()
        return
    logger.error("purge_not_numbered", change=change)


def start_over(after: int) -> None:
    """Where the table has lost its rows (a restored database): purges everything, under a number above `after`."""
    now = timezone.now()
    told_at = None if settings.PURGE_URL else now
    try:
        with transaction.atomic():
            Purge.objects.create(
                change=uuid.uuid4().hex, number=after + 1, tags=EVERYTHING, at=now, next_try=now, told_at=told_at
            )
    except IntegrityError:
        return  # another process has


def forget_old(now: dt.datetime) -> int:
    """The duty that deletes rows of which everybody knows; the newest stays, as numbers go on from it."""
    newest = Purge.objects.aggregate(number=Max("number"))["number"]
    return Purge.objects.from_before(now - KEPT).exclude(number=newest).order_by().delete()[0]


def _change() -> str:
    """The name of the present transaction; of one that was rolled back the next may have it."""
    if not connection.in_atomic_block:
        return uuid.uuid4().hex
    name = getattr(connection, "purge_change", None)
    if name is None:
        name = connection.purge_change = uuid.uuid4().hex
    return name


@transaction.atomic
def _number(rows: list[Purge]) -> None:
    first, *others = rows
    if others:
        first.tags = " ".join(sorted(frozenset().union(*(row.words for row in rows))))
        Purge.objects.filter(pk__in=[row.pk for row in others]).delete()
    first.number = (Purge.objects.aggregate(number=Max("number"))["number"] or 0) + 1
    if not settings.PURGE_URL:
        first.told_at = timezone.now()
    first.save(update_fields=["tags", "number", "told_at"])
