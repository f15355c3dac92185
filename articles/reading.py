"""The verbs of being read: a page that was looked at says so, the worker files what was counted.

A read is counted in the cache (newsportal.core.tallies) and filed in batches. Nothing of it says who read: there is no
cookie and no id, and of an address only its network is looked at, made unreadable, for as long as a limit holds.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from articles import readership
from articles.models import Article, DayReading, HourReading, ReadingBatch
from newsportal.core import tallies
from newsportal.core.limits import note_refusal, within

TALLY = "reads"
HOUR = dt.timedelta(hours=1)
# How often a network is counted in an hour. It may be a household or all the phones of a carrier: room for many
# readers, too little to make a favourite of one's own.
OF_A_STORY, OF_ALL = 60, 2000
# How long it is remembered whether readers may see a story: a busy one is looked up once a minute.
LIVE_SECONDS = 60
# Nothing that is shown by the hour looks back further than two days.
HOURS_KEPT, BATCHES_KEPT = dt.timedelta(days=8), 2 * tallies.KEPT
# Rows of one statement.
CHUNK = 500


class Answer(Enum):
    """What became of a read."""

    COUNTED = "counted"
    TOO_OFTEN = "too often"
    NOT_LIVE = "not live"


def count(pk: int, *, network: str, now: dt.datetime) -> Answer:
    """Counts that the story `pk` was read by somebody in `network` (newsportal.core.limits; "" is unknown).

    Only stories that readers may see are counted. At most one query, none for a story that was asked about lately.
    """
    if network and not (_may_ask("", OF_ALL, network, now) and _may_ask(str(pk), OF_A_STORY, network, now)):
        note_refusal(TALLY, now=now)
        return Answer.TOO_OFTEN
    if not _is_live(pk, now):
        return Answer.NOT_LIVE
    tallies.add(TALLY, str(pk), now=now)
    return Answer.COUNTED


def file_due(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """The duty that files the slots of the tally that are over; returns how many. Several workers may do it at once."""
    filed = 0
    for slot in tallies.closed(TALLY, now=now):
        if stopping():
            break
        filed += file(slot)
        tallies.drop(slot)
    if filed:
        readership.remember(now)
    return filed


@transaction.atomic
def file(slot: tallies.Slot) -> int:
    """Adds a slot to the rows of its hour and day, in one transaction; returns 1, or 0 for one that was filed before.

    A worker that is killed before the commit has filed nothing, one that is killed after it has filed it for good.
    """
    # Of two workers with the same slot the second one waits here for the commit of the first.
    if not ReadingBatch.objects.get_or_create(start=slot.start)[1]:
        return 0
    counts = {int(key): number for key, number in slot.counts.items()}
    known = Article.objects.filter(pk__in=counts).order_by("pk").values_list("pk", flat=True)
    hour = timezone.localtime(slot.start).replace(minute=0, second=0, microsecond=0)
    for chunk in _chunks({pk: counts[pk] for pk in known}):
        _add(HourReading, chunk, hour=hour)
        _add(DayReading, chunk, day=hour.date())
    return 1


def forget_hours(*, now: dt.datetime) -> int:
    """The duty that deletes the rows by the hour that nobody looks at any more; the days stay. Returns how many."""
    ReadingBatch.objects.before(now - BATCHES_KEPT).delete()
    return HourReading.objects.before(now - HOURS_KEPT).delete()[0]


def _may_ask(story: str, limit: int, network: str, now: dt.datetime) -> bool:
    """Whether the network is within a limit. What is kept for it names neither the network nor the story."""
    asker = salted_hmac("articles.reading", f"{network} {story} {now:%Y-%m-%d %H}", algorithm="sha256").hexdigest()
    return within(TALLY, asker, limit=limit, window=HOUR, now=now)


def _is_live(pk: int, now: dt.datetime) -> bool:
    key = f"reads:live:{pk}"
    live = cache.get(key)
    if live is None:
        live = Article.objects.published(now).filter(pk=pk).exists()
        cache.set(key, live, LIVE_SECONDS)
    return live


def _add(model: type[HourReading] | type[DayReading], counts: dict[int, int], **when: Any) -> None:
    """Adds to the rows of a time, with those made that are missing: a statement for each number that occurs."""
    rows = [model(article_id=pk, **when) for pk in counts]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    stories = defaultdict(list)
    for pk, number in counts.items():
        stories[number].append(pk)
    for number, pks in stories.items():
        model.objects.filter(article__in=pks, **when).update(reads=F("reads") + number)


def _chunks(counts: dict[int, int]) -> Iterator[dict[int, int]]:
    rows = list(counts.items())
    for start in range(0, len(rows), CHUNK):
        yield dict(rows[start : start + CHUNK])
