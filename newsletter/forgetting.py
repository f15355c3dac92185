"""What is known of a reader, and its end (GDPR articles 15, 17 and 20)."""

import datetime as dt
from typing import Any

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from newsletter.models import Delivery, ImportLine, MailEvent, Notice, SignUp, Subscriber
from newsletter.states import WAITING, DeliveryState, SuppressionReason
from newsletter.suppressing import suppress

logger = structlog.get_logger(__name__)


def everything_about(subscriber: Subscriber) -> dict[str, Any]:
    """All that is kept of a reader, as plain types that JSON can hold."""
    subscriptions = subscriber.subscriptions.select_related("newsletter")
    consents = subscriber.consents.select_related("newsletter", "wording")
    deliveries = subscriber.deliveries.select_related("issue__newsletter")
    return {
        "address": subscriber.address,
        "language": subscriber.language,
        "time_zone": subscriber.time_zone,
        "no_mail_before": _time(subscriber.paused_until),
        "first_seen": _time(subscriber.created),
        "newsletters": [_subscription(row) for row in subscriptions],
        "consents": [_consent(row) for row in consents],
        "mails": [
            {
                "newsletter": row.issue.newsletter.name,
                "subject": row.issue.subject,
                "state": row.state,
                "sent": _time(row.sent_at),
                "the_mail_servers_answer": row.reply,
            }
            for row in deliveries
        ],
        "reports": [
            {"at": _time(row.at), "kind": row.kind, "code": row.code, "detail": row.detail}
            for row in subscriber.events.all()
        ],
    }


def forget(subscriber: Subscriber, *, never_again: bool, by: AbstractBaseUser | None = None, now: dt.datetime) -> None:
    """Erases a reader: the row, subscriptions and consents, the address on what was sent, and what mail servers said.

    That a mail of an issue went out stays, without whom it went to. With `never_again` the keyed hash of the address is
    kept, so that no form and no import brings it back.
    """
    if by is not None and not by.has_perm("newsletter.delete_subscriber"):
        raise PermissionDenied(_("You may not erase subscribers."))
    with transaction.atomic():
        if never_again:
            suppress(subscriber.key, reason=SuppressionReason.FORGOTTEN, by=None, now=now)
        mine = Delivery.objects.filter(subscriber=subscriber)
        MailEvent.objects.filter(Q(subscriber=subscriber) | Q(delivery__in=mine)).update(raw="", detail="")
        mine.in_state(*WAITING).update(state=DeliveryState.SKIPPED)
        mine.update(mailbox="", reply="")
        ImportLine.objects.filter(key=subscriber.key).update(address="", key="")
        SignUp.objects.filter(address__iexact=subscriber.address).delete()
        # Also those of other readers, who moved to this address or away from it: none of them brings it back.
        Notice.objects.to(subscriber.address, subscriber.key).delete()
        pk = subscriber.pk
        subscriber.delete()
    logger.info("subscriber_forgotten", subscriber=pk, never_again=never_again, by=by and by.pk)


def _subscription(row: Any) -> dict[str, Any]:
    return {
        "newsletter": row.newsletter.name,
        "edition": row.newsletter.language,
        "state": row.state,
        "how_often": row.frequency,
        "asked_for": _time(row.asked_at),
        "confirmed": _time(row.confirmed_at),
        "ended": _time(row.ended_at),
        "served_up_to": _time(row.covered_until),
    }


def _consent(row: Any) -> dict[str, Any]:
    return {
        "newsletter": row.newsletter.name,
        "action": row.action,
        "at": _time(row.at),
        "page": row.source,
        "network": row.network,
        "language": row.language,
        "words": row.wording.text if row.wording else "",
        "words_sha256": row.wording.digest if row.wording else "",
    }


def _time(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat() if moment else None
