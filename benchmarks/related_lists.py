"""Whether any list shows what it must not: the story itself, one that readers may not see, or the same text again.

An archive with copies, withdrawn, expired, embargoed and scheduled stories goes through the worker, and each list is
looked at as a reader gets it; texts are compared by all of their shingles, without what is kept of them.
`BENCH_LISTS=100000` looks at that many.
"""

import datetime as dt
import itertools
import os
import random
import time
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article
from articles.related import LIMIT, catch_up, related_to
from articles.related.matching import SAME
from articles.related.terms import shingles, wording
from articles.workflow import withdraw
from benchmarks.archives import Writer
from tests.factories import make_section

TITLE = "What lists must not show (copies, withdrawn, expired, embargoed and scheduled stories among them)"
HEADINGS = ("lists", "itself", "not for readers", "the same text", "other edition", "twice", "too short", "lists/s")
LISTS = int(os.environ.get("BENCH_LISTS", "2000"))
# Short texts are read and compared faster than long ones, and their lists are as long.
CHUNK, ONE_IN, WORDS = 1_000, 12, 60
# Texts that are kept while lists are looked at: stories of one time are in the lists of each other.
KEPT = 20_000


def rows() -> Iterator[tuple]:
    """One row, in the order of HEADINGS: faults by their kind."""
    fill(LISTS)
    start = time.perf_counter()
    catch_up(now=timezone.now())
    seconds = time.perf_counter() - start
    withdraw_some(LISTS // 50)
    stories = Article.objects.published(timezone.now()).order_by("pk")
    faults = count_faults(stories)
    yield stories.count(), *faults.values(), f"{stories.count() / seconds:.0f}"


def withdraw_some(number: int) -> None:
    """What changes between the worker's round and the reader."""
    for story in Article.objects.published(timezone.now()).order_by("pk")[:number]:
        withdraw(story, by=None, reason="It was not so.")


def count_faults(stories: QuerySet[Article]) -> dict[str, int]:
    """How many of the stories' lists have each fault."""
    faults, texts = dict.fromkeys(HEADINGS[1:-1], 0), Texts()
    for story in stories.iterator(chunk_size=CHUNK):
        for fault in _faults(story, texts):
            faults[fault] += 1
    return faults


def fill(number: int) -> None:
    """Makes so many stories, of which nothing is indexed."""
    chance = random.Random(6)  # noqa: S311 (no secret)
    writer = Writer(chance, WORDS)
    sections = {language: make_section(name="World", language=language) for language in ("en", "bn")}
    for first in range(0, number, CHUNK):
        stories = writer.stories(sections["en"], first, min(CHUNK, number - first))
        for place, story in enumerate(stories):
            _vary(story, stories[chance.randrange(place + 1)], sections, chance)
        Article.objects.bulk_create(stories, batch_size=500)


def _vary(story: Article, earlier: Article, sections: dict, chance: random.Random) -> None:
    """One story in ONE_IN of each kind is a copy, of the other edition, or not for readers."""
    now, kind = timezone.now(), chance.randrange(ONE_IN)
    if kind in (0, 1):
        words = earlier.body.split()
        for _word in range(chance.randrange(5)):
            words[chance.randrange(1, len(words) - 1)] = chance.choice(words[1:-1])
        story.body = " ".join(words)
    elif kind == 2:
        story.language, story.section = "bn", sections["bn"]
    elif kind == 3:
        story.unpublish_at = now - dt.timedelta(minutes=1)
        story.publish_at = min(story.publish_at, now - dt.timedelta(hours=1))
    elif kind == 4:
        story.embargo_until = now + dt.timedelta(days=1)
    elif kind == 5:
        story.publish_at = now + dt.timedelta(days=1)
    story.prepare()


class Texts:
    """The shingles of stories, by their ids; as few queries as can be."""

    def __init__(self) -> None:
        self._kept: dict[int, frozenset[int]] = {}

    def of(self, stories: list[Article]) -> list[frozenset[int]]:
        """Those of each story."""
        if len(self._kept) > KEPT:
            self._kept.clear()
        unknown = [story.pk for story in stories if story.pk not in self._kept]
        for pk, *text in Article.objects.filter(pk__in=unknown).values_list("pk", "headline", "standfirst", "body"):
            self._kept[pk] = frozenset(shingles(wording(*text)))
        return [self._kept[story.pk] for story in stories]


def _faults(story: Article, texts: Texts) -> Iterator[str]:
    now = timezone.now()
    shown = related_to(story, now)
    mine, *others = texts.of([story, *shown])
    if len(shown) < LIMIT:
        yield "too short"
    if story in shown:
        yield "itself"
    if not all(other.is_live(now) for other in shown):
        yield "not for readers"
    if any(other.language != story.language for other in shown):
        yield "other edition"
    if any(_are_same(mine, other) for other in others):
        yield "the same text"
    if any(_are_same(one, other) for one, other in itertools.combinations(others, 2)):
        yield "twice"


def _are_same(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= SAME * len(one | other)
