"""What keeps a flood of sign-ups away from everybody's mailboxes: more than 20 times the usual hour, and it asks."""

import datetime as dt
from enum import Enum

import structlog
from django.core.cache import cache

from newsletter.models import ConsentRecord
from newsportal.core import limits

logger = structlog.get_logger(__name__)

TIMES_THE_USUAL = 20
# A quiet site may have a good hour: below this many sign-ups nothing is a flood.
FLOOR = 60
HOUR, WEEK = dt.timedelta(hours=1), dt.timedelta(days=7)
# The name under which what was kept away is counted (newsportal.core.limits.refusals).
FLOOD = "newsletter-flood"
_LIMIT_KEPT = 600


class Verdict(Enum):
    """What becomes of a sign-up: taken as it is, only with the answer to a question, or not this hour."""

    OPEN = "open"
    ASK = "ask"
    CLOSED = "closed"


def knock(now: dt.datetime, *, answered: bool = False) -> Verdict:
    """Counts one sign-up of the site. `answered` is one that has answered the question: of these, too, no more than
    the same number an hour are taken.
    """
    limit = hourly_limit(now)
    if limits.within("newsletter-site", "all", limit=limit, window=HOUR, now=now):
        return Verdict.OPEN
    if not answered:
        _note(now, limit)
        return Verdict.ASK
    if limits.within("newsletter-site", "answered", limit=limit, window=HOUR, now=now):
        return Verdict.OPEN
    _note(now, limit)
    return Verdict.CLOSED


def hourly_limit(now: dt.datetime) -> int:
    """How many sign-ups an hour are no flood: 20 times the mean of a week. One query in ten minutes."""
    limit = cache.get("newsletter-hourly-limit")
    if limit is None:
        week = ConsentRecord.objects.number_of_asks_since(now - WEEK)
        limit = max(FLOOR, round(TIMES_THE_USUAL * week / (WEEK / HOUR)))
        cache.set("newsletter-hourly-limit", limit, _LIMIT_KEPT)
    return limit


def _note(now: dt.datetime, limit: int) -> None:
    limits.note_refusal(FLOOD, now=now)
    # Once an hour is enough for a log, however many knock.
    if cache.add(f"newsletter-flood-said:{int(now.timestamp() // 3600)}", 1, 3600):
        logger.error("subscription_flood", hourly_limit=limit)
