"""Keeping proof of consent, for as long as it is needed and no longer."""

import datetime as dt
from functools import partial

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from newsletter.models import ConsentRecord, Subscription, Wording
from newsletter.signals import subscription_changed
from newsletter.states import ConsentAction

logger = structlog.get_logger(__name__)

NETWORK_KEPT = dt.timedelta(days=30)


def record(
    subscription: Subscription,
    action: ConsentAction,
    *,
    by: AbstractBaseUser | None,
    now: dt.datetime,
    source: str,
    network: str,
    wording: str = "",
) -> ConsentRecord:
    """Writes the row of one act, within the caller's transaction, and announces it after the commit.

    `source` is the path of the page, `network` as `newsportal.core.limits.network` gives it, `wording` the words shown.
    """
    language = subscription.newsletter.language
    row = ConsentRecord.objects.create(
        subscriber_id=subscription.subscriber_id,
        newsletter=subscription.newsletter,
        action=action,
        at=now,
        by=by,
        source=source[:200],
        wording=Wording.objects.keep(wording, language=language, now=now) if wording else None,
        language=language,
        network=network,
    )
    logger.info("consent_recorded", action=str(action), subscription=subscription.pk, by=by and by.pk)
    announce = partial(subscription_changed.send, sender=Subscription, subscription=subscription)
    transaction.on_commit(partial(announce, action=action, by=by, now=now))
    return row


def forget_networks(*, now: dt.datetime) -> int:
    """Empties the networks of records older than 30 days; how many there were."""
    return ConsentRecord.objects.with_network_before(now - NETWORK_KEPT).update(network="")
