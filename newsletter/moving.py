"""A reader's new address: asked first, then put in the old one's place."""

import datetime as dt

import structlog
from django.db import transaction

from newsletter.addresses import parse
from newsletter.models import Notice, Subscriber, Subscription
from newsletter.states import SubscriptionState
from newsletter.suppressing import fingerprint

logger = structlog.get_logger(__name__)


def move(notice: Notice, *, now: dt.datetime) -> Subscriber:
    """Gives the reader of a confirmed notice the new address; the reader as they then are. Doing it twice does nothing.

    Where the new address is a reader already, what they have is joined, and the row that asked goes.
    """
    new = parse(notice.address)
    with transaction.atomic():
        subscriber = Subscriber.objects.select_for_update(no_key=True).get(pk=notice.subscriber_id)
        if subscriber.key == new.key:
            return subscriber
        other = Subscriber.objects.select_for_update(no_key=True).filter(key=new.key).first()
        if other is not None:
            return _join(subscriber, other)
        subscriber.address, subscriber.key, subscriber.fingerprint = new.typed, new.key, fingerprint(new.key)
        subscriber.save(update_fields=["address", "key", "fingerprint"])
    logger.info("address_moved", subscriber=subscriber.pk)
    return subscriber


def _join(old: Subscriber, new: Subscriber) -> Subscriber:
    """What the old address has confirmed comes to the new one, with its proof; the rest goes with the old."""
    had = {row.newsletter_id: row for row in new.subscriptions.all()}
    for row in old.subscriptions.all():
        there = had.get(row.newsletter_id)
        if row.state == SubscriptionState.CONFIRMED and (there is None or there.state != SubscriptionState.CONFIRMED):
            if there is not None:
                there.delete()
            Subscription.objects.filter(pk=row.pk).update(subscriber=new)
    old.consents.update(subscriber=new)
    old.delete()
    logger.info("addresses_joined", subscriber=new.pk)
    return new
