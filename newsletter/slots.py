"""When a digest's time has come: on the reader's clock, also on the days when clocks change."""

import datetime as dt
import zoneinfo

from django.conf import settings

from newsletter import frequencies
from newsletter.models import NewsletterList, Subscription

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
# What has been served so lately has been served for this time: after a move to another time zone, or of the hour.
SHORTEST = {DAY: dt.timedelta(hours=12), WEEK: dt.timedelta(days=3, hours=12)}


def period(newsletter: NewsletterList, frequency: str) -> dt.timedelta:
    """How far a digest's times are apart, in days of the calendar."""
    return WEEK if frequencies.is_weekly(newsletter, frequency) else DAY


def latest_slot(newsletter: NewsletterList, frequency: str, time_zone: str, now: dt.datetime) -> dt.datetime:
    """The last time, at or before `now`, at which the digest of a frequency was to go out in a time zone ("": the
    site's), in UTC.

    An hour that does not exist on a day (spring) is the one after; of one that comes twice (autumn) it is the first.
    """
    return _latest(newsletter, period(newsletter, frequency), zone_of(time_zone), now)


def due_slot(
    newsletter: NewsletterList, frequency: str, time_zone: str, covered_until: dt.datetime, *, now: dt.datetime
) -> dt.datetime | None:
    """The morning up to which readers who stand at `covered_until` are owed a digest now; None when they are not.

    One that is later than the newsletter allows (`stale_after`) waits for the next morning, a weekly one too: not for
    the next week.
    """
    owed = latest_slot(newsletter, frequency, time_zone, now)
    if owed - covered_until < SHORTEST[period(newsletter, frequency)]:
        return None
    slot = _latest(newsletter, DAY, zone_of(time_zone), now)
    late = dt.timedelta(minutes=newsletter.stale_after)
    return slot if not late or now - slot <= late else None


def zone_of(time_zone: str) -> zoneinfo.ZoneInfo:
    """A reader's time zone; the site's for "", and for one that this machine does not know (any more)."""
    try:
        return zoneinfo.ZoneInfo(time_zone or settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)


def _latest(newsletter: NewsletterList, apart: dt.timedelta, zone: zoneinfo.ZoneInfo, now: dt.datetime) -> dt.datetime:
    day = now.astimezone(zone).date()
    if apart == WEEK:
        day -= dt.timedelta(days=(day.weekday() - newsletter.weekday) % 7)
    slot = _at(day, newsletter.send_time, zone)
    return slot if slot <= now else _at(day - apart, newsletter.send_time, zone)


def _at(day: dt.date, time: dt.time, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=zone).astimezone(dt.UTC)


def start_of_new_reader(subscription: Subscription, now: dt.datetime) -> dt.datetime | None:
    """From where on the digests of somebody who has just confirmed bring stories: the last morning, which is where the
    others stand, so that all share the next one. Who comes back begins no earlier than where they left off. None for
    those who take each issue.
    """
    newsletter, frequency = subscription.newsletter, subscription.frequency
    if not frequencies.is_digest(newsletter, frequency):
        return None
    slot = latest_slot(newsletter, frequency, subscription.subscriber.time_zone, now)
    return max(slot, subscription.covered_until or slot)
