"""How long a search takes, with few stories and with many, how fast stories are indexed, and what the index weighs.

`BENCH_STORIES=100000,1000000` measures these numbers instead of 10,000. Beside the time stands the processor's, this
program's and that of PostgreSQL if it runs on this machine: on a busy one only that says something.
"""

import os
import random
import statistics
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article
from articles.search import Filters, index, search
from benchmarks.archive import Archive
from benchmarks.spent import spent

TITLE = "Search (400 words a story)"
HEADINGS = ("what", "stories", "median", "95 %", "processor", "95 %")
SIZES = tuple(int(size) for size in os.environ.get("BENCH_STORIES", "10000").split(","))
QUERIES, INDEXED, PUBLISHED = 40, 1_000, 40
WARM = 10
# Which words by their rank: in a tenth of all stories or more, in some hundreds of 100,000, in a few.
COMMON, USUAL, RARE = (40, 300), (300, 10_000), (40_000, 150_000)
TABLES = ("articles_searchdocument", "articles_searchword")
# What is asked: the ranks of its words, and how.
KINDS: dict[str, tuple[tuple[tuple[int, int], ...], dict[str, Any]]] = {
    "a common word": ((COMMON,), {}),
    "a word": ((USUAL,), {}),
    "a rare word": ((RARE,), {}),
    "two words": ((USUAL, USUAL), {}),
    "two common words": ((COMMON, COMMON), {}),
    "a common and a rare word": ((COMMON, RARE), {}),
    "three words": ((USUAL, USUAL, USUAL), {}),
    "three common words": ((COMMON, COMMON, COMMON), {}),
    "two words of a section": ((USUAL, USUAL), {"filters": "section"}),
    "two words of a month": ((USUAL, USUAL), {"filters": "month"}),
    "two common words, newest first": ((COMMON, COMMON), {"sort": "date"}),
}


def rows() -> Iterator[tuple]:
    """The rows of each size, times in milliseconds, in the order of HEADINGS."""
    archive = Archive()
    _index(archive, INDEXED)
    for size in SIZES:
        # As many again with the words known: stems of words that were never met are what takes longest.
        rate = INDEXED / _index(archive, INDEXED)[0]
        archive.fill(size)
        _warm_up(archive)
        for name, queries in _queries(archive).items():
            yield name, f"{size:,}", *_times([_asked(text, options) for text, options in queries])
        yield "publishing", f"{size:,}", *_times([_index(archive, 1) for _story in range(PUBLISHED)])
        yield "stories indexed a second", f"{size:,}", f"{rate:.0f}", "", "", ""
        yield "index, share of the text", f"{size:,}", f"{_size() / archive.characters:.2f}", "", "", ""


def _warm_up(archive: Archive) -> None:
    """Asks some questions that are not measured: no site's archive was made a moment ago."""
    for queries in _queries(archive).values():
        for text, options in queries[:WARM]:
            _asked(text, options)


def _queries(archive: Archive) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """QUERIES of each kind, with what else is said to `search`."""
    chance = archive.chance
    month = timezone.localtime(Article.objects.order_by("-pk")[0].publish_at).strftime("%Y-%m")
    filters = {"section": Filters(section=archive.sections[0].pk), "month": Filters(month=month)}
    found = {}
    for name, (ranks, options) in KINDS.items():
        said = {**options, **({"filters": filters[options["filters"]]} if "filters" in options else {})}
        found[name] = [
            (" ".join(chance.choice(archive.words[slice(*rank)]) for rank in ranks) + " ", said)
            for _query in range(QUERIES)
        ]
    found["a misspelt word"] = [(_misspelt(chance, archive), {}) for _query in range(QUERIES)]
    found["an unfinished word"] = [(chance.choice(archive.words[slice(*USUAL)])[:-1], {}) for _query in range(QUERIES)]
    found["a phrase"] = [(_phrase(chance), {}) for _query in range(QUERIES)]
    return found


def _misspelt(chance: random.Random, archive: Archive) -> str:
    word = chance.choice(archive.words[slice(*USUAL)])
    place = chance.randrange(1, len(word))
    return f"{word[:place]}{chance.choice('aeiou')}{word[place:]} "


def _phrase(chance: random.Random) -> str:
    """Two neighbours of a story."""
    stories = Article.objects.order_by("pk")
    words = stories[chance.randrange(INDEXED)].body[3:-4].split()
    place = chance.randrange(len(words) - 1)
    return f'"{words[place]} {words[place + 1]}"'


def _asked(text: str, options: dict[str, Any]) -> tuple[float, float]:
    def ask() -> None:
        if search(text, language="en", now=timezone.now(), **options).took_too_long:
            raise RuntimeError(f"{text!r} was stopped, so there is nothing to measure.")

    return spent(ask)


def _index(archive: Archive, number: int) -> tuple[float, float]:
    """What it takes to index new stories, the last ones of the archive."""
    stories = archive.add(number)

    def write() -> None:
        with transaction.atomic():
            index(stories)

    return spent(write)


def _times(seconds: list[tuple[float, float]]) -> Iterator[str]:
    """Median and 95th percentile by the clock, then those of the processor."""
    for taken in zip(*seconds, strict=True):
        yield f"{statistics.median(taken) * 1000:.1f}"
        yield f"{statistics.quantiles(taken, n=20)[-1] * 1000:.1f}"


def _size() -> int:
    """Bytes on disk of all that search keeps."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s) name", [list(TABLES)])
        else:
            names = "SELECT name FROM sqlite_master WHERE tbl_name LIKE 'articles_search%%'"
            cursor.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({names})")  # noqa: S608
        return int(cursor.fetchone()[0] or 0)
