"""A connection to a mail server that is kept, and on which the next mail is announced together with the last one's end.

Python's smtplib opens it (greeting, EHLO, STARTTLS, AUTH) and reads the answers; what is ours is that commands are
pipelined (RFC 2920). The end of one mail and the announcement of the next travel together, so that a mail costs one
round trip instead of four. Where the server does not offer PIPELINING, commands go one at a time.
"""

import select
import smtplib
import socket
import ssl
from typing import NamedTuple

from django.conf import settings
from django.core.mail.utils import DNS_NAME

# Servers remember what a connection has done, and some end it after a number of mails: we end it first.
MAILS_A_CONNECTION = 100
GO_AHEAD, CLOSING = 354, 421
CONNECT, HELLO, AUTH, MAIL, RCPT, DATA, DOT = "connect", "hello", "auth", "mail", "rcpt", "data", "dot"
# Said in place of a server, where smtplib finds out by itself that there is no way.
NO_TLS = "It offers no encryption (STARTTLS), and EMAIL_URL=submission://… wants it: nothing is sent in the clear."
NO_LOGIN = "It takes no user and password (AUTH) in a way that we know, and EMAIL_URL names them."
NOT_ASCII = "The user or password of EMAIL_URL has letters outside ASCII, which this login cannot send."


class Answer(NamedTuple):
    """What the server said, and to what. `text` is its words in one line; it may name the reader."""

    stage: str
    code: int
    text: str

    @property
    def is_good(self) -> bool:
        return self.code == GO_AHEAD if self.stage == DATA else 200 <= self.code < 300

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()[:500]


class Refused(Exception):
    """The server answered, and does not want us: no connection came about."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer))
        self.answer = answer


class Away(Exception):
    """The server cannot be reached."""


class Broken(Exception):
    """The connection ended. `after_dot`: the end of a mail may have reached the server, which may have taken it."""

    def __init__(self, reason: str, *, after_dot: bool = False) -> None:
        super().__init__(reason)
        self.after_dot = after_dot


class Envelope(NamedTuple):
    """From whom and to whom one mail goes, its size in octets, and whether its lines have eight bits."""

    sender: str
    mailbox: str
    size: int
    is_eight_bit: bool


def relay_name() -> str:
    """The mail server of the settings, as rows of it are named."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


class Wire:
    """One connection to the mail server of the settings. Opened when it is made; raises Away or Refused."""

    def __init__(self) -> None:
        self.mails = 0
        self._reset_first = False
        self._smtp = self._connected()
        try:
            self._greet()
        except BaseException:
            self.abort()
            raise
        # The last packet of a text waits for the final dot, where the system can be told so (and TLS does not hide it).
        is_plain = not isinstance(self._smtp.sock, ssl.SSLSocket)
        self._more = getattr(socket, "MSG_MORE", 0) if is_plain else 0
        self.pipelining = self._smtp.has_extn("pipelining")
        self.eight_bit = self._smtp.has_extn("8bitmime")
        limit = self._smtp.esmtp_features.get("size", "")
        self.size_limit = int(limit) if limit.isdigit() else 0

    @property
    def is_open(self) -> bool:
        """Whether it can be used; false once it broke or was ended."""
        return self._smtp.sock is not None

    @property
    def is_spent(self) -> bool:
        """Whether it has carried as many mails as one connection should."""
        return self.mails >= MAILS_A_CONNECTION

    def announce(self, envelope: Envelope) -> bytes:
        """The commands that ask the server to take a mail."""
        size = f" SIZE={envelope.size}" if self.size_limit else ""
        body = " BODY=8BITMIME" if envelope.is_eight_bit else ""
        lines = [f"MAIL FROM:<{envelope.sender}>{size}{body}", f"RCPT TO:<{envelope.mailbox}>", "DATA", ""]
        return "\r\n".join(lines).encode("ascii")

    def invite(self, envelope: Envelope, *, announced: bool) -> Answer:
        """Asks the server to take a mail, unless that was asked with the mail before; its go-ahead or its refusal."""
        if self.size_limit and envelope.size > self.size_limit and not announced:
            return Answer(MAIL, 552, f"5.3.4 The mail has {envelope.size} octets, the server takes {self.size_limit}.")
        if self.pipelining:
            return self._invited_together(envelope, announced=announced)
        return self._invited_in_turn(envelope)

    def hand(self, data: bytes, following: Envelope | None) -> Answer:
        """Writes a mail that was invited, with its final dot, and the announcement of the one after it; the answer.

        `following` is announced only where `pipelining` is true.
        """
        self._write(data if data.endswith(b"\r\n") else data + b"\r\n", flags=self._more)
        if self._has_ended():
            self.abort()
            raise Broken("The server ended the connection within the mail.")
        announcement = self.announce(following) if following and self.pipelining else b""
        self._write(b".\r\n" + announcement, after=3)
        self.mails += 1
        return self._read(DOT)

    def quit(self) -> None:
        """Takes leave; of a server that has gone already, nothing is expected."""
        try:
            self._smtp.sock.settimeout(2)
            self._smtp.quit()
        except (smtplib.SMTPException, OSError, AttributeError):
            self.abort()

    def abort(self) -> None:
        """Ends the connection without another word: a mail that has no final dot yet is no mail (RFC 5321, 4.1.1.4)."""
        self._smtp.close()

    def _connected(self) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        context = {"context": ssl.create_default_context()} if settings.EMAIL_USE_SSL else {}
        try:
            smtp = kind(local_hostname=DNS_NAME.get_fqdn(), timeout=settings.EMAIL_TIMEOUT, **context)
            # STARTTLS checks the certificate against this; smtplib sets it only when it connects in its constructor.
            smtp._host = settings.EMAIL_HOST
            code, words = smtp.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
        except (OSError, smtplib.SMTPException) as error:
            raise Away(f"{type(error).__name__}: {error}") from error
        if code != 220:
            smtp.close()
            raise Refused(Answer(CONNECT, code, _words(words)))
        # The end of a mail is written apart from its text, and must not wait for the server to acknowledge that.
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _greet(self) -> None:
        """EHLO, STARTTLS and AUTH, as the settings have it."""
        try:
            self._smtp.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                if not self._smtp.has_extn("starttls"):
                    raise Refused(Answer(HELLO, 554, NO_TLS))
                self._smtp.starttls(context=ssl.create_default_context())
                self._smtp.ehlo_or_helo_if_needed()
            if settings.EMAIL_HOST_USER:
                self._smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except smtplib.SMTPResponseException as error:
            stage = AUTH if isinstance(error, smtplib.SMTPAuthenticationError) else HELLO
            raise Refused(Answer(stage, error.smtp_code, _words(error.smtp_error))) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(Answer(AUTH, 504, NO_LOGIN)) from error
        except UnicodeError as error:
            raise Refused(Answer(AUTH, 535, NOT_ASCII)) from error
        except ssl.SSLCertVerificationError as error:
            raise Refused(Answer(HELLO, 554, f"Its certificate is not good: {error.verify_message}")) from error
        except (OSError, smtplib.SMTPException) as error:
            # Bare, it is the one of `login` that knows none of the ways that the server offers.
            if type(error) is smtplib.SMTPException:
                raise Refused(Answer(AUTH, 504, NO_LOGIN)) from error
            raise Away(f"{type(error).__name__}: {error}") from error

    def _invited_together(self, envelope: Envelope, *, announced: bool) -> Answer:
        """All three commands in one go, and their answers; after a refusal the transaction is ended."""
        reset = self._reset_first and not announced
        if not announced:
            self._write((b"RSET\r\n" if reset else b"") + self.announce(envelope))
        if reset:
            self._read(MAIL)
            self._reset_first = False
        answers: list[Answer] = []
        for stage in (MAIL, RCPT, DATA):
            answers.append(self._read(stage))
            if answers[-1].code == CLOSING:
                self.abort()
                return answers[-1]
        refusal = next((answer for answer in answers if not answer.is_good), None)
        if refusal is None:
            return answers[-1]
        self._reset_first = True
        if answers[-1].is_good:
            # The server waits for a text although it knows no reader: a lone dot ends that (RFC 2920 section 3.1).
            try:
                self._write(b".\r\n")
                self._read(DOT)
            except Broken:
                pass  # what the server said before holds, with or without this connection
        return refusal

    def _invited_in_turn(self, envelope: Envelope) -> Answer:
        if self._reset_first:
            self._write(b"RSET\r\n")
            self._read(MAIL)
            self._reset_first = False
        answer = Answer(MAIL, 0, "")
        for stage, command in zip((MAIL, RCPT, DATA), self.announce(envelope).splitlines(keepends=True), strict=True):
            self._write(command)
            answer = self._read(stage)
            if not answer.is_good:
                self._reset_first = True
                return answer
        return answer

    def _read(self, stage: str) -> Answer:
        try:
            code, words = self._smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self.abort()
            raise Broken(f"{type(error).__name__}: {error}", after_dot=stage == DOT) from error
        if code == -1:
            self.abort()
            raise Broken("The server's answer makes no sense.", after_dot=stage == DOT)
        return Answer(stage, code, _words(words))

    def _write(self, data: bytes, *, after: int | None = None, flags: int = 0) -> None:
        """Hands all of it to the system; when that fails, says whether the first `after` octets had gone already."""
        view, gone = memoryview(data), 0
        try:
            while gone < len(view):
                gone += self._smtp.sock.send(view[gone:], flags)
        except (OSError, AttributeError) as error:
            self.abort()
            raise Broken(f"{type(error).__name__}: {error}", after_dot=after is not None and gone >= after) from error

    def _has_ended(self) -> bool:
        """Whether the server says something while it should listen: it ends the connection, or has ended it.

        Within TLS something to read may be the protocol's own, so that nothing can be told from it.
        """
        sock = self._smtp.sock
        return not isinstance(sock, ssl.SSLSocket) and bool(select.select([sock], [], [], 0)[0])


def _words(raw: bytes | str) -> str:
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    return " ".join(text.split())
