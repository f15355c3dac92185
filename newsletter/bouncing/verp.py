"""The envelope sender of each mail: it names the delivery, signed, so that what comes back can be believed.

Variable envelope return path: `bounces+<token>@example.org`. The token survives servers that lower the case of a local
part, and keeps it within 64 octets (RFC 5321 section 4.5.3.1.1).
"""

from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings

from newsletter.models import Delivery
from newsportal.core.tokens import BadToken, ShortPurpose

BOUNCE = ShortPurpose("newsletter-bounce")


def envelope_sender(delivery: Delivery) -> str:
    """The address for MAIL FROM; without BOUNCE_ADDRESS or BOUNCE_DOMAIN the site's plain sender."""
    if not settings.BOUNCE_ADDRESS:
        return _bare(settings.DEFAULT_FROM_EMAIL)
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{BOUNCE.token(delivery.pk)}@{domain}"


@lru_cache(maxsize=8)
def _bare(mailbox: str) -> str:
    """The address of a mailbox with a name. Remembered: it is asked for each mail."""
    return parseaddr(mailbox)[1]


def token(delivery: Delivery) -> str:
    """What stands in it, for providers that keep a word of ours with each mail and tell it with their reports."""
    return BOUNCE.token(delivery.pk)


def read(address: str) -> Delivery | None:
    """The delivery that an envelope sender of ours, or its token alone, names; None for any other text, and for a
    delivery that is gone.
    """
    local, is_address, _domain = address.strip().strip("<>").rpartition("@")
    token = local.partition("+")[2] if is_address else address
    try:
        pk = BOUNCE.read(token)
    except BadToken:
        return None
    return Delivery.objects.select_related("issue__newsletter", "subscriber").filter(pk=pk).first()
