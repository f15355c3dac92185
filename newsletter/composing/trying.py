"""Test mails: an issue as it stands, to anybody, with the headers that readers' mails have."""

import datetime as dt
from contextlib import closing
from dataclasses import replace

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from newsletter import issuing
from newsletter.addresses import parse, parse_key
from newsletter.clicking import for_variant
from newsletter.composing.rendering import render
from newsletter.delivery.messages import BadMailbox, Letter, as_mail, reader_of
from newsletter.models import Issue, Subscriber
from newsletter.states import NewsletterError
from newsportal.core import limits

logger = structlog.get_logger(__name__)

MARK = "[Test]"
MOST_ADDRESSES = 5
AN_HOUR, MOST_AN_HOUR = dt.timedelta(hours=1), 60
# Stands for a reader whom nobody is: what such links open says that the address gets nothing.
NOBODY = 0


def addresses_in(text: str) -> list[str]:
    """The addresses of a line, separated by commas or spaces. ValidationError where one is none, or for too many."""
    found = [parse(word).typed for word in text.replace(",", " ").replace(";", " ").split()]
    if not found:
        raise ValidationError(_("Give at least one address."))
    if len(found) > MOST_ADDRESSES:
        raise ValidationError(_("At most %(number)s addresses at once."), params={"number": MOST_ADDRESSES})
    return found


def send_test(issue: Issue, addresses: list[str], *, by: AbstractBaseUser, now: dt.datetime) -> None:
    """Sends the issue as it stands to each of `addresses`, with both subjects where it has two.

    The links are those of the reader whom an address belongs to, or of nobody. Raises NewsletterError, fit for an
    editor, where the mail server does not take a mail; those before it have gone out.
    """
    if not by.has_perm("newsletter.change_issue"):
        raise PermissionDenied(_("You may not do this with an issue."))
    if not limits.within("newsletter-test", str(by.pk), limit=MOST_AN_HOUR // MOST_ADDRESSES, window=AN_HOUR, now=now):
        raise NewsletterError(_("You have sent many test mails in this hour; wait a little."))
    letters = _letters(issue, now)
    try:
        with closing(get_connection()) as connection:
            connection.open()
            for mailbox in addresses:
                for number, letter in enumerate(letters):
                    mail = as_mail(letter, reader_of(letter, **_reader(mailbox, number, now)))
                    mail.connection = connection
                    mail.send()
    except (OSError, BadMailbox) as error:  # smtplib's errors are OSErrors too
        logger.warning("test_mail_failed", issue=issue.pk, error=type(error).__name__)
        raise NewsletterError(_("The test mail could not be sent: %s") % str(error)[:300]) from error
    issuing.log(issue, "test", by=by, now=now, note=", ".join(addresses))


def _letters(issue: Issue, now: dt.datetime) -> list[Letter]:
    mail = render(issue, now=max(issue.send_at or now, now))
    letter = Letter.of(issue, subject=f"{MARK} {mail.subject}", html=mail.html, text=mail.text, date=now)
    if not mail.subject_b:
        return [letter]
    other = replace(letter, subject=f"{MARK} {mail.subject_b}", html=for_variant(letter.html, issue, "b"))
    return [letter, other]


def _reader(mailbox: str, number: int, now: dt.datetime) -> dict[str, object]:
    """What makes a reader of an address. The Message-ID differs with each test, so that none is taken for a copy."""
    subscriber = Subscriber.objects.filter(key=parse_key(mailbox)).values_list("pk", flat=True).first()
    address = parse(mailbox)
    in_ascii = f"{address.typed.rpartition('@')[0]}@{address.key.rpartition('@')[2]}"
    return {
        "delivery_id": f"test{int(now.timestamp() * 1000)}-{number}",
        "subscriber_id": subscriber or NOBODY,
        "mailbox": in_ascii,
    }
