"""What follows from a report: suppression, a score, the mark on the delivery. Each report once, in their order."""

import datetime as dt
from collections.abc import Callable

import structlog
from django.db import transaction
from django.db.models import Count, Max

from newsletter.addresses import parse_key
from newsletter.bouncing.classes import BounceClass
from newsletter.bouncing.unwanted import stop_if_unwanted
from newsletter.models import Delivery, MailEvent, Subscription
from newsletter.states import IN_HAND, DeliveryState, EventKind, SuppressionReason
from newsletter.subscribing import unsubscribe
from newsletter.suppressing import suppress

logger = structlog.get_logger(__name__)

BATCH = 200
# Half a point for each day on which mail came back, as Mailman counts a soft bounce; five points over three issues.
POINTS_A_DAY, POINTS, ISSUES = 0.5, 5.0, 3
DECAY = dt.timedelta(days=30)
# Mail that has not come back by then has arrived.
ARRIVED_AFTER = dt.timedelta(days=2)


def apply_due_events(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Applies the reports that are due; how many. Any number of workers may call it at once.

    One about a mail that a worker has in hand waits: what the worker writes about it comes first.
    """
    done = 0
    for pk in list(MailEvent.objects.to_apply().values_list("pk", flat=True)[:BATCH]):
        if stopping():
            break
        done += apply(pk, now=now)
    return done


def apply(pk: int, *, now: dt.datetime) -> bool:
    """Applies one report in a transaction of its own; whether it was this call that did."""
    with transaction.atomic():
        rows = MailEvent.objects.to_apply().select_for_update(of=["self"], skip_locked=True)
        event = rows.select_related("delivery__issue__newsletter", "subscriber").filter(pk=pk).first()
        if event is None or (event.delivery and event.delivery.state in IN_HAND):
            return False
        if event.is_trusted:
            _follow(event, now)
        event.applied_at = now
        event.save(update_fields=["applied_at"])
    return True


def _follow(event: MailEvent, now: dt.datetime) -> None:
    if event.kind == EventKind.COMPLAINED:
        _mark(event, DeliveryState.COMPLAINED)
        _suppress(event, SuppressionReason.COMPLAINT, now)
        _leave(event, now, everything=True)
    elif event.kind in (EventKind.BOUNCED, EventKind.REJECTED):
        _mark(event, DeliveryState.BOUNCED)
        if event.bounce_class == BounceClass.HARD:
            _suppress(event, SuppressionReason.HARD_BOUNCE, now)
        elif event.bounce_class == BounceClass.SOFT and _came_back_too_often(event, now):
            _suppress(event, SuppressionReason.SOFT_BOUNCES, now)
        stop_if_unwanted(event, now=now)
    elif event.kind == EventKind.UNSUBSCRIBED:
        _leave(event, now, everything=event.delivery is None)


def _mark(event: MailEvent, state: DeliveryState) -> None:
    """Marks the delivery, where the mail server had taken it; a complaint goes over a bounce."""
    if event.delivery:
        Delivery.objects.out_of_our_hands().filter(pk=event.delivery.pk).update(state=state)


def _suppress(event: MailEvent, reason: SuppressionReason, now: dt.datetime) -> None:
    """Keeps all mail from the address that the mail went to; nothing where the reader has been forgotten since."""
    if key := _key(event):
        # The server's words may name the address, which the list of suppressed ones must not know: the code will do.
        suppress(key, reason=reason, by=None, now=now, note=" ".join(filter(None, [event.source, event.code])))


def _key(event: MailEvent) -> str:
    """Of the address as it was then: the reader may have changed it, and the new one has done nothing."""
    if event.delivery and event.delivery.mailbox:
        return parse_key(event.delivery.mailbox)
    return event.subscriber.key if event.subscriber else ""


def _leave(event: MailEvent, now: dt.datetime, *, everything: bool) -> None:
    if event.subscriber is None:
        return
    rows = Subscription.objects.filter(subscriber=event.subscriber)
    for row in rows if everything or not event.delivery else rows.filter(newsletter=event.delivery.issue.newsletter):
        unsubscribe(row, by=None, now=now, source=f"{event.source}: {event.kind}")


def score(event: MailEvent, now: dt.datetime) -> tuple[float, int]:
    """Points of the reader, and over how many issues they were gathered, since mail last arrived or 30 days ago."""
    since = max(now - DECAY, _last_arrival(event.subscriber_id, now) or now - DECAY)
    soft = MailEvent.objects.bounces().filter(
        subscriber=event.subscriber_id, bounce_class=BounceClass.SOFT, at__gt=since
    )
    days = {at.date() for at in soft.values_list("at", flat=True)}
    issues = soft.exclude(delivery=None).aggregate(number=Count("delivery__issue", distinct=True))["number"]
    return len(days) * POINTS_A_DAY, issues


def _came_back_too_often(event: MailEvent, now: dt.datetime) -> bool:
    if event.subscriber_id is None:
        return False
    points, issues = score(event, now)
    return points >= POINTS and issues >= ISSUES


def _last_arrival(subscriber: int, now: dt.datetime) -> dt.datetime | None:
    """When mail last reached the reader: as a server said, or as nothing came back within two days."""
    said = MailEvent.objects.arrivals().filter(subscriber=subscriber).aggregate(at=Max("at"))["at"]
    silent = Delivery.objects.arrived(now - ARRIVED_AFTER).filter(subscriber=subscriber).aggregate(at=Max("sent_at"))
    return max((at for at in (said, silent["at"]) if at), default=None)
