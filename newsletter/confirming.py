"""Double opt-in: the mail that asks, the answer to it, and the end of those that are never answered.

A confirmation mail is due while the row says so; there is no queue. A worker claims a row by a conditional UPDATE with
a lease, sends, and marks it sent in a commit of its own. Killed in between, the lease runs out and the mail is sent
again: at least once, with the same Message-ID, so that receivers can drop the second copy. The window is one message.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from newsletter import links
from newsletter.consenting import record
from newsletter.mailboxes import takes_mail
from newsletter.mailroom import ATTEMPTS, BATCH, LEASE, RelayUnreachable, send_each
from newsletter.models import Subscriber, Subscription
from newsletter.slots import start_of_new_reader
from newsletter.states import MOVES, ConsentAction, NewsletterError
from newsletter.wording import confirm_wording, names
from newsportal.core.mail import message_id, send_mail_pair

__all__ = ["ATTEMPTS", "LEASE", "RelayUnreachable", "confirm", "expire_pending", "remind", "send_due_confirmations"]

logger = structlog.get_logger(__name__)

PENDING_KEPT = dt.timedelta(days=14)
# One reminder, and none to somebody who was forgotten about for so long that it would surprise.
REMIND_AFTER, REMIND_AT_MOST = dt.timedelta(hours=24), dt.timedelta(days=3)


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
        subscription.covered_until = start_of_new_reader(subscription, now)
        fields = ["state", "confirmed_at", "ended_at", "confirmation_due_at", "claimed_until", "covered_until"]
        subscription.save(update_fields=fields)
        wording = confirm_wording([subscription.newsletter])
        record(subscription, ConsentAction.CONFIRMED, by=by, now=now, source=source, network=network, wording=wording)
    return subscription


def send_due_confirmations(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends the confirmation mails that are due, over one connection; how many went out.

    Any number of workers may call it at once. Ends after a batch or two minutes, when `stopping()` becomes true, or
    when the mail server cannot be reached. A mail that fails stays due, later each time.
    """
    return send_each(_claimed(now), now=now, stopping=stopping)


def remind(*, now: dt.datetime) -> int:
    """Makes the mail of those due once more who have not answered it for a day; how many there were."""
    due = Subscription.objects.reminder_due(now, after=REMIND_AFTER, at_most=REMIND_AT_MOST)
    return due.update(confirmation_due_at=now, reminded_at=now, attempts=0, last_error="")


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


class ConfirmMail:
    """One mail for all that an address asked for and that is due: the rows, in this worker's hands."""

    name = "confirmation"

    def __init__(self, rows: list[Subscription], now: dt.datetime) -> None:
        self.rows, self.first, self.now = rows, rows[0], now

    @property
    def attempts(self) -> int:
        return max(row.attempts for row in self.rows)

    @property
    def number(self) -> int:
        return self.first.pk

    def send(self, connection: BaseEmailBackend) -> None:
        _send(self.rows, connection)

    def done(self) -> None:
        done = {"confirmation_sent_at": self.now, "confirmation_due_at": None, "claimed_until": None, "last_error": ""}
        _update_ours(self.rows, **done)
        logger.info("confirmation_sent", subscription=self.first.pk)

    def put_back(self, due_at: dt.datetime | None, error: str, **values: int) -> None:
        """Gives the rows back, due at `due_at`, or never again (the reader may ask anew)."""
        if due_at is None:
            logger.error("confirmation_given_up", subscription=self.first.pk, error=error)
        _update_ours(self.rows, confirmation_due_at=due_at, claimed_until=None, last_error=error, **values)


def _claimed(now: dt.datetime) -> Iterator[ConfirmMail]:
    """Due mails, each claimed by us just before it is handed out."""
    due = Subscription.objects.confirmation_due(now)
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        rows = _claim(pk, now)
        if not rows:
            continue
        mail = ConfirmMail(rows, now)
        if mail.attempts > ATTEMPTS:
            mail.put_back(None, mail.first.last_error or "The worker died each time.")
        elif not takes_mail(mail.first.subscriber.key.rpartition("@")[2]):
            mail.put_back(None, "The domain takes no mail.")
        else:
            yield mail


def _claim(pk: int, now: dt.datetime) -> list[Subscription]:
    """Takes a due row, and what else is due to that address in that language, by one UPDATE; [] if not ours."""
    due = Subscription.objects.confirmation_due(now)
    rows = list(due.beside(pk).for_mail())
    if pk not in {row.pk for row in rows}:
        return []
    lease = now + LEASE
    # Counted here rather than on failure, so that a mail that kills its worker is given up as well.
    ours = due.filter(pk__in=[row.pk for row in rows]).order_by()
    if ours.update(claimed_until=lease, attempts=F("attempts") + 1) != len(rows):
        return []
    for row in rows:
        row.claimed_until, row.attempts = lease, row.attempts + 1
    return rows


def _send(rows: list[Subscription], connection: BaseEmailBackend) -> None:
    first = rows[0]
    is_reminder = first.reminded_at is not None
    kind = "remind" if is_reminder else "confirm"
    send_mail_pair(
        "newsletter/email/confirm",
        to=first.subscriber.mailbox,
        context={
            "names": names([row.newsletter for row in rows]),
            "plain_names": ", ".join(row.newsletter.name for row in rows),
            "confirm_url": links.confirm_url(*rows),
            "link_days": links.CONFIRM_DAYS,
            "kept_days": PENDING_KEPT.days,
            "is_reminder": is_reminder,
        },
        language=first.newsletter.language,
        headers={"Message-ID": message_id(kind, first.pk, int(first.asked_at.timestamp()))},
        connection=connection,
    )


def _update_ours(rows: list[Subscription], **values: object) -> None:
    """Writes only while the claim is still ours: it may have run out, or the reader may have left meanwhile."""
    ours = Subscription.objects.filter(pk__in=[row.pk for row in rows], claimed_until=rows[0].claimed_until)
    if ours.update(**values) != len(rows):
        logger.warning("claim_lost", subscription=rows[0].pk)
