"""The headers that every mail of an issue carries, the same for all its readers."""

import re
from email.header import Header
from email.utils import formataddr, parseaddr, quote

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from newsletter.models import Issue, NewsletterList
from newsletter.states import ListKind
from newsportal.core.identity import site
from newsportal.core.languages import default_language
from newsportal.core.mail import AUTOMATIC, site_domain
from newsportal.core.text import clean_line

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# What stands behind the @ where the site has no name of its own (RFC 2919 section 3: not unique in the world).
NAMELESS = "localhost"


def sender(newsletter: NewsletterList) -> str:
    """The From of a newsletter's mails: its own name and address, or the site's."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    own_name = newsletter.sender_name or name or site(newsletter.language).name
    return formataddr((clean_line(own_name), newsletter.sender_address or address))


def list_id(newsletter: NewsletterList) -> str:
    """RFC 2919: a phrase, and a name of the list that readers' filters may rely on."""
    label = newsletter.slug if _LABEL.fullmatch(newsletter.slug) else f"list-{newsletter.pk}"
    edition = "" if newsletter.language == default_language() else f".{newsletter.language}"
    return f"{_phrase(newsletter.name)} <{label}{edition}.{_domain()}>"


def of_issue(issue: Issue) -> dict[str, str]:
    """RFC 2369 and RFC 2919, Gmail's Feedback-ID, and what keeps automatic answers away (RFC 3834 section 5)."""
    newsletter = issue.newsletter
    owner = newsletter.reply_to or parseaddr(sender(newsletter))[1]
    headers = {
        "List-Id": list_id(newsletter),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Help": f"<{_page(newsletter, 'newsletter_find_preferences')}>",
        "List-Archive": f"<{_page(newsletter, 'newsletter_archive', newsletter.slug)}>",
        "List-Owner": f"<mailto:{owner}>",
        "Feedback-ID": f"{issue.pk}:list-{newsletter.pk}:{issue.kind}:{_domain()}",
        "X-Auto-Response-Suppress": AUTOMATIC["X-Auto-Response-Suppress"],
    }
    if issue.kind != ListKind.EDITED:
        headers["Auto-Submitted"] = AUTOMATIC["Auto-Submitted"]
    return headers


def _page(newsletter: NewsletterList, name: str, *args: str) -> str:
    with translation.override(newsletter.language):
        return settings.SITE_URL + reverse(name, args=args)


def _phrase(name: str) -> str:
    name = clean_line(name)
    return f'"{quote(name)}"' if name.isascii() else Header(name, "utf-8", maxlinelen=None).encode()


def _domain() -> str:
    domain = site_domain()
    return NAMELESS if domain.startswith("[") else domain
