"""Counting clicks without following anybody: in the cache at first (newsportal.core.tallies), filed by a duty.

Of a visitor there is only a keyed hash of network and browser, another one each day, and only in the cache until its
slot of half a minute is filed: to count somebody's double click once, and to know programs by what they do. What is
filed is a number for each link.
"""

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from newsletter.clicking import CANARY
from newsletter.models import ClickBatch, Issue, LinkClicks
from newsportal.core import tallies

logger = structlog.get_logger(__name__)

TALLY = "clicks"
# More links of one issue than this in so short a time, or one within so many seconds of its going out: no person.
MOST_LINKS, SOONEST = 8, dt.timedelta(seconds=10)
BATCHES_KEPT = 2 * tallies.KEPT
_NOBODY = "-"
_PROGRAMS = re.compile(
    r"bot\b|crawl|spider|scan|preview|proofpoint|mimecast|barracuda|safelinks|urldefense|virus|monitor|python|curl|wget"
    r"|java/|go-http|okhttp|libwww|axios|node-fetch|headless|phantom|facebookexternalhit|slack|whatsapp|telegram",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Click:
    """One key of the tally: a link of an issue, under one of its subjects, followed by one visitor."""

    issue: int
    variant: str
    visitor: str
    link: str

    @property
    def key(self) -> str:
        return f"{self.issue}:{self.variant}:{self.visitor}:{self.link}"


def looks_like_a_program(method: str | None, headers: Mapping[str, str]) -> bool:
    """By what it says of itself: no GET, a prefetch, no browser's name or that of a known program."""
    purpose = " ".join(headers.get(name, "") for name in ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")).lower()
    agent = headers.get("User-Agent", "")
    return (
        method != "GET" or "prefetch" in purpose or "preview" in purpose or not agent or bool(_PROGRAMS.search(agent))
    )


def count(issue: int, variant: str, target: str, *, visitor: str, is_program: bool, now: dt.datetime) -> None:
    """Counts that a link was followed. `visitor` is whatever tells two visitors apart; only a hash of it is kept.

    A cache that does not answer loses the count and never the reader's way.
    """
    digest = hashlib.sha256(target.encode()).hexdigest()[:32]
    name = _NOBODY if is_program else _name(visitor, now)
    try:
        cache.add(_target_key(digest), target, timeout=tallies.KEPT.total_seconds())
        tallies.add(TALLY, _Click(issue, variant, name, digest).key, now=now)
    except Exception:  # every cache backend has its own kinds of failure
        logger.exception("click_not_counted")


def file_due(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """The duty that files the slots that are over; how many. Each is looked at together with the ones beside it.

    A slot waits for the one after it, so that a program whose visit falls into both is known in both.
    """
    slots = {slot.number: slot for slot in tallies.closed(TALLY, now=now)}
    last = int((now - tallies.GRACE).timestamp() // tallies.SLOT.total_seconds()) - 1
    filed = 0
    for number in sorted(number for number in slots if number < last):
        if stopping():
            break
        beside = [slots[near] for near in (number - 1, number, number + 1) if near in slots]
        filed += file(slots[number], beside)
        if number - 1 in slots:
            tallies.drop(slots[number - 1])
        if number + 1 not in slots:
            tallies.drop(slots[number])
    return filed


@transaction.atomic
def file(slot: tallies.Slot, beside: list[tallies.Slot]) -> int:
    """Adds a slot to the rows of its links, in one transaction; 1, or 0 for one that was filed before."""
    if not ClickBatch.objects.get_or_create(start=slot.start)[1]:
        return 0
    programs = _programs(beside)
    clicks = {_read(key): number for key, number in slot.counts.items()}
    issues = Issue.objects.in_bulk({click.issue for click in clicks})
    targets = cache.get_many({_target_key(click.link) for click in clicks})
    rows: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for click, number in clicks.items():
        target = targets.get(_target_key(click.link))
        issue = issues.get(click.issue)
        # What is followed before that are test mails and previews.
        if target is None or target == CANARY or issue is None or issue.started_at is None:
            continue
        row = rows[(click.issue, click.variant, target)]
        row[0] += number
        row[1] += not (click.visitor == _NOBODY or (click.issue, click.visitor) in programs or _too_soon(issue, slot))
    for (issue_id, variant, target), (total, people) in sorted(rows.items()):
        row, _is_new = LinkClicks.objects.get_or_create(issue_id=issue_id, variant=variant, target=target)
        LinkClicks.objects.filter(pk=row.pk).update(total=F("total") + total, by_people=F("by_people") + people)
    return 1


def forget_batches(*, now: dt.datetime) -> int:
    """Deletes the marks of slots that are long filed; how many there were."""
    return ClickBatch.objects.before(now - BATCHES_KEPT).delete()[0]


def _programs(slots: list[tallies.Slot]) -> set[tuple[int, str]]:
    """(issue, visitor) of those who followed the hidden link, or more links than anybody reads."""
    canary = hashlib.sha256(CANARY.encode()).hexdigest()[:32]
    links: dict[tuple[int, str], set[str]] = defaultdict(set)
    for slot in slots:
        for click in map(_read, slot.counts):
            links[(click.issue, click.visitor)].add(click.link)
    return {who for who, followed in links.items() if canary in followed or len(followed) > MOST_LINKS}


def _too_soon(issue: Issue, slot: tallies.Slot) -> bool:
    """Whether the slot began before anybody can have read the first mail of the issue."""
    return slot.start < issue.started_at + SOONEST


def _name(visitor: str, now: dt.datetime) -> str:
    return salted_hmac("newsletter.clicks", f"{now:%Y-%m-%d} {visitor}", algorithm="sha256").hexdigest()[:16]


def _read(key: str) -> _Click:
    issue, variant, visitor, link = key.split(":")
    return _Click(int(issue), variant, visitor, link)


def _target_key(digest: str) -> str:
    return f"click-target:{digest}"
