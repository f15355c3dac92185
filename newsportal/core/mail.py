"""A mail is a set of templates and one call: subject, text, and HTML where there is a template for it."""

import ipaddress
from collections.abc import Mapping
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation

from newsportal.core.identity import Site, site
from newsportal.core.text import clean_line

# RFC 3834 section 5, and what Exchange asks for: no out-of-office answers to what a machine wrote.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


def send_mail_pair(
    template: str,
    *,
    to: str,
    context: Mapping[str, Any],
    language: str,
    headers: Mapping[str, str] | None = None,
    connection: BaseEmailBackend | None = None,
) -> None:
    """Sends one mail to one address, in one language, with the site's name as the sender's.

    Made of `<template>.subject.txt`, `<template>.txt` and, where it exists, `<template>.html`; they see `context`,
    `site` and `SITE_URL`. An open `connection` is used as it is and stays open. Raises what the mail backend raises.
    """
    with translation.override(language):
        identity = site(language)
        words = {**context, "site": identity, "SITE_URL": settings.SITE_URL, "LANGUAGE_CODE": language}
        message = EmailMultiAlternatives(
            subject=clean_line(get_template(f"{template}.subject.txt").render(words)),
            body=get_template(f"{template}.txt").render(words).strip() + "\n",
            from_email=sender(identity),
            to=[to],
            headers={**AUTOMATIC, **(headers or {})},
            connection=connection,
        )
        if html := _optional(f"{template}.html"):
            message.attach_alternative(html.render(words), "text/html")
    message.send()


def sender(identity: Site) -> str:
    """DEFAULT_FROM_EMAIL, with the site's name where it has none of its own."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or clean_line(identity.name), address))


def site_domain() -> str:
    """The site's host as it may stand after the @ of a Message-ID (RFC 5322 section 3.6.4)."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return host.encode("idna").decode()
    return f"[IPv6:{ip}]" if ip.version == 6 else f"[{ip}]"


def message_id(kind: str, *parts: int) -> str:
    """A Message-ID that is the same each time the same mail is tried, so that receivers can drop a second copy."""
    return f"<{'.'.join([kind, *map(str, parts)])}@{site_domain()}>"


def _optional(name: str) -> Any:
    """The template, or None where there is no such file (what it extends or includes is looked for when it renders)."""
    try:
        return get_template(name)
    except TemplateDoesNotExist:
        return None
