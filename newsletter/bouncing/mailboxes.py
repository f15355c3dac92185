"""The mailbox to which undeliverable mail comes back: read by IMAP (RFC 3501) or from a maildir, and emptied.

A mail is taken out only after what it says is stored; killed in between, it is read again and recognised.
"""

import datetime as dt
import imaplib
import mailbox
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from django.conf import settings

from newsletter.bouncing.recording import note_mail

logger = structlog.get_logger(__name__)

BATCH = 200
TIMEOUT = 20
# The report stands at the beginning; what was returned with it may be as long as the sender liked.
LONGEST = 1_000_000
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailboxError(Exception):
    """The mailbox cannot be reached or opened; the message is fit for an operator and holds no password."""


def poll(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Stores what the mails in BOUNCE_MAILBOX say and takes them out; how many were read. 0 where none is set."""
    if not settings.BOUNCE_MAILBOX:
        return 0
    read = 0
    with opened(settings.BOUNCE_MAILBOX) as mails:
        for raw, take_out in mails:
            note_mail(raw, now=now)
            take_out()
            read += 1
            if read >= BATCH or stopping():
                break
    if read:
        logger.info("bounce_mailbox_read", mails=read)
    return read


@contextmanager
def opened(url: str) -> Iterator[Iterator[tuple[bytes, Callable[[], None]]]]:
    """The mails in a mailbox, each with what takes it out. Raises MailboxError."""
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield _maildir(Path(unquote(parts.path)))
        return
    try:
        server = _connect(parts)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxError(f"{parts.hostname}: {_in_words(error)}") from None
    try:
        yield _imap(server)
        server.expunge()
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxError(f"{parts.hostname}: {_in_words(error)}") from None
    finally:
        _leave(server)


def _maildir(folder: Path) -> Iterator[tuple[bytes, Callable[[], None]]]:
    if not (folder / "new").is_dir():
        raise MailboxError(f"{folder} is no maildir: it has no folder “new”.")
    box = mailbox.Maildir(folder, create=False)
    for key in sorted(box.keys()):
        try:
            with box.get_file(key) as file:
                raw = file.read(LONGEST)
        except (KeyError, FileNotFoundError):  # another worker was faster
            continue
        yield raw, lambda key=key: box.discard(key)


def _connect(parts: SplitResult) -> imaplib.IMAP4:
    """A session with the folder open. `imap://` takes STARTTLS where it is offered, and must, beyond this machine."""
    host = parts.hostname or ""
    if parts.scheme == "imaps":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, parts.port or 993, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
        if "STARTTLS" in server.capabilities:
            server.starttls()
        elif host not in _LOOPBACK:
            server.shutdown()
            raise imaplib.IMAP4.error("the server offers no STARTTLS; use imaps://")
    server.login(unquote(parts.username or ""), unquote(parts.password or ""))
    folder = unquote(parts.path.strip("/")) or "INBOX"
    status, answer = server.select(f'"{folder}"')
    if status != "OK":
        raise imaplib.IMAP4.error(f"the folder {folder} cannot be opened: {_last(answer)}")
    return server


def _imap(server: imaplib.IMAP4) -> Iterator[tuple[bytes, Callable[[], None]]]:
    _status, found = server.uid("SEARCH", "UNDELETED")
    for uid in (found[0] or b"").split()[:BATCH]:
        _status, parts = server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LONGEST}>)")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
        if raw is not None:
            yield raw, lambda uid=uid: server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Deleted)")


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        server.shutdown()


def _in_words(error: Exception) -> str:
    """What a server said, without what we said to it."""
    return " ".join(str(error).removeprefix("b'").removesuffix("'").split())[:200] or type(error).__name__


def _last(answer: list[bytes | None]) -> str:
    return (answer[-1] or b"").decode(errors="replace")[:200] if answer else ""
