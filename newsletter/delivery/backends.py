"""Carrying a batch through a mail backend of Django's, Anymail's providers among them: a mail a call.

A backend that is given many mails at once stops at the first refused reader and does not say which were sent, so that
it is never given more than one.
"""

import smtplib
from collections.abc import Iterable

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from newsletter.bouncing.verp import envelope_sender, token
from newsletter.delivery.claiming import Batch, Parcel
from newsletter.delivery.letters import Letters
from newsletter.delivery.messages import BadMailbox, as_mail, reader_of
from newsletter.delivery.recording import Book, NotNow
from newsletter.delivery.smtp import AUTH, DOT, MAIL, RCPT, Answer
from newsletter.models import Issue

try:
    from anymail.exceptions import AnymailError, AnymailRecipientsRefused
except ImportError:  # the extra is not installed, and then nothing raises these

    class AnymailError(Exception):
        """Stands in for what cannot come."""

    class AnymailRecipientsRefused(AnymailError):
        """As above."""


logger = structlog.get_logger(__name__)

# So many mails in a row of which nobody knows: whatever it is, it is not the readers.
DOUBTS = 3
TOO_MANY_REQUESTS = 429


class InDoubt(Exception):
    """The backend failed after it was given the mail: it may have gone out."""


class Backend:
    """The backend of EMAIL_BACKEND, its connection kept from mail to mail."""

    def __init__(self, letters: Letters) -> None:
        self.name = settings.EMAIL_BACKEND[:255]
        self._letters = letters
        self._connection: BaseEmailBackend | None = None
        self._doubts = 0

    @staticmethod
    def connections_at_once() -> bool:
        """A provider takes several calls at a time, each over a session of its own; of other backends nobody knows."""
        return settings.EMAIL_BACKEND.startswith("anymail.backends.")

    def carry(self, issue: Issue, batch: Batch, book: Book, turns: Iterable[Parcel], *, ahead: bool) -> None:
        """Sends the parcels that `turns` yields and records each in `book`; raises Stop and NotNow."""
        try:
            for parcel in turns:
                self._send(issue, parcel, book)
        finally:
            book.flush()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, issue: Issue, parcel: Parcel, book: Book) -> None:
        letter = self._letters.letter(issue, parcel.variant)
        try:
            reader = reader_of(
                letter, delivery_id=parcel.pk, subscriber_id=parcel.subscriber_id, mailbox=parcel.mailbox
            )
        except BadMailbox as error:
            book.fail(parcel, str(error))
            return
        mail = as_mail(letter, reader)
        # Anymail takes them, as far as the provider can; Django's own backends send what stands in from_email.
        mail.envelope_sender = envelope_sender(parcel)
        mail.metadata = {"token": token(parcel)}
        mail.connection = self._opened()
        book.hand_over(parcel)
        try:
            answer = _answer(mail)
        except InDoubt as error:
            self.close()
            self._doubts += 1
            book.broken(parcel, str(error), after_dot=True)
            if self._doubts >= DOUBTS:
                self._doubts = 0
                book.stop_issue(str(error))
            return
        self._doubts = 0
        if answer.stage in (AUTH, MAIL):
            book.take_back(parcel)
        book.answered(parcel, answer)

    def _opened(self) -> BaseEmailBackend:
        if self._connection is None:
            connection = get_connection()
            try:
                connection.open()
            except (OSError, smtplib.SMTPException) as error:
                raise NotNow(f"{type(error).__name__}: {error}") from error
            self._connection = connection
        return self._connection


def _answer(mail) -> Answer:
    """What the backend says of a mail, in the words of SMTP; raises InDoubt where it may have gone out."""
    try:
        sent = mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return Answer(RCPT, code, _words(words))
    except smtplib.SMTPSenderRefused as error:
        return Answer(MAIL, error.smtp_code, _words(error.smtp_error))
    except smtplib.SMTPAuthenticationError as error:
        return Answer(AUTH, error.smtp_code, _words(error.smtp_error))
    except smtplib.SMTPResponseException as error:
        return Answer(DOT, error.smtp_code, _words(error.smtp_error))
    except AnymailRecipientsRefused as error:
        return Answer(RCPT, 550, f"5.7.0 The provider refuses the address: {type(error).__name__}")
    except AnymailError as error:
        return _of_provider(error)
    except Exception as error:  # a backend may raise anything; what it did before is not known
        # A mail server's answer names the address, which stays out of the log; anything else is a fault of ours.
        logger.error("backend_failed", error=type(error).__name__, exc_info=not isinstance(error, OSError))
        raise InDoubt(f"{type(error).__name__}: {error}"[:300]) from error
    return Answer(DOT, 250, "") if sent else Answer(RCPT, 554, "The backend did not take it.")


def _of_provider(error: AnymailError) -> Answer:
    """A provider's HTTP status: 429 is later, 4xx our fault, 5xx says nothing about what was done before."""
    status = getattr(error, "status_code", None)
    if status == TOO_MANY_REQUESTS:
        return Answer(MAIL, 450, "4.7.0 The provider says that we are too fast.")
    if status is not None and 400 <= status < 500:
        return Answer(MAIL, 554, f"The provider answers {status}.")
    if status is None and getattr(error, "response", None) is None and not isinstance(error.__cause__, OSError):
        return Answer(MAIL, 554, f"{type(error).__name__}: {error}"[:300])
    raise InDoubt(f"{type(error).__name__}: {status or ''}") from error


def _words(raw: bytes | str) -> str:
    return " ".join((raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)).split())
