"""What is read: the list for readers, the figures for the newsroom."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from articles.models import Article, DayReading, HourReading, Line
from newsportal.core import read_ahead
from newsportal.core.prepared import Prepared

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# "Last 24 hours" are the hours of the clock that end with the present one.
HOURS = 24
# A list of one or two says nothing.
SHORTEST, LONGEST = 3, 5
# Kept for each edition: more than are shown, as some of them may be taken down meanwhile.
CANDIDATES = 25
# An upper bound; whoever files counts makes the lists anew.
CACHE_SECONDS = 120
# What a chart of one story spans: hours while it is new, days later.
NEW, DAYS = dt.timedelta(days=2), 30
_LIVE = Prepared(
    Article,
    lambda pks, now, language: Article.objects.published(now).in_edition(language).filter(pk__in=pks).for_lines(),
)


@dataclass(frozen=True)
class ReadStory:
    """A story and how often it was read."""

    article: Article
    reads: int


@dataclass(frozen=True)
class Span:
    """An hour of the clock or a day, by its start, and the reads in it."""

    start: dt.datetime
    reads: int


@dataclass(frozen=True)
class Readership:
    """How often one story was read: in all, in the last 24 hours, and in each of `spans` (hours if `by_hour`)."""

    total: int
    lately: int
    spans: list[Span]
    by_hour: bool


def most_read(language: str, now: dt.datetime, *, but: Article | None = None) -> list[Line]:
    """The stories of an edition that were read most in the last 24 hours; [] while there are too few.

    One query, one more where the cache has no list. A story that readers may no longer see is out at its minute.
    """
    pks = read_ahead.get(_key(language))
    if pks is None:
        pks = _remember(language, now)
    live = {line.pk: line for line in _LIVE.rows(pks=tuple(pks), now=now, language=language)} if pks else {}
    stories = [live[pk] for pk in pks if pk in live and not (but and but.pk == pk)]
    return stories[:LONGEST] if len(stories) >= SHORTEST else []


def remember(now: dt.datetime) -> None:
    """Makes the list of every edition anew."""
    for language, _name in settings.LANGUAGES:
        _remember(language, now)


def most_read_now(now: dt.datetime, number: int) -> list[ReadStory]:
    """For the newsroom: of all editions, with the numbers, without what readers may no longer see. Two queries."""
    rows = HourReading.objects.since(_first_hour(now)).seen_by_readers(now).per_story()[:number]
    totals = {row["article"]: row["total"] for row in rows}
    stories = Article.objects.for_lists().in_bulk(totals) if totals else {}
    return [ReadStory(stories[pk], total) for pk, total in totals.items() if pk in stories]


def readership_of(article: Article, now: dt.datetime) -> Readership:
    """How one story is read, in three queries."""
    hours = dict(HourReading.objects.of(article).since(now - NEW - HOUR).values_list("hour", "reads"))
    lately = sum(reads for hour, reads in hours.items() if hour >= _first_hour(now))
    total = DayReading.objects.of(article).total()
    if article.appears_at and article.appears_at > now - NEW:
        starts = [_hour(now) - HOUR * ago for ago in range(int(NEW / HOUR) - 1, -1, -1)]
        spans = [Span(timezone.localtime(start), hours.get(start, 0)) for start in starts]
        return Readership(total, lately, spans, by_hour=True)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    days = dict(DayReading.objects.of(article).since(today.date() - DAY * DAYS).values_list("day", "reads"))
    starts = [today - DAY * ago for ago in range(DAYS - 1, -1, -1)]
    return Readership(total, lately, [Span(start, days.get(start.date(), 0)) for start in starts], by_hour=False)


def _remember(language: str, now: dt.datetime) -> list[int]:
    rows = HourReading.objects.since(_first_hour(now)).in_edition(language).per_story()[:CANDIDATES]
    pks = [row["article"] for row in rows]
    read_ahead.keep(_key(language), pks, CACHE_SECONDS)
    return pks


def _hour(moment: dt.datetime) -> dt.datetime:
    """The start of the hour of the site's clock that holds `moment`."""
    return timezone.localtime(moment).replace(minute=0, second=0, microsecond=0).astimezone(dt.UTC)


def _first_hour(now: dt.datetime) -> dt.datetime:
    return _hour(now) - HOUR * (HOURS - 1)


def _key(language: str) -> str:
    return f"most-read:v1:{language}"


read_ahead.announce(_key)
