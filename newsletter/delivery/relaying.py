"""Carrying a batch over our own connection to a mail server: the main way out."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import structlog

from newsletter.bouncing.verp import envelope_sender
from newsletter.delivery.claiming import Batch, Parcel
from newsletter.delivery.letters import Letters
from newsletter.delivery.messages import BadMailbox, reader_of
from newsletter.delivery.recording import Book, NotNow
from newsletter.delivery.smtp import CLOSING, MAILS_A_CONNECTION, Away, Broken, Envelope, Refused, Wire, relay_name
from newsletter.models import Issue

logger = structlog.get_logger(__name__)

# A server that ends so many connections in a row without taking a mail is left alone for a while.
BREAKS = 3


class Mail(NamedTuple):
    """A mail as it will go out."""

    parcel: Parcel
    envelope: Envelope
    data: bytes


class Relaying:
    """One connection, kept from batch to batch until `close`. `name` is that of the mail server."""

    def __init__(self, letters: Letters) -> None:
        self.name = relay_name()
        self._letters = letters
        self._wire: Wire | None = None
        self._breaks = 0

    @staticmethod
    def connections_at_once() -> bool:
        """Ready to be measured against the limits of one server by several connections at once."""
        return True

    def carry(self, issue: Issue, batch: Batch, book: Book, turns: Iterable[Parcel], *, ahead: bool) -> None:
        """Sends the parcels of `batch` that `turns` yields, each when it is its turn; records them in `book`.

        `ahead` allows the next one to be announced together with the end of the one before. Raises Stop and NotNow,
        and leaves in the claim what it has not handed over.
        """
        mails = self._mails(issue, turns, book)
        mail, announced = next(mails, None), False
        try:
            while mail is not None:
                wire = self._ready(book, keep=announced)
                try:
                    answer = wire.invite(mail.envelope, announced=announced)
                except Broken as broken:
                    announced = False
                    self._note_break(broken)
                    continue
                announced = answer.is_good
                following = None
                if announced:
                    book.hand_over(mail.parcel)
                    may_follow = ahead and wire.pipelining and wire.mails + 1 < MAILS_A_CONNECTION
                    following = next(mails, None) if may_follow else None
                    announced = self._hand(wire, mail, following, book)
                else:
                    book.answered(mail.parcel, answer)
                mail = following or next(mails, None)
        except NotNow:
            self.close()
            raise
        finally:
            # A server that waits for a text must not take the silence for one.
            self._drop() if announced else None
            book.flush()

    def close(self) -> None:
        """Takes leave of the server."""
        if self._wire is not None:
            self._wire.quit()
            self._wire = None

    def _hand(self, wire: Wire, mail: Mail, following: Mail | None, book: Book) -> bool:
        """Writes a mail that was invited; whether the one after it is announced by now."""
        try:
            answer = wire.hand(mail.data, following.envelope if following else None)
        except Broken as broken:
            self._wire = None
            book.broken(mail.parcel, str(broken), after_dot=broken.after_dot)
            return False
        self._breaks = 0
        if answer.code == CLOSING:
            self._drop()
        book.answered(mail.parcel, answer)
        return following is not None and self._wire is not None

    def _mails(self, issue: Issue, turns: Iterable[Parcel], book: Book) -> Iterator[Mail]:
        """Each parcel as a mail; one whose address no mail can carry is refused by us."""
        for parcel in turns:
            wire = self._ready(book, keep=True)
            template = self._letters.template(issue, parcel.variant, eight_bit=wire.eight_bit)
            try:
                reader = reader_of(
                    template.letter, delivery_id=parcel.pk, subscriber_id=parcel.subscriber_id, mailbox=parcel.mailbox
                )
            except BadMailbox as error:
                book.fail(parcel, str(error))
                continue
            data = template.for_reader(reader)
            envelope = Envelope(envelope_sender(parcel), parcel.mailbox, len(data), template.is_eight_bit)
            yield Mail(parcel, envelope, data)

    def _ready(self, book: Book, *, keep: bool) -> Wire:
        """The connection, or a new one. `keep`: not the time to leave one that has done its share."""
        if self._wire is not None and self._wire.is_spent and not keep:
            self.close()
        if self._wire is None or not self._wire.is_open:
            try:
                self._wire = Wire()
            except Away as error:
                raise NotNow(str(error)) from error
            except Refused as refusal:
                book.turned_away(refusal.answer)
        return self._wire

    def _note_break(self, broken: Broken) -> None:
        self._wire = None
        self._breaks += 1
        logger.warning("relay_broke_off", relay=self.name, times=self._breaks)
        if self._breaks >= BREAKS:
            self._breaks = 0
            raise NotNow(str(broken)) from broken

    def _drop(self) -> None:
        if self._wire is not None:
            self._wire.abort()
            self._wire = None
