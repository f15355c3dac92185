"""Joining and leaving a newsletter. No mail is sent here: what is due is left to the worker (newsletter.confirming)."""

import datetime as dt

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Min
from django.utils import translation
from django.utils.translation import gettext as _

from newsletter.addresses import Address, parse
from newsletter.consenting import record
from newsletter.models import ConsentRecord, NewsletterList, Subscriber, Subscription
from newsletter.states import MOVES, ConsentAction, Move, NewsletterError, SubscriptionState
from newsletter.suppressing import fingerprint, is_suppressed
from newsportal.core import limits

logger = structlog.get_logger(__name__)

# A stranger can type anybody's address: no more mail than this comes of it.
MAIL_GAP = dt.timedelta(minutes=10)
MAILS_A_DAY = 3

OVER_LIMIT = "newsletter-limit"


def offered_lists(language: str) -> list[NewsletterList]:
    """What one can subscribe to in an edition; on a fresh install its default newsletter, not yet saved."""
    lists = NewsletterList.objects.in_edition(language)
    return list(lists.open()) or ([] if lists.exists() else [_fresh_list(language)])


def default_list(language: str) -> NewsletterList:
    """The newsletter of an edition that the form stands for: the first open one, made where the edition has none."""
    if offered := offered_lists(language):
        return offered[0] if offered[0].pk else _saved(offered[0])
    raise NewsletterError(_("No newsletter takes new subscribers at the moment."))


def subscribe(
    address: str,
    *,
    newsletter: NewsletterList,
    by: AbstractBaseUser | None = None,
    now: dt.datetime,
    source: str,
    network: str,
    wording: str,
) -> Subscription | None:
    """Asks for a newsletter: stores the address as pending and leaves a confirmation mail to the worker.

    `source` is the path of the page that held the form, `wording` its words, `network` where the reader is, as far as
    that is kept. Asking again sends a new mail within the limits; who is confirmed gets none, nor does an address that
    is suppressed. The caller shows the same page whatever comes of it. Returns the subscription, None where nothing
    was stored. Raises ValidationError for an address that cannot be mailed, NewsletterError for a closed newsletter.
    """
    parsed = parse(address)
    _require(by, MOVES["subscribe"])
    if not newsletter.is_open:
        raise NewsletterError(_("This newsletter takes no new subscribers at the moment."))
    if is_suppressed(parsed.key, newsletter):
        logger.info("subscription_suppressed", newsletter=newsletter.pk)
        return None
    with transaction.atomic():
        subscriber = _subscriber(parsed, newsletter.language, now)
        rows = Subscription.objects.for_mail().select_for_update(of=["self"])
        subscription = rows.filter(subscriber=subscriber, newsletter=newsletter).first()
        if subscription and (subscription.state == SubscriptionState.CONFIRMED or subscription.confirmation_due_at):
            return subscription
        due_at = _mail_allowed_at(subscriber, subscription, now)
        if due_at is None:
            _note_over_limit("address", now)
            return subscription
        subscription = subscription or Subscription(subscriber=subscriber, newsletter=newsletter)
        ask_for(subscription, now, due_at)
        record(subscription, ConsentAction.ASKED, by=by, now=now, source=source, network=network, wording=wording)
    return subscription


def unsubscribe(
    subscription: Subscription,
    *,
    by: AbstractBaseUser | None = None,
    now: dt.datetime,
    source: str = "",
    network: str = "",
) -> Subscription:
    """Ends a subscription at once; of one that has ended, nothing changes."""
    move = MOVES["unsubscribe"]
    _require(by, move)
    with transaction.atomic():
        subscription = Subscription.objects.for_mail().select_for_update(of=["self"]).get(pk=subscription.pk)
        if subscription.state not in move.sources:
            return subscription
        subscription.state, subscription.ended_at = move.target, now
        subscription.confirmation_due_at = subscription.claimed_until = None
        subscription.save(update_fields=["state", "ended_at", "confirmation_due_at", "claimed_until"])
        record(subscription, ConsentAction.WITHDRAWN, by=by, now=now, source=source, network=network)
    return subscription


def _require(by: AbstractBaseUser | None, move: Move) -> None:
    if by is not None and not by.has_perm(move.permission):
        raise PermissionDenied(_("You may not change subscriptions."))


def _note_over_limit(limit: str, now: dt.datetime, **facts: str) -> None:
    limits.note_refusal(OVER_LIMIT, now=now)
    logger.warning("subscription_over_limit", limit=limit, **facts)


def _subscriber(address: Address, language: str, now: dt.datetime) -> Subscriber:
    """The row of an address, locked, so that two requests for it count each other's mails.

    Locked without its key: who confirms at the same moment holds the subscription's lock and then refers to this row.
    """
    values = {
        "address": address.typed, "language": language, "created": now, "fingerprint": fingerprint(address.key)
    }  # fmt: skip
    return Subscriber.objects.select_for_update(no_key=True).get_or_create(key=address.key, defaults=values)[0]


def _mail_allowed_at(subscriber: Subscriber, subscription: Subscription | None, now: dt.datetime) -> dt.datetime | None:
    """When the address may get its next confirmation mail; None when not today, or when this very mail just went.

    What is asked for while another mail waits goes with it, in one.
    """
    waiting = subscriber.subscriptions.filter(claimed_until=None).aggregate(due=Min("confirmation_due_at"))["due"]
    if waiting:
        return waiting
    asked = ConsentRecord.objects.asked_since(subscriber, now - limits.DAY)
    # Several newsletters asked for at once are one mail.
    if asked.order_by().values("at").distinct().count() >= MAILS_A_DAY:
        return None
    latest = subscriber.subscriptions.aggregate(due=Max("confirmation_due_at"), sent=Max("confirmation_sent_at"))
    free_at = max((time + MAIL_GAP for time in latest.values() if time), default=now)
    if (
        free_at > now
        and subscription
        and subscription.state == SubscriptionState.PENDING
        and _just_sent(subscription, now)
    ):
        return None
    return max(free_at, now)


def _just_sent(subscription: Subscription, now: dt.datetime) -> bool:
    sent_at = subscription.confirmation_sent_at
    return sent_at is not None and sent_at + MAIL_GAP > now


def ask_for(subscription: Subscription, now: dt.datetime, due_at: dt.datetime | None) -> None:
    """Stores a subscription as asked for; its mail is due at `due_at`, None where other proof is at hand."""
    subscription.state = MOVES["subscribe"].target
    subscription.asked_at, subscription.confirmation_due_at = now, due_at
    subscription.confirmation_sent_at = subscription.confirmed_at = subscription.reminded_at = None
    subscription.attempts, subscription.last_error = 0, ""
    subscription.save()


def _fresh_list(language: str) -> NewsletterList:
    with translation.override(language):
        return NewsletterList(language=language, slug="news", name=_("News by e-mail"))


def _saved(fresh: NewsletterList) -> NewsletterList:
    values = {"name": fresh.name}
    return NewsletterList.objects.get_or_create(language=fresh.language, slug=fresh.slug, defaults=values)[0]
