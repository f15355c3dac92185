"""How fast stories are indexed and their lists made, with few stories and with many, and what the index weighs.

The stories are made of words as common as in real news (Zipf's law), with names that only a few stories share.
`BENCH_STORIES=1000000` measures that many instead.
"""

import datetime as dt
import itertools
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from articles.models import Article, RelatedStory, StoryTerms, Term
from articles.related import related_to
from articles.related.lists import list_next, make_list
from articles.related.store import index_due, measure_outgrown
from articles.states import State
from tests.factories import make_section

TITLE = "Related stories (400 words a story)"
HEADINGS = (
    *("stories", "indexed a second", "list median ms", "list 95 % ms", "publish 95 % ms", "page 95 % ms"),
    *("index MB", "text MB"),
)
SIZES = tuple(int(size) for size in os.environ.get("BENCH_STORIES", "10000,100000").split(","))
WORDS, VOCABULARY, SAMPLE, CHUNK = 400, 200_000, 100, 2_000
SYLLABLES = [a + b for a in "bdfghklmnprstvz" for b in "aeiou"]


def rows() -> Iterator[tuple]:
    """One row a size, in the order of HEADINGS."""
    section, made = make_section(name="World"), 0
    writer = Writer(random.Random(4))  # noqa: S311 (no secret)
    for size in SIZES:
        seconds, before = 0.0, made
        while made < size:
            number = min(CHUNK, size - made)
            Article.objects.bulk_create(writer.stories(section, made, number), batch_size=500)
            made += number
            seconds += _spent(_index)
        rate = f"{(made - before) / seconds:.0f}"
        sample = StoryTerms.objects.select_related("article").order_by("?")[:SAMPLE]
        lists = [_spent(lambda row=row: make_list(row, timezone.now())) for row in sample]
        published = []
        for _repeat in range(SAMPLE):
            Article.objects.bulk_create(writer.stories(section, made, 1))
            made += 1
            published.append(_spent(_publish))
        pages = [_spent(lambda row=row: related_to(row.article, timezone.now())) for row in sample]
        yield size, rate, _ms(lists, 50), _ms(lists, 95), _ms(published, 95), _ms(pages, 95), *_megabytes(writer, made)


class Writer:
    """Makes stories: most words by Zipf's law, some names from a pool of the day's events."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _word in range(VOCABULARY)]
        self._weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
        self.characters = 0.0

    def stories(self, section: object, first: int, number: int) -> list[Article]:
        """Published stories, two minutes apart; about ten of them are of one event."""
        rows = []
        for place in range(first, first + number):
            event = random.Random(place // 40 * 7 + self._chance.randrange(4))  # noqa: S311 (no secret)
            names = ["".join(event.choices(SYLLABLES, k=4)) for _name in range(8)]
            words = self._chance.choices(self._words, cum_weights=self._weights, k=WORDS)
            for _name in range(30):
                words[self._chance.randrange(WORDS)] = self._chance.choice(names)
            row = Article(headline=" ".join([*names[:3], *words[:5]]), section=section, language="en")
            row.body, row.state = f"<p>{' '.join(words)}</p>", State.PUBLISHED
            row.publish_at = timezone.now() - dt.timedelta(minutes=2_000_000 - 2 * place)
            row.prepare()
            rows.append(row)
            self.characters += len(row.body) + len(row.headline)
        return rows


def _index() -> None:
    while index_due() or measure_outgrown():
        pass


def _publish() -> None:
    """All that the worker does for one new story: its terms, its norm, its list and its place in those of others."""
    while index_due() or measure_outgrown():
        pass
    list_next(timezone.now())


def _spent(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _ms(seconds: list[float], percent: int) -> str:
    return f"{statistics.quantiles(seconds, n=100)[percent - 1] * 1000:.1f}"


def _megabytes(writer: Writer, stories: int) -> tuple[str, str]:
    """What the index takes on disk, with lists of all stories as long as those that were made, and the text."""
    listed = RelatedStory.objects.values("article").distinct().count()
    size = _size(StoryTerms) + _size(Term) + _size(RelatedStory) * stories / max(1, listed)
    return f"{size / 1e6:.0f}", f"{writer.characters / 1e6:.0f}"


def _size(model: type[Model]) -> int:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        else:
            names = "SELECT name FROM sqlite_master WHERE tbl_name = %s"
            cursor.execute(f"SELECT SUM(pgsize) FROM dbstat WHERE name IN ({names})", [table])  # noqa: S608
        return cursor.fetchone()[0] or 0
