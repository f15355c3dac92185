"""What readers set for themselves, on the page that every mail links to."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from newsletter import frequencies
from newsletter.confirming import confirm
from newsletter.consenting import record
from newsletter.models import NewsletterList, Subscriber, Subscription
from newsletter.states import ConsentAction, Frequency, SubscriptionState
from newsletter.subscribing import ask_for, unsubscribe
from newsletter.suppressing import is_suppressed
from newsletter.wording import confirm_wording


def offered_to(subscriber: Subscriber) -> list[tuple[NewsletterList, Subscription | None]]:
    """What a reader may have: all open newsletters, and what they have; each with where they stand. Two queries."""
    standing = {row.newsletter_id: row for row in subscriber.subscriptions.all()}
    # The reader's own edition first.
    lists = sorted(NewsletterList.objects.all(), key=lambda row: (row.language != subscriber.language, row.language))
    return [
        (newsletter, standing.get(newsletter.pk))
        for newsletter in lists
        if newsletter.is_open or _has(standing.get(newsletter.pk))
    ]


def choose(
    subscriber: Subscriber, wanted: Mapping[NewsletterList, str], *, now: dt.datetime, source: str, network: str
) -> list[NewsletterList]:
    """Makes a reader's newsletters what they want, each with how often; those they may not have, since their mail of it
    was reported as spam or came back, are returned. The link that led here is the proof that the address is theirs.
    """
    place = {"now": now, "source": source, "network": network}
    refused = []
    with transaction.atomic():
        rows = Subscription.objects.for_mail().select_for_update(of=["self"]).filter(subscriber=subscriber)
        standing = {row.newsletter_id: row for row in rows}
        for newsletter, row in ((row.newsletter, row) for row in standing.values()):
            if newsletter not in wanted and _has(row):
                unsubscribe(row, **place)
        for newsletter, frequency in wanted.items():
            row = standing.get(newsletter.pk)
            if row is not None and _has(row):
                _change(row, frequency, **place)
            elif is_suppressed(subscriber.key, newsletter):
                refused.append(newsletter)
            else:
                _join(subscriber, newsletter, row, frequency, **place)
    return refused


def set_reader(
    subscriber: Subscriber, *, language: str, time_zone: str, paused_until: dt.datetime | None
) -> Subscriber:
    """Sets what holds for all of a reader's mails. `time_zone` "" is the site's."""
    subscriber.language, subscriber.time_zone, subscriber.paused_until = language, time_zone, paused_until
    subscriber.save(update_fields=["language", "time_zone", "paused_until"])
    return subscriber


def leave_all(subscriber: Subscriber, *, now: dt.datetime, source: str, network: str) -> None:
    """Ends all that a reader has."""
    choose(subscriber, {}, now=now, source=source, network=network)


def _has(row: Subscription | None) -> bool:
    return row is not None and row.state == SubscriptionState.CONFIRMED


def _change(row: Subscription, frequency: str, *, now: dt.datetime, source: str, network: str) -> None:
    if row.frequency == frequency:
        return
    frequencies.change(row, frequency, now=now)
    row.save(update_fields=["frequency", "covered_until"])
    wording = _changed_wording(row)
    record(row, ConsentAction.CHANGED, by=None, now=now, source=source, network=network, wording=wording)


def _join(
    subscriber: Subscriber,
    newsletter: NewsletterList,
    row: Subscription | None,
    frequency: str,
    *,
    now: dt.datetime,
    source: str,
    network: str,
) -> None:
    row = row or Subscription(subscriber=subscriber, newsletter=newsletter)
    row.frequency = frequency
    ask_for(row, now, None)
    wording = confirm_wording([newsletter])
    record(row, ConsentAction.ASKED, by=None, now=now, source=source, network=network, wording=wording)
    confirm(row, now=now, source=source, network=network)


def _changed_wording(row: Subscription) -> str:
    with translation.override(row.newsletter.language):
        return f"{_('How often')}: {Frequency(row.frequency).label}"
