"""Keeping proof of consent, for as long as it is needed and no longer."""

import datetime as dt
from functools import partial

import structlog
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest

from newsletter.models import ConsentRecord, Subscription, Wording
from newsletter.signals import subscription_changed
from newsletter.states import ConsentAction
from newsportal.core.limits import client_ip, client_network

logger = structlog.get_logger(__name__)


def origin(request: HttpRequest) -> str:
    """What CONSENT_ORIGIN lets a record say of where a reader is: nothing, the network, or the address."""
    kinds = {"none": lambda _request: "", "network": client_network, "address": client_ip}
    return kinds[settings.CONSENT_ORIGIN](request)


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

    `source` is the path of the page, `network` what `origin` gives, `wording` the words shown.
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
    """Empties the networks of records older than CONSENT_ORIGIN_DAYS; how many there were."""
    kept = dt.timedelta(days=settings.CONSENT_ORIGIN_DAYS)
    return ConsentRecord.objects.with_network_before(now - kept).update(network="")
