"""Readers of single values of a line: each gives a clean value, or raises BadRecord with the name of the key."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _

from articles.exceptions import NewsroomError
from newsportal.core.text import clean_line

# The first printed newspaper appeared in 1605; an earlier date is a mistake.
EARLIEST_YEAR = 1605
MOST_YEARS_AHEAD = 10

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class BadRecord(NewsroomError):
    """A line cannot become a story; the message names the key and says why."""


def text(line: Mapping[str, Any], key: str, *, limit: int | None = None) -> str:
    """Text as it stands; "" where the key is missing or null. With a `limit`, longer text is refused."""
    value = line.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRecord(_("“%(key)s” must be text.") % {"key": key})
    return value if limit is None else _bounded(value, key, limit)


def line(line: Mapping[str, Any], key: str, *, limit: int) -> str:
    """Text as one clean line of at most `limit` characters; nothing is cut off, longer text is refused."""
    return _bounded(clean_line(text(line, key)), key, limit)


def lines(line: Mapping[str, Any], key: str, *, limit: int, most: int) -> tuple[str, ...]:
    """A list of texts, each one clean line, in order, without empty ones and without those that differ in case only."""
    values = line.get(key)
    if values is None:
        return ()
    if not isinstance(values, list) or not all(value is None or isinstance(value, str) for value in values):
        raise BadRecord(_("“%(key)s” must be a list of texts.") % {"key": key})
    kept = {clean.casefold(): clean for value in reversed(values) if (clean := clean_line(value or ""))}
    if len(kept) > most:
        raise BadRecord(_("“%(key)s” has more than %(most)s entries.") % {"key": key, "most": most})
    return tuple(_bounded(value, key, limit) for value in reversed(kept.values()))


def moment(line: Mapping[str, Any], key: str, *, now: dt.datetime) -> dt.datetime | None:
    """An aware time (UTC) from ISO 8601; without an offset it is the site's time, a day alone is its midnight."""
    value = text(line, key).strip()
    if not value:
        return None
    try:
        time = dt.datetime.fromisoformat(value.upper())
    except ValueError:
        raise BadRecord(_("“%(key)s” is no date in ISO 8601: %(value)s") % {"key": key, "value": value[:40]}) from None
    if not EARLIEST_YEAR <= time.year <= now.year + MOST_YEARS_AHEAD:
        raise BadRecord(
            _("“%(key)s” is in the year %(year)s, which cannot be meant.") % {"key": key, "year": time.year}
        )
    if timezone.is_naive(time):
        time = timezone.make_aware(time, timezone.get_default_timezone())
    return time.astimezone(dt.UTC)


def path(line: Mapping[str, Any], key: str) -> str:
    """The path of a file, as it stands; whether it may be read is the business of whoever opens it."""
    value = text(line, key).strip()
    if _CONTROLS.search(value):
        raise BadRecord(_("“%(key)s” has characters that no file name has.") % {"key": key})
    return _bounded(value, key, 500)


def address(line: Mapping[str, Any], key: str, *, limit: int) -> str:
    """A web address, or a path on the old site, as an IRI (RFC 3987): Bangla as letters, which is a third as long.

    Not composed to NFC: it has to match what old links say, byte by byte.
    """
    value = text(line, key).strip()
    try:
        parts = urlsplit(value)
        known = not value or (parts.scheme in ("http", "https") and parts.hostname) or value.startswith("/")
    except ValueError:
        known = False
    if not known or _CONTROLS.search(value) or " " in value:
        raise BadRecord(_("“%(key)s” is no address that starts with https://, http:// or /.") % {"key": key})
    return _bounded(uri_to_iri(value), key, limit)


def _bounded(value: str, key: str, limit: int) -> str:
    if len(value) > limit:
        raise BadRecord(
            _("“%(key)s” has %(length)s characters; %(limit)s are allowed.")
            % {"key": key, "length": len(value), "limit": limit}
        )
    return value
