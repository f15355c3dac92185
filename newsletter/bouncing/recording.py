"""Reports on mails as they come in: stored first, applied afterwards (newsletter.bouncing.applying). Twice is once."""

import datetime as dt
import hashlib
import re

import structlog

from newsletter import links
from newsletter.addresses import parse_key
from newsletter.bouncing import verp
from newsletter.bouncing.classes import classify, enhanced_code
from newsletter.bouncing.reports import Report, read_report
from newsletter.models import Delivery, MailEvent, Subscriber
from newsletter.states import EventKind
from newsportal.core.mail import site_domain
from newsportal.core.tokens import BadToken

logger = structlog.get_logger(__name__)

RAW_KEPT = dt.timedelta(days=30)
# A returned mail may have the whole issue in it; what says why it came back stands before that.
LONGEST_RAW = 200_000
LONGEST_ID = 200
SMTP, MAILBOX = "smtp", "mailbox"

_OUR_MESSAGE_ID = re.compile(r"<[a-z]+\.(\d{1,18})\.(\d{1,18})@([^<>@\s]+)>")


def note_reply(delivery: Delivery, code: int, text: str, *, now: dt.datetime, at_rcpt: bool = True) -> MailEvent | None:
    """Stores a mail server's refusal of one reader (5xx, or 4xx when it is given up), heard by ourselves.

    What follows from it (suppression, score) is done by `applying.apply`, which the caller may call at once. None for
    what is no refusal.
    """
    if not 400 <= code <= 599:
        return None
    status = enhanced_code(text)
    return store(
        MailEvent(
            kind=EventKind.BOUNCED,
            source=SMTP,
            event_id=f"smtp:{delivery.pk}:{delivery.attempts}",
            delivery=delivery,
            subscriber_id=delivery.subscriber_id,
            code=status or str(code),
            bounce_class=classify(code, status, text, at_rcpt=at_rcpt),
            detail=text[:500],
            is_trusted=True,
            at=now,
        )
    )


def note_mail(raw: bytes, *, now: dt.datetime) -> MailEvent | None:
    """Stores what one mail in the bounce mailbox reports; None for an auto-reply, which reports nothing."""
    report = read_report(raw)
    if report.is_auto_reply:
        logger.info("auto_reply_ignored")
        return None
    delivery, subscriber, is_trusted = identify(report)
    return store(
        MailEvent(
            kind=report.kind,
            source=MAILBOX,
            event_id=f"mail:{hashlib.sha256(raw).hexdigest()}",
            delivery=delivery,
            subscriber=subscriber,
            code=report.code,
            bounce_class=report.bounce_class or "",
            detail=report.detail,
            raw=raw[:LONGEST_RAW].decode("utf-8", errors="replace"),
            is_trusted=is_trusted,
            at=now,
        )
    )


def store(event: MailEvent) -> MailEvent:
    """Keeps a report; one whose `event_id` is known is the one that was kept."""
    if len(event.event_id) > LONGEST_ID:
        event.event_id = hashlib.sha256(event.event_id.encode()).hexdigest()
    for name in ("event_id", "code", "detail", "raw"):
        setattr(event, name, getattr(event, name).replace("\x00", "�"))
    fields = {name: getattr(event, name) for name in _STORED}
    row, is_new = MailEvent.objects.get_or_create(event_id=event.event_id, defaults=fields)
    if is_new:
        logger.info("mail_event", kind=row.kind, source=row.source, report=row.pk, trusted=row.is_trusted)
    return row


_STORED = (
    "kind", "source", "delivery", "subscriber_id", "code", "bounce_class", "detail", "raw", "is_trusted", "at",
)  # fmt: skip


def identify(report: Report) -> tuple[Delivery | None, Subscriber | None, bool]:
    """Whose mail a report is about, and whether something that we signed says so.

    In the order of trust: the envelope sender we made, the unsubscribe address of the returned mail, its Message-ID,
    the address that the report names. The last two anybody can write down.
    """
    for address in report.addresses:
        if delivery := verp.read(address):
            return delivery, delivery.subscriber, True
    claimed = _by_message_id(report)
    for token in report.unsubscribe_tokens:
        try:
            subscription = links.read_unsubscribe(token)
        except BadToken:
            continue
        if subscription:
            reader = subscription.subscriber
            return claimed if claimed and claimed.subscriber_id == reader.pk else None, reader, True
    if claimed:
        return claimed, claimed.subscriber, False
    keys = [key for recipient in report.recipients if (key := parse_key(recipient))]
    return None, Subscriber.objects.filter(key__in=keys).first(), False


def by_message_id(text: str) -> Delivery | None:
    """The delivery whose mail carries this Message-ID; None where there is none."""
    found = _OUR_MESSAGE_ID.fullmatch(text.strip())
    if not found or found[3].lower() != site_domain().lower():
        return None
    rows = Delivery.objects.select_related("issue__newsletter", "subscriber")
    return rows.filter(issue=int(found[1]), pk=int(found[2])).first()


def forget_raw(*, now: dt.datetime) -> int:
    """Empties the raw reports that are older than 30 days; how many. What was not understood goes altogether."""
    old = MailEvent.objects.with_raw_before(now - RAW_KEPT)
    gone = old.unexplained().delete()[0]
    return gone + old.update(raw="")


def _by_message_id(report: Report) -> Delivery | None:
    return next((delivery for text in report.message_ids if (delivery := by_message_id(text))), None)
