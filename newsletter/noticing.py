"""Mails about a reader's own settings: the way to them, the question whether a new address is theirs, and word to the
old one once it was changed.

As with confirmations: what is due is a query, a worker claims a row by a conditional UPDATE with a lease, and a mail of
which nobody knows whether it went out goes again under the same Message-ID.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F

from newsletter import links
from newsletter.addresses import Address, parse
from newsletter.mailroom import ATTEMPTS, BATCH, LEASE, send_each
from newsletter.models import Notice, Subscriber, Suppression
from newsletter.states import NoticeKind
from newsletter.suppressing import fingerprint
from newsportal.core.mail import message_id, send_mail_pair

logger = structlog.get_logger(__name__)

# A stranger can have this mail sent to any reader: once a day at most.
SETTINGS_GAP = dt.timedelta(days=1)
MOVES_A_DAY = 3
KEPT = dt.timedelta(days=30)


def ask_for_settings(subscriber: Subscriber, *, now: dt.datetime) -> Notice | None:
    """Makes the mail with the way to a reader's settings due; None where one went within a day, or none may go."""
    asked = subscriber.notices.of_kind(NoticeKind.MANAGE).asked_since(now - SETTINGS_GAP)
    if asked.exists() or not subscriber.subscriptions.exists() or _is_suppressed(subscriber.key):
        return None
    return Notice.objects.create(subscriber=subscriber, kind=NoticeKind.MANAGE, at=now, due_at=now)


def ask_to_move(subscriber: Subscriber, address: str, *, now: dt.datetime) -> Notice | None:
    """Makes the mail due that asks a new address whether it is the reader's; None over the limit of three a day, or
    where the address gets no mail of ours. Raises ValidationError for what is no address.
    """
    new = parse(address)
    if new.key == subscriber.key or not _may_be_asked(subscriber, new, now):
        return None
    kind = NoticeKind.MOVE
    return Notice.objects.create(subscriber=subscriber, kind=kind, address=new.typed, at=now, due_at=now)


def tell_of_move(
    subscriber: Subscriber, old: str, *, now: dt.datetime, joined: dict[str, Any] | None = None
) -> Notice | None:
    """Makes the mail due that tells an old address (as typed) of the change; None where it gets no mail of ours."""
    if _is_suppressed(parse(old).key):
        return None
    values = {"kind": NoticeKind.MOVED, "address": old, "at": now, "due_at": now, "joined": joined}
    return Notice.objects.create(subscriber=subscriber, **values)


def send_due_notices(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends the notices that are due, over one connection; how many went out. Any number of workers at once."""
    return send_each(_claimed(now), now=now, stopping=stopping)


def forget_notices(*, now: dt.datetime) -> int:
    """Deletes notices of more than 30 days ago; how many there were."""
    return Notice.objects.exclude(at__gt=now - KEPT).delete()[0]


class NoticeMail:
    """One notice in this worker's hands."""

    name = "notice"

    def __init__(self, notice: Notice, now: dt.datetime) -> None:
        self.notice, self.number, self.attempts, self.now = notice, notice.pk, notice.attempts, now

    def send(self, connection: BaseEmailBackend) -> None:
        notice = self.notice
        other = parse(notice.address) if notice.address else None
        link, days = _link(notice)
        send_mail_pair(
            f"newsletter/email/{notice.kind}",
            to=_mailbox(other) if other else notice.subscriber.mailbox,
            context={"link": link, "link_days": days},
            language=notice.subscriber.language,
            headers={"Message-ID": message_id(notice.kind, notice.pk, int(notice.at.timestamp()))},
            connection=connection,
        )

    def done(self) -> None:
        self._update(sent_at=self.now, due_at=None, claimed_until=None, last_error="")
        logger.info("notice_sent", notice=self.number)

    def put_back(self, due_at: dt.datetime | None, error: str, **values: int) -> None:
        if due_at is None:
            logger.error("notice_given_up", notice=self.number, error=error)
        self._update(due_at=due_at, claimed_until=None, last_error=error, **values)

    def _update(self, **values: object) -> None:
        ours = Notice.objects.filter(pk=self.number, claimed_until=self.notice.claimed_until)
        if not ours.update(**values):
            logger.warning("claim_lost", notice=self.number)


def _claimed(now: dt.datetime) -> Iterator[NoticeMail]:
    due = Notice.objects.due(now)
    for notice in list(due.select_related("subscriber")[:BATCH]):
        lease = now + LEASE
        if not due.filter(pk=notice.pk).order_by().update(claimed_until=lease, attempts=F("attempts") + 1):
            continue
        notice.claimed_until, notice.attempts = lease, notice.attempts + 1
        mail = NoticeMail(notice, now)
        if mail.attempts > ATTEMPTS:
            mail.put_back(None, notice.last_error or "The worker died each time.")
        else:
            yield mail


def _link(notice: Notice) -> tuple[str, int]:
    """Where the mail leads to, and for how many days."""
    if notice.kind == NoticeKind.MOVE:
        return links.move_url(notice), links.MOVE_DAYS
    if notice.kind == NoticeKind.MOVED:
        return links.move_back_url(notice), links.MOVE_BACK_DAYS
    return links.preferences_url(notice.subscriber), links.PREFERENCES_DAYS


def _may_be_asked(subscriber: Subscriber, new: Address, now: dt.datetime) -> bool:
    moves = Notice.objects.of_kind(NoticeKind.MOVE).asked_since(now - SETTINGS_GAP)
    same_address = moves.filter(address__iexact=new.typed).count()
    of_reader = moves.filter(subscriber=subscriber).count()
    return max(same_address, of_reader) < MOVES_A_DAY and not _is_suppressed(new.key)


def _is_suppressed(key: str) -> bool:
    """Whether an address gets no mail of ours at all."""
    return Suppression.objects.of(fingerprint(key)).filter(newsletter=None).exists()


def _mailbox(address: Address) -> str:
    return f"{address.typed.rpartition('@')[0]}@{address.key.rpartition('@')[2]}"
