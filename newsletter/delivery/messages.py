"""An issue as bytes for the wire: made once, and for each reader only what is the reader's own swapped in.

`Letter` is what is frozen of an issue (or would be: test mails are made of it as well). `as_mail` makes Django's mail
of it for one reader, the slow and plain way; `Template` makes the same bytes fast (tests hold the two side by side).
"""

import binascii
import datetime as dt
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import NamedTuple

from django.core.mail import EmailMessage, EmailMultiAlternatives

from newsletter import links, placeholders
from newsletter.delivery import headers
from newsletter.models import Issue, Rendering
from newsportal.core.mail import site_domain

# RFC 5322 section 2.1.1, without the line's end.
LONGEST_LINE = 998
# No address of ours is longer than this; lines are measured as if each were.
LONGEST_VALUE = 250
# A reader's address as it may stand in a header and in an SMTP command (RFC 5321 section 4.1.2, what we accept of it).
_MAILBOX = re.compile(r"[!-~]+@[!-~]+")
_SPECIALS = re.compile(r"[\s<>()\[\],;:\\\"]")


class BadMailbox(ValueError):
    """The address cannot stand in a mail: a letter outside ASCII before the @, a space, a bracket."""


class Reader(NamedTuple):
    """What a mail has of its reader's own. `message_id` names the mail, the same each time it is tried."""

    mailbox: str
    message_id: str
    unsubscribe_url: str
    preferences_url: str


# Stand-ins that occur nowhere else, and which nothing encodes: plain ASCII, without a space.
_SLOTS = Reader(
    "to-this-reader@placeholder.invalid",
    "<name-of-this-mail@placeholder.invalid>",
    placeholders.UNSUBSCRIBE_URL,
    placeholders.PREFERENCES_URL,
)


@dataclass(frozen=True)
class Letter:
    """An issue's text in one variant, with placeholders, and the headers that all its mails share."""

    issue_id: int
    newsletter_id: int
    subject: str
    html: str
    text: str
    sender: str
    reply_to: str
    date: dt.datetime
    # Stands behind the @ of each mail's Message-ID (RFC 5322 section 3.6.4).
    domain: str
    # What stands before and after the token in the address where a reader leaves, and in that where one chooses.
    leaving: tuple[str, str]
    choosing: tuple[str, str]
    headers: Mapping[str, str]

    @classmethod
    def of(cls, issue: Issue, *, subject: str, html: str, text: str, date: dt.datetime) -> "Letter":
        """What `issue` looks like with this text; `date` stands in its Date, the same at each try."""
        return cls(
            issue_id=issue.pk,
            newsletter_id=issue.newsletter_id,
            subject=subject,
            html=_crlf(html),
            text=_crlf(text),
            sender=headers.sender(issue.newsletter),
            reply_to=issue.newsletter.reply_to,
            date=date,
            domain=site_domain(),
            leaving=_around_token(links.unsubscribe_address),
            choosing=_around_token(links.preferences_address),
            headers=headers.of_issue(issue),
        )

    @classmethod
    def frozen(cls, rendering: Rendering) -> "Letter":
        """What was frozen of an issue in one variant."""
        issue = rendering.issue
        date = issue.started_at or rendering.made_at
        return cls.of(issue, subject=rendering.subject, html=rendering.html, text=rendering.text, date=date)


def reader_of(letter: Letter, *, delivery_id: int, subscriber_id: int, mailbox: str) -> Reader:
    """The reader of one delivery. Raises BadMailbox for an address that no mail can carry."""
    return Reader(
        checked_mailbox(mailbox),
        f"<issue.{letter.issue_id}.{delivery_id}@{letter.domain}>",
        links.UNSUBSCRIBE.token(subscriber_id, letter.newsletter_id).join(letter.leaving),
        links.PREFERENCES.token(subscriber_id).join(letter.choosing),
    )


def _around_token(address: Callable[[str], str]) -> tuple[str, str]:
    """An address without its token: those of all readers differ in that alone, and to make one takes long."""
    before, _token, after = address("this-token").partition("this-token")
    return before, after


def checked_mailbox(mailbox: str) -> str:
    """The address as it is, if it may stand in a header and in a command: nothing in it can end either."""
    local, _at, domain = mailbox.rpartition("@")
    if not _MAILBOX.fullmatch(mailbox) or _SPECIALS.search(local) or _SPECIALS.search(domain.strip("[]")):
        raise BadMailbox("This address cannot be written into a mail.")
    return mailbox


def as_mail(letter: Letter, reader: Reader) -> EmailMultiAlternatives:
    """Django's mail of a letter to one reader: for test mails, and for ways out other than our own."""
    values = _values(reader)
    text, markup = letter.text, letter.html
    for slot, value in _SLOTS._asdict().items():
        text = text.replace(value, getattr(reader, slot))
        markup = markup.replace(value, values[f"html:{slot}"].decode())
    mail = EmailMultiAlternatives(
        subject=letter.subject, body=text, from_email=letter.sender, to=[reader.mailbox], **_envelope(letter, reader)
    )
    mail.attach_alternative(markup, "text/html")
    return mail


class Template:
    """The bytes of a letter, cut where something is each reader's own.

    `eight_bit` says whether the mail server takes lines of eight bits (8BITMIME, RFC 6152); without that, text outside
    ASCII is sent as base64, which is half the size of quoted-printable for Bangla. So are lines that no wrapping made
    short enough. Lines that begin with a dot have a second one already (RFC 5321 section 4.5.2).
    """

    def __init__(self, letter: Letter, *, eight_bit: bool) -> None:
        boundary = f"=_{letter.issue_id:x}_part"
        while boundary in letter.text or boundary in letter.html:
            boundary += "_"
        self.letter = letter
        text = _Body("text/plain", letter.text, eight_bit=eight_bit)
        markup = _Body("text/html", _with_html_slots(letter.html), eight_bit=eight_bit)
        head = _head(letter) + f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n'
        between = f"\r\n--{boundary}"
        self._parts = _joined(
            _cut(_stuffed(f"{head}{between}\r\n{text.head}".encode())),
            text,
            (f"{between}\r\n{markup.head}".encode(),),
            markup,
            (f"{between}--\r\n".encode(),),
        )
        self.is_eight_bit = "8bit" in (text.encoding, markup.encoding)

    def for_reader(self, reader: Reader) -> bytes:
        """The mail as it goes on the wire, without the final dot."""
        values = _values(reader)
        return b"".join(
            part.filled(values) if isinstance(part, _Body) else _filled(part, values) for part in self._parts
        )


class _Body:
    """One part of the mail: its own headers, its encoding, and its text cut at the slots."""

    def __init__(self, content_type: str, text: str, *, eight_bit: bool) -> None:
        raw = text.encode()
        self.encoding = _encoding(text, raw, eight_bit=eight_bit)
        self.head = (
            f'Content-Type: {content_type}; charset="utf-8"\r\nContent-Transfer-Encoding: {self.encoding}\r\n\r\n'
        )
        self.is_base64 = self.encoding == "base64"
        self.chunks = _cut(raw if self.is_base64 else _stuffed(raw))

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        """The text of a part in base64: only when it is whole can it be encoded."""
        return _base64(_filled(self.chunks, values))


def _joined(*parts: "tuple[bytes | str, ...] | _Body") -> "list[tuple[bytes | str, ...] | _Body]":
    """The parts, with those that need no encoding run together, so that a mail is put together in one go."""
    joined: list[tuple[bytes | str, ...] | _Body] = []
    for part in parts:
        if isinstance(part, _Body) and part.is_base64:
            joined.append(part)
            continue
        chunks = part.chunks if isinstance(part, _Body) else part
        if joined and isinstance(joined[-1], tuple):
            joined[-1] += chunks
        else:
            joined.append(chunks)
    return joined


def _base64(raw: bytes) -> bytes:
    """In lines of 76 (RFC 2045 section 6.8)."""
    line = binascii.b2a_base64(raw, newline=False)
    return b"\r\n".join([line[start : start + 76] for start in range(0, len(line), 76)])


def _encoding(text: str, raw: bytes, *, eight_bit: bool) -> str:
    longest = text
    for value in placeholders.ALL:
        longest = longest.replace(value, "-" * LONGEST_VALUE)
    if max(map(len, longest.encode().split(b"\r\n"))) > LONGEST_LINE:
        return "base64"
    if raw.isascii():
        return "7bit"
    return "8bit" if eight_bit else "base64"


def _head(letter: Letter) -> str:
    """The mail's own headers as Django writes and folds them, each line with its end."""
    mail = EmailMessage(
        subject=letter.subject, body="", from_email=letter.sender, to=[_SLOTS.mailbox], **_envelope(letter, _SLOTS)
    ).message()
    for name in ("Content-Type", "Content-Transfer-Encoding", "MIME-Version"):
        del mail[name]
    return mail.as_bytes(linesep="\r\n").partition(b"\r\n\r\n")[0].decode("ascii") + "\r\n"


def _envelope(letter: Letter, reader: Reader) -> dict[str, object]:
    own = {
        "Date": format_datetime(letter.date),
        "Message-ID": reader.message_id,
        "List-Unsubscribe": f"<{reader.unsubscribe_url}>",
    }
    return {"headers": {**own, **letter.headers}, "reply_to": [letter.reply_to] if letter.reply_to else []}


def _values(reader: Reader) -> dict[str, bytes]:
    """Each slot's value, as it is and as HTML has it."""
    plain = reader._asdict()
    return {name: value.encode("ascii") for name, value in plain.items()} | {
        f"html:{name}": html.escape(value).encode("ascii") for name, value in plain.items()
    }


def _with_html_slots(markup: str) -> str:
    for value in placeholders.ALL:
        markup = markup.replace(value, f"{value}-html")
    return markup


_NAMES = {value.encode(): slot for slot, value in _SLOTS._asdict().items()}
_NAMES |= {f"{value}-html".encode(): f"html:{slot}" for slot, value in _SLOTS._asdict().items()}
_SLOT = re.compile(b"(" + b"|".join(re.escape(value) for value in sorted(_NAMES, key=len, reverse=True)) + b")")


def _cut(raw: bytes) -> tuple[bytes | str, ...]:
    """The bytes between the slots, and the slots' names (str) where they stood."""
    return tuple(_NAMES.get(piece, piece) for piece in _SLOT.split(raw))


def _filled(chunks: tuple[bytes | str, ...], values: Mapping[str, bytes]) -> bytes:
    return b"".join([values[chunk] if isinstance(chunk, str) else chunk for chunk in chunks])


def _stuffed(raw: bytes) -> bytes:
    raw = raw.replace(b"\r\n.", b"\r\n..")
    return b"." + raw if raw.startswith(b".") else raw


def _crlf(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", "\r\n", text)
