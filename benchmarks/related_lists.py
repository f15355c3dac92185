"""Whether any list shows what it must not: the story itself, one that readers may not see, or the same text again.

An archive with copies, withdrawn, expired, embargoed and scheduled stories goes through the worker, and each list is
looked at as a reader gets it; texts are compared by all of their shingles, without what is kept of them.
`BENCH_LISTS=100000` looks at that many.
"""

import datetime as dt
import os
import random
import time
from collections.abc import Iterator

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
CHUNK, ONE_IN = 1_000, 12


def rows() -> Iterator[tuple]:
    """One row, in the order of HEADINGS: faults by their kind."""
    chance = random.Random(6)  # noqa: S311 (no secret)
    _fill(chance)
    start = time.perf_counter()
    catch_up(now=timezone.now())
    seconds = time.perf_counter() - start
    # What changes between the worker's round and the reader.
    for story in Article.objects.published(timezone.now()).order_by("pk")[: LISTS // 50]:
        withdraw(story, by=None, reason="It was not so.")
    looked_at, faults = 0, dict.fromkeys(HEADINGS[1:-1], 0)
    for story in Article.objects.published(timezone.now()).order_by("pk").iterator(chunk_size=CHUNK):
        looked_at += 1
        for fault in _faults(story):
            faults[fault] += 1
    yield looked_at, *faults.values(), f"{looked_at / seconds:.0f}"


def _fill(chance: random.Random) -> None:
    writer = Writer(chance)
    sections = {language: make_section(name="World", language=language) for language in ("en", "bn")}
    for first in range(0, LISTS, CHUNK):
        stories = writer.stories(sections["en"], first, min(CHUNK, LISTS - first))
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


def _faults(story: Article) -> Iterator[str]:
    now, mine = timezone.now(), _shingles(story)
    shown = related_to(story, now)
    if len(shown) < LIMIT:
        yield "too short"
    texts = []
    for other in Article.objects.filter(pk__in=[other.pk for other in shown]):
        theirs = _shingles(other)
        if other.pk == story.pk:
            yield "itself"
        if not other.is_live(now):
            yield "not for readers"
        if _are_same(mine, theirs):
            yield "the same text"
        if other.language != story.language:
            yield "other edition"
        if any(_are_same(theirs, text) for text in texts):
            yield "twice"
        texts.append(theirs)


def _shingles(story: Article) -> set[int]:
    return shingles(wording(story.headline, story.standfirst, story.body))


def _are_same(one: set[int], other: set[int]) -> bool:
    return len(one & other) >= SAME * len(one | other)
