"""Mistakes of deployment that settings alone show, for `manage.py check --deploy`; the rest is `newsletter_check`'s."""

from typing import Any

from django.conf import settings
from django.core import checks


def bounces_that_nobody_reads(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Mail is told to come back to an address of ours, and nothing of ours looks there."""
    heard = settings.BOUNCE_MAILBOX or settings.BOUNCE_WEBHOOK_SECRETS or settings.ANYMAIL["WEBHOOK_SECRET"]
    if settings.BOUNCE_ADDRESS and not heard:
        hint = "Set BOUNCE_MAILBOX=imaps://user:password@mail.example.org/INBOX, or a webhook's secret."
        return [checks.Warning("Returned mail is not read by anybody.", hint=hint, id="newsletter.W001")]
    return []


def mailbox_without_an_address(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Without a signed envelope sender nothing in the mailbox can be believed."""
    if settings.BOUNCE_MAILBOX and not settings.BOUNCE_ADDRESS:
        hint = "Set BOUNCE_DOMAIN=bounce.example.org (or BOUNCE_ADDRESS), so that returned mail says whose it was."
        return [checks.Warning("Returned mail is read and cannot be believed.", hint=hint, id="newsletter.W002")]
    return []


ALL = (bounces_that_nobody_reads, mailbox_without_an_address)


def register_all() -> None:
    for check in ALL:
        checks.register(check, checks.Tags.security, deploy=True)
