"""A reader's new address: asked first, then put in the old one's place; the old one is told, and may take it back."""

import datetime as dt
from collections.abc import Iterable

import structlog
from django.db import transaction

from newsletter.addresses import Address, parse
from newsletter.choosing import choose
from newsletter.models import NewsletterList, Notice, Subscriber, Subscription
from newsletter.noticing import tell_of_move
from newsletter.states import SubscriptionState
from newsletter.suppressing import fingerprint

logger = structlog.get_logger(__name__)


def move(notice: Notice, *, now: dt.datetime) -> Subscriber:
    """Gives the reader of a confirmed notice the new address; the reader as they then are. Doing it twice does nothing.

    Where the new address is a reader already, what they have is joined, and the row that asked goes. The old address
    is told, without the new one.
    """
    new = parse(notice.address)
    with transaction.atomic():
        subscriber = Subscriber.objects.select_for_update(no_key=True).get(pk=notice.subscriber_id)
        if subscriber.key == new.key:
            return subscriber
        old = subscriber.address
        other = Subscriber.objects.select_for_update(no_key=True).filter(key=new.key).first()
        if other is None:
            _rename(subscriber, new)
            tell_of_move(subscriber, old, now=now)
            return subscriber
        had = dict(subscriber.subscriptions.confirmed().values_list("newsletter", "frequency"))
        came = _join(subscriber, other)
        facts = {"had": {str(newsletter): frequency for newsletter, frequency in had.items()}, "came": came}
        tell_of_move(other, old, now=now, joined=facts)
    return other


def take_back(notice: Notice, *, now: dt.datetime, source: str, network: str) -> Subscriber:
    """Gives the old address back what it had, as it objects to the change; its reader. Twice does nothing."""
    old = parse(notice.address)
    with transaction.atomic():
        subscriber = Subscriber.objects.select_for_update(no_key=True).get(pk=notice.subscriber_id)
        if subscriber.key == old.key:
            return subscriber
        home = Subscriber.objects.select_for_update(no_key=True).filter(key=old.key).first()
        if notice.joined is None and home is None:
            _rename(subscriber, old)
            return subscriber
        if notice.joined is None:
            _join(subscriber, home)
            return home
        return _part(subscriber, home or _anew(subscriber, old, now), notice.joined, now, source, network)


def _rename(subscriber: Subscriber, address: Address) -> None:
    subscriber.address, subscriber.key = address.typed, address.key
    subscriber.fingerprint = fingerprint(address.key)
    subscriber.save(update_fields=["address", "key", "fingerprint"])
    logger.info("address_moved", subscriber=subscriber.pk)


def _anew(subscriber: Subscriber, address: Address, now: dt.datetime) -> Subscriber:
    """The row of the old address, which went when the two were joined."""
    values = {"language": subscriber.language, "time_zone": subscriber.time_zone, "created": now}
    mark = fingerprint(address.key)
    return Subscriber.objects.create(address=address.typed, key=address.key, fingerprint=mark, **values)


def _join(old: Subscriber, new: Subscriber) -> list[int]:
    """What the old address has confirmed comes to the new one, with its proof; the rest goes with the old. The ids of
    the subscriptions that came over.
    """
    came = _bring(old.subscriptions.confirmed(), new)
    old.consents.update(subscriber=new)
    old.delete()
    logger.info("addresses_joined", subscriber=new.pk)
    return came


def _part(joined: Subscriber, home: Subscriber, facts: dict, now: dt.datetime, source: str, network: str) -> Subscriber:
    """Of two that were joined: what came over goes back, and what both had, both have again."""
    _bring(joined.subscriptions.filter(pk__in=facts["came"]), home)
    has = {row.newsletter: row.frequency for row in home.subscriptions.confirmed().select_related("newsletter")}
    lists = NewsletterList.objects.in_bulk([int(pk) for pk in facts["had"]])
    had = {newsletter: facts["had"][str(pk)] for pk, newsletter in lists.items()}
    choose(home, {**had, **has}, now=now, source=source, network=network)
    logger.info("addresses_parted", subscriber=home.pk)
    return home


def _bring(rows: Iterable[Subscription], to: Subscriber) -> list[int]:
    """Puts subscriptions under another address, but where it has the newsletter confirmed itself; the ids of those."""
    there = {row.newsletter_id: row for row in to.subscriptions.all()}
    came = []
    for row in rows:
        own = there.get(row.newsletter_id)
        if own is not None and own.state == SubscriptionState.CONFIRMED:
            continue
        if own is not None:
            own.delete()
        Subscription.objects.filter(pk=row.pk).update(subscriber=to)
        came.append(row.pk)
    return came
