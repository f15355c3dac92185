"""E-mail addresses as the newsletter takes them. Imports nothing of ours."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError, validate_email

# RFC 5321 section 4.5.3.1
LONGEST, LONGEST_LOCAL_PART = 254, 64


class Address(NamedTuple):
    """An address as typed (its domain tidied), and the key by which two spellings are the same."""

    typed: str
    key: str


def parse(text: str) -> Address:
    """Checks one address without asking the network; raises ValidationError with a reason fit for a reader.

    The key is lower-cased and its domain an A-label (IDNA 2008). Dots and +tags of the local part stay: only the mail
    server that owns them knows what they mean. A local part outside ASCII is refused, since mail to it needs a relay
    with SMTPUTF8 (RFC 6531) and would bounce without one.
    """
    text = text.strip()
    local, _at, domain = text.rpartition("@")
    if not local or not domain:
        raise ValidationError(_("Give a whole address, such as name@example.org."), code="incomplete")
    if len(text) > LONGEST or len(local) > LONGEST_LOCAL_PART:
        raise ValidationError(_("This address is longer than mail servers accept."), code="long")
    if not local.isascii():
        raise ValidationError(
            _(
                "Our mail server cannot reach addresses with letters outside a–z before the @. "
                "Please give an address that is written in a–z."
            ),
            code="local_part",
        )
    try:
        checked = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        raise ValidationError(
            _("This does not look like an e-mail address. One looks like name@example.org."), code="invalid"
        ) from None
    return Address(checked.normalized, checked.ascii_email.lower())


def parse_key(text: str) -> str:
    """The key of an address that a machine names; "" for what is none."""
    try:
        return parse(text).key
    except ValidationError:
        return ""
