"""Reading what lands in the bounce mailbox: returned mails (RFC 3464), complaints (RFC 5965), auto-replies, the rest.

Pure reading: nothing here knows the database. Whatever bytes come, the answer is a Report and never an error.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parseaddr

from newsletter.bouncing.classes import BounceClass, classify, enhanced_code
from newsletter.states import EventKind

# What names the reader in our own mails' headers, each a signed token of ours.
_ENVELOPE = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_ACTIONS = {
    "failed": EventKind.BOUNCED,
    "delayed": EventKind.DEFERRED,
    "delivered": EventKind.DELIVERED,
    "relayed": EventKind.DELIVERED,
    "expanded": EventKind.DELIVERED,
}
_WORST_FIRST = {EventKind.BOUNCED: 0, EventKind.DEFERRED: 1, EventKind.DELIVERED: 2}
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
_REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -]+(?:[45]\.\d|[#A-Za-z<]))")
_UNSUBSCRIBE = re.compile(r"/newsletter/unsubscribe/([^/>\s]+)")
_LONGEST_TEXT = 64 * 1024
_LONGEST_DETAIL = 500


@dataclass(frozen=True)
class Report:
    """What one mail says. The identifying parts are as found; whether to believe them is the caller's question.

    `addresses` are those that it was sent to or that the returned mail came from (any may be a VERP address),
    `unsubscribe_tokens` and `message_ids` stood in the returned mail, `recipients` in the report.
    """

    kind: EventKind
    bounce_class: BounceClass | None = None
    code: str = ""
    detail: str = ""
    addresses: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    unsubscribe_tokens: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    is_auto_reply: bool = False


@dataclass
class _Found:
    """What is gathered on the way through the parts."""

    addresses: list[str] = field(default_factory=list)
    message_ids: list[str] = field(default_factory=list)
    unsubscribe_tokens: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


def read_report(raw: bytes) -> Report:
    """Reads one mail as it came."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    found = _Found(addresses=[address for name in _ENVELOPE for address in _addresses(message, name)])
    for part in _parts(message):
        _gather(part, found)
    for read in (_complaint, _status_report, _plain_bounce):
        if verdict := read(message, found):
            return _report(found, *verdict)
    return Report(EventKind.UNKNOWN, detail=_header(message, "Subject")[:_LONGEST_DETAIL], **_identity(found),
                  is_auto_reply=_is_auto_reply(message))  # fmt: skip


_Verdict = tuple[EventKind, BounceClass | None, str, str]


def _report(found: _Found, kind: EventKind, bounce_class: BounceClass | None, code: str, detail: str) -> Report:
    return Report(kind, bounce_class, code[:16], _one_line(detail), **_identity(found))


def _identity(found: _Found) -> dict[str, tuple[str, ...]]:
    return {name: tuple(dict.fromkeys(filter(None, values))) for name, values in vars(found).items()}


def _complaint(message: Message, found: _Found) -> _Verdict | None:
    """A feedback report (RFC 5965): somebody pressed "this is spam"."""
    for part in _parts(message):
        if part.get_content_type() != "message/feedback-report":
            continue
        fields = _fields(part)
        feedback = fields.get("feedback-type", "").lower()
        found.recipients += [parseaddr(value)[1] for value in fields.get("original-rcpt-to", "").split(",") if value]
        kind = EventKind.COMPLAINED if feedback in _COMPLAINTS else EventKind.UNKNOWN
        return kind, None, "", f"Feedback-Type: {feedback or '?'}"
    return None


def _status_report(message: Message, found: _Found) -> _Verdict | None:
    """A delivery status notification (RFC 3464): the worst of what it says about its recipients."""
    verdicts = []
    for block in _status_blocks(message):
        action = _header(block, "Action").lower()
        if not action:
            continue
        found.recipients += [_typed(block.get(name, "")) for name in ("Original-Recipient", "Final-Recipient")]
        diagnosis = _one_line(_typed(block.get("Diagnostic-Code", "")))
        status = enhanced_code(str(block.get("Status", ""))) or enhanced_code(diagnosis)
        # The far server's own words are more exact than the relay's summary of them (5.0.0, 5.1.0).
        if status in ("", "5.0.0", "5.1.0"):
            status = enhanced_code(diagnosis) or status
        kind = _ACTIONS.get(action, EventKind.UNKNOWN)
        verdicts.append(_judged(kind, diagnosis, status))
    return min(verdicts, key=lambda verdict: _WORST_FIRST.get(verdict[0], 3), default=None)


def _judged(kind: EventKind, diagnosis: str, status: str) -> _Verdict:
    if kind != EventKind.BOUNCED:
        return kind, None, status, diagnosis
    code = _REPLY_CODE.search(diagnosis)
    bounce_class = classify(int(code[1]) if code else None, status, diagnosis)
    # A server that gave up after days of 4.x.x says "failed" all the same: soft, as the code says.
    return kind, bounce_class, status or (code[1] if code else ""), diagnosis


def _plain_bounce(message: Message, found: _Found) -> _Verdict | None:
    """Servers that return mail in words of their own (qmail, Exim and older ones): by their sender and a code."""
    failed = _header(message, "X-Failed-Recipients")
    if not (failed or _is_from_a_server(message)):
        return None
    text = _text(message)
    code, status = _REPLY_CODE.search(text), enhanced_code(text)
    if not (failed or code or status):
        return None
    found.recipients += [parseaddr(value)[1] for value in failed.split(",") if value]
    line = next((line for line in text.splitlines() if (code and code[1] in line) or (status and status in line)), text)
    bounce_class = classify(int(code[1]) if code else None, status, line)
    return EventKind.BOUNCED, bounce_class, status or (code[1] if code else ""), line


def _is_from_a_server(message: Message) -> bool:
    sender = parseaddr(_header(message, "From"))[1].lower().partition("@")[0]
    return _header(message, "Return-Path") == "<>" or sender in ("mailer-daemon", "postmaster", "mail-daemon")


def _is_auto_reply(message: Message) -> bool:
    """Whether a person's mailbox answered by itself (RFC 3834)."""
    automatic = _header(message, "Auto-Submitted").lower()
    return bool(
        (automatic and automatic != "no")
        or _header(message, "X-Autoreply")
        or _header(message, "X-Autorespond")
        or _header(message, "Precedence").lower() in ("auto_reply", "bulk", "junk")
    )


def _gather(part: Message, found: _Found) -> None:
    """Takes from a returned mail (whole, or its headers alone) what says whose it was."""
    kind = part.get_content_type()
    if kind == "text/rfc822-headers":
        returned = email.message_from_string(_payload(part), policy=email.policy.compat32)
    elif kind == "message/rfc822" and part.is_multipart():
        returned = part.get_payload(0)
    else:
        return
    found.addresses += [
        address for name in ("Return-Path", "X-Envelope-From") for address in _addresses(returned, name)
    ]
    found.message_ids += _header(returned, "Message-ID").split()[:1]
    found.unsubscribe_tokens += _UNSUBSCRIBE.findall("".join(_header(returned, "List-Unsubscribe").split()))


def _status_blocks(message: Message) -> Iterator[Message]:
    for part in _parts(message):
        if part.get_content_type() != "message/delivery-status":
            continue
        payload = part.get_payload()
        blocks = payload if isinstance(payload, list) else []
        yield from (block for block in blocks if isinstance(block, Message))


def _fields(part: Message) -> dict[str, str]:
    """The fields of a part that is headers by nature; Python reads message/* parts as mails of their own."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if isinstance(inner, Message):
        return {name.lower(): str(value).strip() for name, value in inner.items()}
    lines = email.message_from_string(_payload(part), policy=email.policy.compat32)
    return {name.lower(): str(value).strip() for name, value in lines.items()}


def _parts(message: Message) -> Iterator[Message]:
    """The parts of the report itself: what is inside a returned mail is no part of it."""
    yield message
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            yield from _parts(part)


def _text(message: Message) -> str:
    for part in _parts(message):
        if part.get_content_type() == "text/plain":
            return _payload(part)[:_LONGEST_TEXT]
    return ""


def _payload(part: Message) -> str:
    """A part's text, whatever it claims to be encoded in."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return data.decode("utf-8", errors="replace")


def _header(message: Message, name: str) -> str:
    return str(message.get(name, "") or "").strip()


def _addresses(message: Message, name: str) -> list[str]:
    values = [str(value) for value in message.get_all(name, [])]
    return [address for value in values for part in value.split(",") if (address := parseaddr(part)[1] or "")]


def _typed(value: object) -> str:
    """The value of a field such as `rfc822; reader@example.org` or `smtp; 550 no`."""
    return str(value or "").partition(";")[2].strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_DETAIL]
