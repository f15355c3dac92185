"""Our own webhook: a signed JSON text with what became of mails, for providers and mail servers that know no other.

    POST /newsletter/webhooks/events/
    X-Newsletter-Signature: t=1764000000,v1=<HMAC-SHA256 in hex of "1764000000." and the body, under a shared secret>

    {"events": [{"id": "…", "type": "bounced", "recipient": "reader@example.org", "code": "5.1.1", "detail": "…"}]}

`token` (the envelope sender) or `message_id` say exactly which mail it was and go before `recipient`.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any

from django.utils.dateparse import parse_datetime

from newsletter.addresses import parse_key
from newsletter.bouncing import verp
from newsletter.bouncing.classes import BounceClass, classify
from newsletter.bouncing.recording import by_message_id, store
from newsletter.models import Delivery, MailEvent, Subscriber
from newsletter.states import EventKind

TOLERANCE = dt.timedelta(minutes=5)
MOST_EVENTS = 1000
_BOUNCES = (EventKind.BOUNCED, EventKind.REJECTED)


class BadSignature(Exception):
    """The text does not come from somebody who knows one of our secrets, or is an old one sent again."""


class BadReport(Exception):
    """The text is signed, and is not what we take; the message says what is wrong with it."""


def sign(body: bytes, secret: str, at: dt.datetime) -> str:
    """The header for a text sent at `at`: what a sender computes."""
    stamp = str(int(at.timestamp()))
    return f"t={stamp},v1={_digest(stamp, body, secret)}"


def verify(body: bytes, header: str, secrets: Iterable[str], *, now: dt.datetime) -> None:
    """Raises BadSignature unless `header` signs `body` under one of `secrets`, within five minutes of `now`."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamp = next((value for name, _sep, value in pairs if name == "t"), "")
    given = [value for name, _sep, value in pairs if name == "v1"]
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
        raise BadSignature
    digests = [_digest(stamp, body, secret).encode() for secret in secrets]
    fits = any(hmac.compare_digest(ours, theirs.encode()) for ours in digests for theirs in given)
    if not fits or abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise BadSignature


def note_events(body: bytes, *, source: str, now: dt.datetime) -> int:
    """Stores the events of a verified text; how many there are. Raises BadReport before anything is stored."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadReport("The body is no JSON.") from None
    events = data.get("events") if isinstance(data, dict) else None
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise BadReport("“events” has to be a list of objects.")
    if len(events) > MOST_EVENTS:
        raise BadReport(f"At most {MOST_EVENTS} events at a time.")
    if not all(isinstance(event.get("id"), str) and event["id"] for event in events):
        raise BadReport("Every event needs an “id” of its own, a text.")
    for event in events:
        store(_event(event, source, now))
    return len(events)


def _event(event: dict[str, Any], source: str, now: dt.datetime) -> MailEvent:
    kind = EventKind(event["type"]) if event.get("type") in EventKind.values else EventKind.UNKNOWN
    delivery, subscriber = _whose(event)
    code, detail = _text(event, "code")[:16], _text(event, "detail")[:500]
    return MailEvent(
        kind=kind,
        source=source,
        event_id=f"{source}:{event['id']}",
        delivery=delivery,
        subscriber=subscriber,
        code=code,
        bounce_class=_class(kind, code, detail),
        detail=detail,
        raw=json.dumps(event, ensure_ascii=True)[:20_000],
        is_trusted=bool(delivery or subscriber),
        at=_time(event, now),
    )


def _class(kind: EventKind, code: str, detail: str) -> str:
    if kind not in _BOUNCES:
        return ""
    three = int(code) if len(code) == 3 and code.isascii() and code.isdecimal() else None
    return classify(three, "" if three else code, detail) or BounceClass.UNKNOWN


def _whose(event: dict[str, Any]) -> tuple[Delivery | None, Subscriber | None]:
    delivery = verp.read(_text(event, "token")) or by_message_id(_text(event, "message_id"))
    if delivery:
        return delivery, delivery.subscriber
    key = parse_key(_text(event, "recipient"))
    return None, Subscriber.objects.filter(key=key).first() if key else None


def _time(event: dict[str, Any], now: dt.datetime) -> dt.datetime:
    """When it happened, if that is told and can be; never in the future."""
    try:
        at = parse_datetime(_text(event, "at"))
    except ValueError:
        return now
    return min(at, now) if at and at.tzinfo else now


def _text(event: dict[str, Any], name: str) -> str:
    value = event.get(name)
    return value.replace("\x00", "") if isinstance(value, str) else ""


def _digest(stamp: str, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
