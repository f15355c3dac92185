"""A reader's new address: asked first, then put in the old one's place; the old one is told, and may take it back."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import structlog
from django.db import transaction

from newsletter.addresses import Address, parse
from newsletter.choosing import choose
from newsletter.models import NewsletterList, Notice, Subscriber, Subscription
from newsletter.noticing import tell_of_move
from newsletter.states import NoticeKind, SubscriptionState
from newsletter.suppressing import fingerprint

logger = structlog.get_logger(__name__)


def move(notice: Notice, *, now: dt.datetime) -> Subscriber | None:
    """Gives the reader of a confirmed notice the new address; the reader as they then are, None where the notice counts
    no more. Doing it twice does nothing.

    Where the new address is a reader already, what they have is joined, and the row that asked goes. The old address
    is told, without the new one.
    """
    new = parse(notice.address)
    with transaction.atomic():
        subscriber = _locked(pk=notice.subscriber_id)
        if subscriber is None:
            return _locked(key=new.key)
        if subscriber.key == new.key:
            return subscriber
        if not Notice.objects.filter(pk=notice.pk).exists():
            return None
        old, other = subscriber.address, _locked(key=new.key)
        if other is None:
            _rename(subscriber, new)
            tell_of_move(subscriber, old, now=now)
            return subscriber
        tell_of_move(other, old, now=now, joined=_join(subscriber, other))
    return other


def take_back(notice: Notice, *, now: dt.datetime, source: str, network: str) -> Subscriber | None:
    """Gives the old address back what it had, as it objects to the change; its reader, None where there is none any
    more. Twice does nothing, and no link to move it that was sent before works from then on.
    """
    old = parse(notice.address)
    with transaction.atomic():
        subscriber = _locked(pk=notice.subscriber_id)
        home = _locked(key=old.key)
        if subscriber is None:
            return home
        subscriber.notices.of_kind(NoticeKind.MOVE).delete()
        if subscriber.key == old.key:
            return subscriber
        # As it is now, since another press may have been first, or the old address was forgotten.
        told = Notice.objects.filter(pk=notice.pk).first()
        if told is None:
            return None
        if told.joined is not None:
            return home if told.joined.get("parted") else _part(subscriber, home, told, now, source, network)
        if home is None:
            _rename(subscriber, old)
            return subscriber
        _join(subscriber, home)
        return home


def _locked(**which: Any) -> Subscriber | None:
    return Subscriber.objects.select_for_update(no_key=True).filter(**which).first()


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


def _join(old: Subscriber, new: Subscriber) -> dict[str, Any]:
    """What the old address has confirmed comes to the new one, with its proof; the rest goes with the old. What is
    needed to part them again: which newsletters the old one had, which subscriptions and which consents came over.
    """
    confirmed = old.subscriptions.confirmed()
    had = {str(newsletter): frequency for newsletter, frequency in confirmed.values_list("newsletter", "frequency")}
    proof = list(old.consents.values_list("pk", flat=True))
    came = _bring(confirmed, new)
    old.consents.update(subscriber=new)
    old.delete()
    logger.info("addresses_joined", subscriber=new.pk)
    return {"had": had, "came": came, "proof": proof}


def _part(
    joined: Subscriber, home: Subscriber | None, told: Notice, now: dt.datetime, source: str, network: str
) -> Subscriber:
    """Of two that were joined: what came over goes back with its proof, and what both had, both have again."""
    facts, home = told.joined, home or _anew(joined, parse(told.address), now)
    _bring(joined.subscriptions.filter(pk__in=facts["came"]), home)
    joined.consents.filter(pk__in=facts.get("proof", [])).update(subscriber=home)
    has = {row.newsletter: row.frequency for row in home.subscriptions.confirmed().select_related("newsletter")}
    lists = NewsletterList.objects.in_bulk([int(pk) for pk in facts["had"]])
    had = {newsletter: facts["had"][str(pk)] for pk, newsletter in lists.items()}
    choose(home, {**had, **has}, now=now, source=source, network=network)
    told.joined = {**facts, "parted": True}
    told.save(update_fields=["joined"])
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
