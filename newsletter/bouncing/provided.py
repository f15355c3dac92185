"""What a mail provider tells through Anymail: its words for what happened, put into ours."""

import datetime as dt
import hashlib
import json
import re
from typing import Any

from newsletter.addresses import parse_key
from newsletter.bouncing import verp
from newsletter.bouncing.classes import BounceClass, classify, enhanced_code
from newsletter.bouncing.recording import by_message_id, store
from newsletter.models import Delivery, MailEvent, Subscriber
from newsletter.states import EventKind

# Anymail's vocabularies (documented as part of its `tracking` signal); what is not in them is unknown, not a fault.
KINDS = {
    "delivered": EventKind.DELIVERED,
    "deferred": EventKind.DEFERRED,
    "bounced": EventKind.BOUNCED,
    "rejected": EventKind.REJECTED,
    "failed": EventKind.REJECTED,
    "complained": EventKind.COMPLAINED,
    "unsubscribed": EventKind.UNSUBSCRIBED,
}
CLASSES = {
    "invalid": BounceClass.HARD,
    "bounced": BounceClass.SOFT,
    "timed_out": BounceClass.SOFT,
    "blocked": BounceClass.POLICY,
    "spam": BounceClass.POLICY,
}
# That a mail was opened or a link of it followed is none of our business: nothing of it is kept.
IGNORED = frozenset({"opened", "clicked", "queued", "sent", "autoresponded", "inbound", "subscribed"})
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?![\d.])")


def note_provider_event(event: Any, *, provider: str, now: dt.datetime) -> MailEvent | None:
    """Stores one event of Anymail's (`AnymailTrackingEvent`); None for what is not kept."""
    if event.event_type in IGNORED:
        return None
    kind = KINDS.get(event.event_type, EventKind.UNKNOWN)
    delivery, subscriber = _whose(event)
    answer = " ".join(str(part) for part in (event.mta_response, event.description) if part)
    source = re.sub(r"[^a-z0-9]+", "-", provider.lower())[:40]
    return store(
        MailEvent(
            kind=kind,
            source=source,
            event_id=f"{source}:{event.event_id or _made_up_id(event)}",
            delivery=delivery,
            subscriber=subscriber,
            code=enhanced_code(answer) or (found[1] if (found := _CODE.search(answer)) else ""),
            bounce_class=_class(kind, event.reject_reason, answer),
            detail=answer[:500] or str(event.reject_reason or ""),
            raw=_as_text(event.esp_event),
            # Anymail has checked that the provider says it.
            is_trusted=bool(delivery or subscriber),
            at=min(event.timestamp or now, now),
        )
    )


def _class(kind: EventKind, reason: str | None, answer: str) -> str:
    """By the far server's codes where they are told, else by the provider's own judgement."""
    if kind not in (EventKind.BOUNCED, EventKind.REJECTED):
        return ""
    code = _CODE.search(answer)
    judged = classify(int(code[1]) if code else None, enhanced_code(answer), answer)
    return CLASSES.get(str(reason), BounceClass.UNKNOWN) if judged == BounceClass.UNKNOWN else judged


def _whose(event: Any) -> tuple[Delivery | None, Subscriber | None]:
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    delivery = verp.read(str(metadata.get("token", ""))) or by_message_id(str(event.message_id or ""))
    key = parse_key(event.recipient or "")
    if delivery and (not key or parse_key(delivery.mailbox) == key):
        return delivery, delivery.subscriber
    return None, Subscriber.objects.filter(key=key).first() if key else None


def _made_up_id(event: Any) -> str:
    """For providers that give their events no name: the same event told twice has the same one."""
    stamp = event.timestamp.isoformat() if event.timestamp else ""
    parts = [event.event_type, str(event.message_id), parse_key(event.recipient or ""), stamp]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _as_text(raw: Any) -> str:
    try:
        text = json.dumps(raw, default=str)
    except (TypeError, ValueError):
        text = str(raw)
    return text[:20_000].replace("\x00", "")
