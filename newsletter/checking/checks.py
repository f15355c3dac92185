"""All checks in the order in which one would put things right."""

import datetime as dt
from email.utils import parseaddr

from django.conf import settings

from newsletter.checking import house, records
from newsletter.checking.findings import Finding, look
from newsletter.checking.names import Names
from newsletter.models import NewsletterList


def domains() -> tuple[list[str], str]:
    """The domains that stand in From, and the one that stands in MAIL FROM."""
    addresses = [settings.DEFAULT_FROM_EMAIL, *NewsletterList.objects.values_list("sender_address", flat=True)]
    senders = sorted({_domain(address) for address in addresses} - {""})
    return senders, _domain(settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL)


def check_all(*, now: dt.datetime, names: Names) -> list[Finding]:
    """Everything; asks the DNS, the mail server, the mailbox, the site. Takes seconds, and a minute at worst."""
    senders, envelope = domains()
    found = [house.base_address(), records.spf(envelope, names, relay=settings.EMAIL_HOST)]
    for sender in senders:
        if settings.DKIM_SELECTOR:
            found.append(records.dkim_key(sender, settings.DKIM_SELECTOR, names))
        else:
            words = "DKIM_SELECTOR is not set, so the key is not looked at; `--verify` looks at a signature."
            found.append(look(f"DKIM key of {sender}", words, "DKIM_SELECTOR=<the selector of your relay>"))
        found += records.dmarc(sender, envelope, names)
    if settings.BOUNCE_ADDRESS:
        found += records.bounce_domain(envelope, names)
    found += [*house.relay(), house.mailbox(), *house.one_click(now), *house.worker(now)]
    return [*found, house.sending(now), house.database_clock(now), house.keys()]


def _domain(address: str) -> str:
    return parseaddr(address)[1].rpartition("@")[2].lower()
