"""The addresses behind an issue's links: the same for all its readers, so that clicks are counted and nobody followed.

A link leads over `/newsletter/go/<issue>.<signature>/?to=<address>`, which counts and redirects. The signature covers
the issue and the address: nobody can make our site redirect to a place that no issue of ours led to.
"""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.urls import reverse

from newsletter.models import Issue
from newsportal.core.tokens import ShortPurpose

CLICK = ShortPurpose("newsletter-click")
# What no reader sees and no reader follows: who asks for it is a program, and so are its other clicks.
CANARY = "canary"
# A longer address is left as it is; it would come near the longest line that mail servers take.
LONGEST = 600


def tracked(issue: Issue, url: str) -> str:
    """The address to print in place of `url`: absolute, plain ASCII; `url` itself where it is none to be counted.

    The same issue and address always give the same; nothing is written to the database.
    """
    target = _target(url)
    if not target or len(target) > LONGEST or issue.pk is None:
        return url
    return _address(issue.pk, target)


def canary(issue: Issue) -> str:
    """An address to hide in the mail (no text, no size): programs that open every link give themselves away by it."""
    return _address(issue.pk, CANARY)


def _target(url: str) -> str:
    """What is signed: the path of a page of ours, the whole address of another's; "" for what is no web page."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return url.removeprefix(settings.SITE_URL) if url.startswith(f"{settings.SITE_URL}/") else url


def is_signed(issue_id: int, target: str, signature: str) -> bool:
    """Whether `tracked` or `canary` made this link."""
    return CLICK.is_signed(f"{issue_id} {target}", signature)


def _address(issue_id: int, target: str) -> str:
    token = f"{issue_id}.{CLICK.signature(f'{issue_id} {target}')}"
    return f"{settings.SITE_URL}{reverse('newsletter_go', args=[token])}?{urlencode({'to': target}, safe='/')}"
