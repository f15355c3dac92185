"""The verbs of addresses that are not there: what readers asked for in vain is counted, and shown to editors.

Counted in the cache and filed by the worker, as reads are. Of who asked nothing is kept but the host of the site that
linked here. However many addresses somebody makes up, neither the cache nor the table grows past a bound.
"""

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import DataError, transaction

from articles.models import MissingPage
from articles.models.redirects import unquoted_path
from newsportal.core import tallies

logger = structlog.get_logger(__name__)

TALLY = "missing"
# How many different addresses are counted in one slot of the tally, and how many rows are kept.
MOST_A_SLOT, MOST_ROWS = 300, 1000
# What nobody has asked for in so long needs no redirect.
KEPT = dt.timedelta(days=90)
# Their addresses may hold what is for one reader alone, or are no business of editors.
NOT_COUNTED = ("admin", "accounts", "preview", "newsletter", "reads", "media", "static")


def note(path: str, referrer: str, *, now: dt.datetime) -> bool:
    """Counts that `path` (unquoted) was asked for in vain; `referrer` is the address of the page that led there, or "".

    Whether it was taken: personal addresses, and those with an e-mail address in them, are not.
    """
    path, host = unquoted_path(path), _host(referrer)
    parts = [part for part in path.partition("?")[0].split("/") if part]
    if parts and parts[0] in dict(settings.LANGUAGES):
        parts = parts[1:]
    if not path or not parts or parts[0] in NOT_COUNTED or "@" in path:
        return False
    tallies.add(TALLY, f"{path}\n{host}", now=now, most=MOST_A_SLOT)
    return True


def file_due(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """The duty that files the slots of the tally that are over; returns how many it is done with."""
    filed = 0
    for slot in tallies.closed(TALLY, now=now):
        if stopping():
            break
        try:
            _file(slot)
        except (DataError, ValueError):
            # What the database cannot hold today it cannot hold tomorrow: it must not keep back what comes after it.
            logger.exception("missing_pages_not_filed", addresses=slot.size)
        tallies.drop(slot)
        filed += 1
    if filed:
        _forget(now)
    return filed


@transaction.atomic
def _file(slot: tallies.Slot) -> None:
    """Adds a slot to the rows of its addresses."""
    hits: dict[str, int] = {}
    hosts: dict[str, str] = {}
    for key, number in slot.counts.items():
        path, _stroke, host = key.rpartition("\n")
        hits[path] = hits.get(path, 0) + number
        hosts[path] = host or hosts.get(path, "")
    known = {row.path: row for row in MissingPage.objects.select_for_update().filter(path__in=hits).order_by("pk")}
    for path, row in known.items():
        row.hits, row.last_seen, row.referrer = row.hits + hits[path], slot.start, hosts[path] or row.referrer
    MissingPage.objects.bulk_update(known.values(), ["hits", "last_seen", "referrer"])
    MissingPage.objects.bulk_create(
        MissingPage(path=path, hits=number, referrer=hosts[path], first_seen=slot.start, last_seen=slot.start)
        for path, number in hits.items()
        if path not in known
    )


def _forget(now: dt.datetime) -> None:
    """Rows that nobody asks for any more, and of too many those that were asked for least."""
    MissingPage.objects.unseen_since(now - KEPT).delete()
    too_many = list(MissingPage.objects.worst_first().values_list("pk", flat=True)[MOST_ROWS:])
    MissingPage.objects.filter(pk__in=too_many).delete()


def _host(referrer: str) -> str:
    try:
        return (urlsplit(referrer).hostname or "")[:253]
    except ValueError:
        return ""
