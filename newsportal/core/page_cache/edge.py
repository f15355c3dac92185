"""Telling caches in front which pages are out of date (the setting PURGE_URL): a duty of the worker.

One change is one request with all of its tags, so that a page is thrown away once. Nothing waits for it: an editor's
change is committed with its row, and the row waits until the cache has heard of it.

`varnish://host:port` is sent a BAN with a pattern for `Cache-Tag` (docs/operations.md has the VCL), `https://token@…`
a POST of `{"tags": […]}` with the token as bearer, as Cloudflare and others take it.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from django.conf import settings
from django.db.models import F

from newsportal.core.models import Purge
from newsportal.core.page_cache.tags import EVERYTHING

logger = structlog.get_logger(__name__)

TIMEOUT = 5
# Tags in one request: what the strictest takes.
MOST_TAGS = 100
# With more changes than this waiting they are told together: the cache was away, or somebody imports.
BACKLOG = 10
LONGEST_PAUSE = dt.timedelta(minutes=1)


class NotTold(Exception):
    """A cache in front did not take a purge; it is tried again."""


def tell(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """The duty: tells what has changed since the last time; returns how many changes. Raises NotTold."""
    done = 0
    while not stopping() and (rows := list(Purge.objects.to_tell(now)[: BACKLOG * 10])):
        batch = rows if len(rows) > BACKLOG else rows[:1]
        try:
            for front in settings.PURGE_URL:
                _tell(urlsplit(front), frozenset().union(*(row.words for row in batch)))
        except (OSError, HTTPException, NotTold) as error:
            _put_off(now, batch[0].tries, error)
            raise NotTold(f"{len(rows)} or more changes wait for the cache in front: {_said(error)}") from None
        Purge.objects.filter(pk__in=[row.pk for row in batch]).update(told_at=now, last_error="")
        done += len(batch)
    return done


def _put_off(now: dt.datetime, tries: int, error: Exception) -> None:
    """All that waits goes to the same cache: none is tried before its pause is over."""
    pause = min(LONGEST_PAUSE, dt.timedelta(seconds=2 ** min(tries, 6)))
    Purge.objects.to_tell(now).order_by().update(tries=F("tries") + 1, next_try=now + pause, last_error=_said(error))
    logger.warning("purge_not_told", error=_said(error))


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:300]


def _tell(front: SplitResult, tags: frozenset[str]) -> None:
    for some in _portions(tags):
        if front.scheme == "varnish":
            pattern = "." if EVERYTHING in some else rf"(^|,)({'|'.join(map(re.escape, some))})(,|$)"
            _request(front, "BAN", {"X-Purge-Tags": pattern}, b"")
        else:
            body = {"purge_everything": True} if EVERYTHING in some else {"tags": some}
            headers = {"Content-Type": "application/json"}
            if front.username:
                headers["Authorization"] = f"Bearer {unquote(front.username)}"
            _request(front, "POST", headers, json.dumps(body).encode())


def _portions(tags: frozenset[str]) -> Iterable[list[str]]:
    if EVERYTHING in tags:
        return [[EVERYTHING]]
    names = sorted(tags)
    return [names[start : start + MOST_TAGS] for start in range(0, len(names), MOST_TAGS)]


def _request(front: SplitResult, method: str, headers: dict[str, str], body: bytes) -> None:
    kind = HTTPSConnection if front.scheme == "https" else HTTPConnection
    connection = kind(front.hostname or "", front.port, timeout=TIMEOUT)
    path = (front.path or "/") + (f"?{front.query}" if front.query else "")
    try:
        # Of a Varnish in front of several sites, the site.
        site = {"Host": urlsplit(settings.SITE_URL).netloc} if front.scheme == "varnish" else {}
        connection.request(method, path, body, headers | site)
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotTold(f"it answered {status}")
