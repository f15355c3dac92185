"""Double opt-in: the mail that asks, the answer to it, and the end of those that are never answered.

A confirmation mail is due while the row says so; there is no queue. A worker claims a row by a conditional UPDATE with
a lease, sends, and marks it sent in a commit of its own. Killed in between, the lease runs out and the mail is sent
again: at least once, with the same Message-ID, so that receivers can drop the second copy. The window is one message.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from newsletter import links
from newsletter.consenting import record
from newsletter.models import Subscriber, Subscription
from newsletter.states import MOVES, ConsentAction, NewsletterError
from newsletter.wording import confirm_wording
from newsportal.core.mail import message_id, send_mail_pair

logger = structlog.get_logger(__name__)

BATCH = 100
# A round ends early enough that the lease of its last row (taken at the round's start) outlives the slowest sending.
ROUND = dt.timedelta(minutes=2)
LEASE = dt.timedelta(minutes=10)
BACK_OFF = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
# With this back-off the tenth attempt is 21 hours after the first, the eleventh would be past 24.
ATTEMPTS = 10
RELAY_PAUSE = dt.timedelta(minutes=1)
PENDING_KEPT = dt.timedelta(days=14)


class RelayUnreachable(Exception):
    """The mail server cannot be reached, or refuses us: no reader's fault, and no use in trying the next row."""


def confirm(
    subscription: Subscription,
    *,
    by: AbstractBaseUser | None = None,
    now: dt.datetime,
    source: str = "",
    network: str = "",
) -> Subscription:
    """Confirms a pending subscription; of a confirmed one, nothing changes. NewsletterError for one that has ended."""
    move = MOVES["confirm"]
    if by is not None and not by.has_perm(move.permission):
        raise PermissionDenied(_("You may not change subscriptions."))
    with transaction.atomic():
        subscription = Subscription.objects.for_mail().select_for_update(of=["self"]).get(pk=subscription.pk)
        if subscription.state == move.target:
            return subscription
        if subscription.state not in move.sources:
            raise NewsletterError(_("This subscription has ended; the reader has to ask for it again."))
        subscription.state, subscription.confirmed_at, subscription.ended_at = move.target, now, None
        subscription.confirmation_due_at = subscription.claimed_until = None
        fields = ["state", "confirmed_at", "ended_at", "confirmation_due_at", "claimed_until"]
        subscription.save(update_fields=fields)
        wording = confirm_wording(subscription.newsletter)
        record(subscription, ConsentAction.CONFIRMED, by=by, now=now, source=source, network=network, wording=wording)
    return subscription


def send_due_confirmations(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends the confirmation mails that are due, over one connection; how many went out.

    Any number of workers may call it at once. Ends after a batch or two minutes, when `stopping()` becomes true, or
    when the mail server cannot be reached. A mail that fails stays due, later each time.
    """
    sent = 0
    end = time.monotonic() + ROUND.total_seconds()
    with closing(get_connection()) as connection:
        for subscription in _claimed(now):
            try:
                sent += _deliver(subscription, connection, now)
            except RelayUnreachable:
                break
            if stopping() or time.monotonic() > end:
                break
    return sent


def expire_pending(*, now: dt.datetime) -> int:
    """Ends what was asked for and not confirmed within 14 days; how many there were.

    Their rows are deleted, and addresses that then stand with no newsletter, with all that is known of them. Who had
    left before goes back to having left, since the proof of that is kept.
    """
    overdue = Subscription.objects.pending().asked_before(now - PENDING_KEPT)
    returned = overdue.exclude(ended_at=None).update(
        state=MOVES["expire"].target, confirmation_due_at=None, claimed_until=None
    )
    deleted = overdue.filter(ended_at=None).delete()[0]
    forgotten = _forget_addresses()
    if returned or deleted or forgotten:
        logger.info("pending_expired", deleted=deleted, returned=returned, addresses=forgotten)
    return returned + deleted


def _forget_addresses() -> int:
    """Deletes addresses without a subscription, unless somebody is just subscribing one."""
    with transaction.atomic():
        candidates = Subscriber.objects.without_subscription().values_list("pk", flat=True)[:1000]
        locked = Subscriber.objects.select_for_update(skip_locked=True).filter(pk__in=list(candidates))
        # Looked at again once they are ours: a subscription may have come between the first look and the lock.
        bare = Subscriber.objects.without_subscription().filter(pk__in=[row.pk for row in locked])
        addresses = list(bare.values_list("pk", flat=True))
        Subscriber.objects.filter(pk__in=addresses).delete()
    return len(addresses)


def _claimed(now: dt.datetime) -> Iterator[Subscription]:
    """Due rows, each claimed by us just before it is handed out."""
    lease = now + LEASE
    due = Subscription.objects.confirmation_due(now)
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        # Counted here rather than on failure, so that a mail that kills its worker is given up as well.
        ours = Subscription.objects.confirmation_due(now).filter(pk=pk)
        if not ours.order_by().update(claimed_until=lease, attempts=F("attempts") + 1):
            continue
        subscription = Subscription.objects.for_mail().filter(pk=pk, claimed_until=lease).first()
        if subscription and subscription.attempts > ATTEMPTS:
            _put_back(subscription, None, subscription.last_error or "The worker died each time.")
        elif subscription:
            yield subscription


def _deliver(subscription: Subscription, connection: BaseEmailBackend, now: dt.datetime) -> bool:
    """Sends one claimed mail and writes down what came of it; whether it went out."""
    try:
        connection.open()
    except OSError as error:  # smtplib's errors are OSErrors too
        logger.error("relay_unreachable", error=_in_short(error))
        _put_back(subscription, now + RELAY_PAUSE, _in_short(error), attempts=subscription.attempts - 1)
        raise RelayUnreachable from error
    try:
        _send(subscription, connection)
    except Exception as error:  # whatever relay, backend or template says, the row stays due and the worker alive
        connection.close()
        # A mail server's answer names the address, which stays out of the log; anything else is a fault of ours.
        trace = not isinstance(error, OSError)
        logger.error("confirmation_failed", subscription=subscription.pk, error=type(error).__name__, exc_info=trace)
        _put_back(subscription, _next_attempt(subscription.attempts, now), _in_short(error))
        return False
    _update_ours(subscription, confirmation_sent_at=now, confirmation_due_at=None, claimed_until=None, last_error="")
    logger.info("confirmation_sent", subscription=subscription.pk)
    return True


def _send(subscription: Subscription, connection: BaseEmailBackend) -> None:
    identity = message_id("confirm", subscription.pk, int(subscription.asked_at.timestamp()))
    send_mail_pair(
        "newsletter/email/confirm",
        to=subscription.subscriber.mailbox,
        context={
            "newsletter": subscription.newsletter,
            "confirm_url": links.confirm_url(subscription),
            "link_days": links.CONFIRM_DAYS,
            "kept_days": PENDING_KEPT.days,
        },
        language=subscription.newsletter.language,
        headers={"Message-ID": identity},
        connection=connection,
    )


def _next_attempt(attempts: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after so many attempts; None when that is enough."""
    if attempts >= ATTEMPTS:
        return None
    return now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def _put_back(subscription: Subscription, due_at: dt.datetime | None, error: str, **values: int) -> None:
    """Gives a claimed row back, due at `due_at`, or never again (the reader may ask anew)."""
    if due_at is None:
        logger.error("confirmation_given_up", subscription=subscription.pk, error=error)
    _update_ours(subscription, confirmation_due_at=due_at, claimed_until=None, last_error=error, **values)


def _update_ours(subscription: Subscription, **values: object) -> None:
    """Writes only while the claim is still ours: it may have run out, or the reader may have left meanwhile."""
    ours = Subscription.objects.filter(pk=subscription.pk, claimed_until=subscription.claimed_until)
    if not ours.update(**values):
        logger.warning("claim_lost", subscription=subscription.pk)


def _in_short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
