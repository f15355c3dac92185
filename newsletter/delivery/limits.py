"""How much a mail server is given: by second, hour and day, counted in the database, so that all workers share it.

An hour and a day are the last 60 minutes and the last 24 hours, by whole minutes: no such span ever holds more than its
limit. Mails within a second are spaced evenly. A server that says that we are too fast (4.7.x) is given half of what it
was given, and then slowly more again.
"""

import datetime as dt
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import transaction

from newsletter.models import Relay, RelayMinute

logger = structlog.get_logger(__name__)

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# A worker is given this much time's worth of mails at once, so that one that dies has not kept much from the others.
SPAN = 5.0
SLOWEST, EASED = 0.1, 1.25
EASING = dt.timedelta(minutes=1)
# From here on there is no pace to keep.
FAST_ENOUGH = 100.0


class Grant(NamedTuple):
    """`mails` may be sent, the first at `start`, each `spacing` seconds after the one before."""

    mails: int
    start: dt.datetime
    spacing: float


def take(name: str, wanted: int, *, now: dt.datetime) -> Grant:
    """Asks for `wanted` mails to the server `name`; it may be fewer, or none. No query where nothing limits them."""
    relay = Relay.objects.filter(name=name).first()
    if not _limits() and not settings.NEWSLETTER_RATE_SECOND and (relay is None or relay.pace is None):
        return Grant(wanted, now, 0.0)
    with transaction.atomic():
        Relay.objects.get_or_create(name=name)
        relay = Relay.objects.select_for_update().get(name=name)
        pace = _pace(relay, now)
        left = [limit - RelayMinute.objects.used_since(relay, now - span) for span, limit in _limits()]
        within_span = [max(1, int(pace * SPAN))] if pace else []
        mails = max(0, min(wanted, *left, *within_span)) if left or within_span else wanted
        start = max(now, relay.free_at or now)
        if not mails or start > now + dt.timedelta(seconds=2 * SPAN):
            return Grant(0, start, 0.0)
        spacing = 1 / pace if pace else 0.0
        relay.free_at = start + dt.timedelta(seconds=mails * spacing)
        relay.save(update_fields=["pace", "slowed_at", "free_at"])
        if _limits():
            RelayMinute.objects.add(relay, mails, now)
    return Grant(mails, start, spacing)


def give_back(name: str, mails: int, *, now: dt.datetime) -> None:
    """Of a grant taken at `now`, these were not sent. Their seconds are gone; the hour and the day get them back."""
    if mails > 0 and _limits():
        with transaction.atomic():
            RelayMinute.objects.add(Relay.objects.select_for_update().get(name=name), -mails, now)


def slow_down(name: str, *, sending: float, now: dt.datetime) -> None:
    """The server says that `sending` mails a second are too many."""
    with transaction.atomic():
        Relay.objects.get_or_create(name=name)
        relay = Relay.objects.select_for_update().get(name=name)
        if relay.slowed_at is not None and now - relay.slowed_at < EASING / 6:
            return  # the answers to what was under way already say it again
        relay.pace = max(SLOWEST, min(relay.pace or FAST_ENOUGH, sending) / 2)
        relay.slowed_at = now
        relay.save(update_fields=["pace", "slowed_at"])
    logger.warning("relay_slowed", relay=name, pace=round(relay.pace, 2))


def note_trouble(name: str, trouble: str, *, now: dt.datetime) -> None:
    """Keeps what is wrong with a server, and since when, for the desk; "" when nothing is."""
    if not trouble:
        Relay.objects.filter(name=name).exclude(trouble="").update(trouble="", trouble_since=None)
        return
    Relay.objects.get_or_create(name=name)
    Relay.objects.filter(name=name, trouble="").update(trouble_since=now)
    Relay.objects.filter(name=name).update(trouble=trouble[:300])


def forget_old_counts(*, now: dt.datetime) -> int:
    """Deletes the counts that no limit asks for any more; how many."""
    return RelayMinute.objects.filter(minute__lt=now - 2 * DAY).delete()[0]


def _limits() -> list[tuple[dt.timedelta, int]]:
    """The spans that are limited, and by how much."""
    both = [(HOUR, settings.NEWSLETTER_RATE_HOUR), (DAY, settings.NEWSLETTER_RATE_DAY)]
    return [(span, limit) for span, limit in both if limit]


def _pace(relay: Relay, now: dt.datetime) -> float:
    """Mails a second that the server may be given now; 0 for as many as there are. Eases what was slowed."""
    while relay.pace is not None and relay.slowed_at is not None and now - relay.slowed_at >= EASING:
        relay.pace *= EASED
        relay.slowed_at += EASING
        if relay.pace >= FAST_ENOUGH:
            relay.pace = relay.slowed_at = None
    set_by_us = float(settings.NEWSLETTER_RATE_SECOND)
    if relay.pace is None:
        return set_by_us
    return min(relay.pace, set_by_us) if set_by_us else relay.pace
