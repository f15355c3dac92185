"""The addresses behind an issue's links: the same for all its readers, so that clicks are counted and nobody followed.

A link leads over `/newsletter/go/<issue>a.<signature>/?to=<address>`, which counts and redirects. The letter says under
which of two subjects the mail went out. The signature covers the issue and the address: nobody can make our site
redirect to a place that no issue of ours led to.
"""

import re
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.urls import reverse

from newsletter.models import Issue
from newsportal.core.tokens import BadToken, ShortPurpose

CLICK = ShortPurpose("newsletter-click")
FIRST = "a"
# What no reader sees and no reader follows: who asks for it is a program, and so are its other clicks.
CANARY = "canary"
# A longer address is left as it is; it would come near the longest line that mail servers take.
LONGEST = 600
_TOKEN = re.compile(r"([0-9]{1,18})([ab])\.([a-zA-Z2-7]{26})")


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


def for_variant(text: str, issue: Issue, variant: str) -> str:
    """An issue's text with its links naming another subject, of the same length: for that half of the readers."""
    return text.replace(f"{_place(issue.pk, FIRST)}.", f"{_place(issue.pk, variant)}.")


def _place(issue_id: int, variant: str) -> str:
    return f"/newsletter/go/{issue_id}{variant}"


def _target(url: str) -> str:
    """What is signed: the path of a page of ours, the whole address of another's; "" for what is no web page."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return url.removeprefix(settings.SITE_URL) if url.startswith(f"{settings.SITE_URL}/") else url


def read(token: str, target: str) -> tuple[int, str]:
    """The issue's number and the subject of a link that `tracked` or `canary` made. Raises BadToken for any other."""
    found = _TOKEN.fullmatch(token)
    if not found or not CLICK.is_signed(f"{int(found[1])} {target}", found[3]):
        raise BadToken
    return int(found[1]), found[2]


def _address(issue_id: int, target: str) -> str:
    token = f"{issue_id}{FIRST}.{CLICK.signature(f'{issue_id} {target}')}"
    return f"{settings.SITE_URL}{reverse('newsletter_go', args=[token])}?{urlencode({'to': target}, safe='/')}"
