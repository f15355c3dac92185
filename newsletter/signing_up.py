"""Taking the form in, and what the worker makes of it.

The request writes one row, whoever the address is; everything that depends on that is done here by the worker. So the
answer tells a stranger nothing, and neither does the time that it takes.
"""

import datetime as dt
from collections.abc import Callable, Iterable

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction

from newsletter.addresses import parse
from newsletter.models import NewsletterList, SignUp, Subscriber, Subscription, Wording
from newsletter.noticing import ask_for_settings
from newsletter.states import NewsletterError, SubscriptionState
from newsletter.subscribing import OVER_LIMIT, default_list, subscribe
from newsportal.core import limits

logger = structlog.get_logger(__name__)

ASKS_OF_A_NETWORK_AN_HOUR = 10
BATCH = 200


def is_within_network(network: str, now: dt.datetime) -> bool:
    """Counts one more sign-up of a network; whether that is still at most ten in this hour."""
    hour = dt.timedelta(hours=1)
    if not network or limits.within("subscribe", network, limit=ASKS_OF_A_NETWORK_AN_HOUR, window=hour, now=now):
        return True
    limits.note_refusal(OVER_LIMIT, now=now)
    logger.warning("subscription_over_limit", limit="network", network=network)
    return False


def sign_up(
    address: str, *, language: str, newsletters: Iterable[str], now: dt.datetime, source: str, origin: str, wording: str
) -> SignUp:
    """Stores a form for the worker: a checked address, the slugs of an edition's newsletters (none is its first)."""
    words = Wording.objects.keep(wording, language=language, now=now)
    return SignUp.objects.create(
        address=address,
        language=language,
        newsletters=list(newsletters),
        at=now,
        source=source[:200],
        origin=origin,
        wording=words,
    )


def take_sign_ups(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Does what the stored forms ask for, the oldest first; how many there were. Any number of workers at once."""
    taken = 0
    for pk in list(SignUp.objects.oldest_first().values_list("pk", flat=True)[:BATCH]):
        taken += _take(pk, now)
        if stopping():
            break
    return taken


def _take(pk: int, now: dt.datetime) -> bool:
    with transaction.atomic():
        row = SignUp.objects.select_for_update(skip_locked=True, of=["self"]).filter(pk=pk).first()
        if row is None:
            return False
        outcomes = [_subscribe(row, newsletter) for newsletter in _newsletters(row)]
        wanted = [subscription for subscription in outcomes if subscription is not None]
        if wanted and all(subscription.state == SubscriptionState.CONFIRMED for subscription in wanted):
            ask_for_settings(wanted[0].subscriber, now=now)
        row.delete()
    return True


def _newsletters(row: SignUp) -> list[NewsletterList]:
    if row.newsletters:
        return list(NewsletterList.objects.in_edition(row.language).open().filter(slug__in=row.newsletters))
    try:
        return [default_list(row.language)]
    except NewsletterError:  # closed since the form was sent
        return []


def _subscribe(row: SignUp, newsletter: NewsletterList) -> Subscription | None:
    """Asked for at the time of the form, whenever the worker gets to it."""
    place = {"source": row.source, "network": row.origin}
    try:
        return subscribe(row.address, newsletter=newsletter, now=row.at, wording=row.wording.text, **place)
    except (NewsletterError, ValidationError) as error:
        logger.warning("sign_up_not_taken", sign_up=row.pk, error=type(error).__name__)
        return None


def ask_for_link(address: str, *, now: dt.datetime) -> None:
    """Has the way to their settings mailed to a reader, if the address is one's."""
    subscriber = Subscriber.objects.filter(key=parse(address).key).first()
    if subscriber is not None:
        ask_for_settings(subscriber, now=now)
