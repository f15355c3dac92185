"""How fast a reader is answered, with few stories and with many, how fast stories are indexed, and the index's size.

`BENCH_STORIES=1000000` measures that many instead.
"""

import random
import statistics
import time
from collections.abc import Iterator

from django.db import connection
from django.utils import timezone

from articles.models import Article
from articles.search import Results, index, search
from benchmarks.related import SIZES, Writer
from tests.factories import make_section

TITLE = "Search (400 words a story)"
HEADINGS = (
    "stories",
    "indexed/s",
    *(f"{n} word{'s' * (n > 1)} 95 %" for n in (1, 2, 3)),
    "typo 95 %",
    "index MB",
    "text MB",
)
QUERIES, CHUNK = 40, 500
TABLES = ("articles_searchdocument", "articles_searchword")


def rows() -> Iterator[tuple]:
    """One row a size, times in milliseconds, in the order of HEADINGS."""
    chance = random.Random(5)  # noqa: S311 (no secret)
    section, writer, made = make_section(name="World"), Writer(chance), 0
    for size in SIZES:
        seconds, before = 0.0, made
        while made < size:
            number = min(CHUNK, size - made)
            stories = Article.objects.bulk_create(writer.stories(section, made, number))
            made += number
            start = time.perf_counter()
            index(stories)
            seconds += time.perf_counter() - start
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        times = [_percentile(_queries(chance, words)) for words in (1, 2, 3)]
        typos = _percentile([_misspelt(chance, query) for query in _queries(chance, 1)])
        yield (
            size,
            f"{(made - before) / seconds:.0f}",
            *times,
            typos,
            f"{_size() / 1e6:.0f}",
            f"{writer.characters / 1e6:.0f}",
        )


def _queries(chance: random.Random, words: int) -> list[str]:
    """Words of one story each, common and rare as they come."""
    first, last = Article.objects.order_by("pk").first(), Article.objects.order_by("-pk").first()
    found = []
    for _query in range(QUERIES):
        story = Article.objects.get(pk=chance.randint(first.pk, last.pk))
        found.append(" ".join(chance.sample(story.body[3:-4].split(), words)) + " ")
    return found


def _misspelt(chance: random.Random, word: str) -> str:
    place = chance.randrange(len(word.strip()))
    return f"{word[:place]}{chance.choice('aeiou')}{word[place:]}"


def _percentile(queries: list[str]) -> str:
    return f"{statistics.quantiles([_spent(query) for query in queries], n=20)[-1] * 1000:.1f}"


def _spent(query: str) -> float:
    start = time.perf_counter()
    found: Results = search(query, language="en", now=timezone.now())
    if found.took_too_long:
        raise RuntimeError(f"{query!r} was stopped, so there is nothing to measure.")
    return time.perf_counter() - start


def _size() -> int:
    """Bytes on disk of all that search keeps."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s) name", [list(TABLES)])
        else:
            names = "SELECT name FROM sqlite_master WHERE tbl_name LIKE 'articles_search%%'"
            cursor.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({names})")  # noqa: S608
        return int(cursor.fetchone()[0] or 0)
