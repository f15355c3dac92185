"""Whose fault a refused or returned mail is, by its status codes and its words. Imports nothing of ours.

RFC 3463 gives the enhanced codes, RFC 5321 section 4.2 the three-digit ones. Servers use both loosely, so that words
decide where the codes do not; what stays in doubt is never held against the reader.
"""

import re

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BounceClass(TextChoices):
    """HARD: there is no such mailbox. SOFT: not now. POLICY and CONTENT: what we sent, or who we are."""

    HARD = "hard", _("No such mailbox")
    SOFT = "soft", _("Mailbox full, or not reachable for now")
    POLICY = "policy", _("Refused as unwanted, or by a rule")
    CONTENT = "content", _("Too large, or not readable")
    UNKNOWN = "unknown", _("Not understood")


ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")

_HARD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_CONTENT = frozenset({"5.2.3", "5.3.4"})
# The address at fault is our own.
_SENDER = frozenset({"5.1.7", "5.1.8"})
# Codes that say no more than "5xx" does.
_VAGUE = frozenset({"", "5.0.0", "5.1.0"})
_NO_MAILBOX = frozenset({550, 551, 553})

# Names of what judges senders: with one of these even "user unknown" is an excuse.
_JUDGED = re.compile(r"spamhaus|spamcop|barracuda|dnsbl|\brbl\b|bl[ao]ck-?list|\bdmarc\b|\bspf\b|\bdkim\b", re.I)
_POLICY = re.compile(
    r"spam|block(?!list)|\bban|reputation|polic(?:y|ies)|abus|unsolicited|\bbulk\b|\bjunk\b|denied|denies"
    r"|not authori[sz]ed|unauthenticated|authenticat|rate.?limit|too many|too much mail|throttl|virus|malware"
    r"|phish|suspicious",
    re.I,
)
_FULL = re.compile(
    r"quota|mailbox.{0,20}\bfull\b|\bfull\b.{0,20}mailbox|storage allocation|not enough (?:disk )?(?:space|storage)",
    re.I,
)
_GREYLISTED = re.compile(r"gr[ae]y-?list", re.I)


def enhanced_code(text: str) -> str:
    """The first enhanced status code in an answer, such as "5.1.1"; "" where there is none."""
    found = ENHANCED.search(text)
    return found[0] if found else ""


def classify(code: int | None, enhanced: str = "", text: str = "", *, at_rcpt: bool = True) -> BounceClass:
    """The class of a refusal: `code` of three digits (None where only a report speaks), `enhanced` such as "5.1.1".

    `at_rcpt` False says that the answer came after the message's text, when a bare 550 no longer speaks of the address.
    """
    found = ENHANCED.fullmatch(enhanced.strip()) or (None if enhanced.strip() else ENHANCED.search(text))
    status = found[0] if found else ""
    if _JUDGED.search(text):
        return BounceClass.POLICY
    if found and status not in _VAGUE:
        return _by_status(status, found[2], text)
    return _by_words(code, text, at_rcpt=at_rcpt)


def _by_status(status: str, subject: str, text: str) -> BounceClass:
    """What an enhanced code says; `subject` is its middle number."""
    if status in _HARD:
        return BounceClass.HARD
    if status in _CONTENT or (subject == "6" and status.startswith("5")):
        return BounceClass.CONTENT
    if subject == "7" or status in _SENDER:
        return BounceClass.SOFT if _GREYLISTED.search(text) else BounceClass.POLICY
    # Every 4.x.x; and of 5.x.x the full mailbox (5.2.2), a system that is down or not to be routed to (5.3.x, 5.4.4).
    if status.startswith("4") or (status.startswith("5") and subject in ("2", "3", "4")):
        return BounceClass.SOFT
    return BounceClass.UNKNOWN


def _by_words(code: int | None, text: str, *, at_rcpt: bool) -> BounceClass:
    """What three digits and words say where no enhanced code speaks."""
    if _GREYLISTED.search(text) or _FULL.search(text):
        return BounceClass.SOFT
    if _POLICY.search(text):
        return BounceClass.POLICY
    if code is not None and 400 <= code < 500:
        return BounceClass.SOFT
    if code == 552:
        return BounceClass.CONTENT
    return BounceClass.HARD if code in _NO_MAILBOX and at_rcpt else BounceClass.UNKNOWN
