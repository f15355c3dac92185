"""How fast stories are indexed and their lists made, with few stories and with many, and what the index weighs.

`BENCH_STORIES=1000000` measures an archive of that size instead.
"""

import os
from collections.abc import Iterator

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from articles import contents
from articles.models import RelatedStory, StoryTerms, Term
from articles.related import related_to
from articles.related.lists import list_next, make_list
from articles.related.store import index_due, measure_outgrown
from articles.related.suggesting import suggest
from benchmarks.archives import Archive
from benchmarks.spent import milliseconds, spent
from tests.factories import make_section

TITLE = "Related stories (400 words a story; ms, median and 95 %, by the clock | of the processor)"
HEADINGS = ("stories", "indexed/s", "list", "publish", "form", "page", "index MB", "of the text")
SIZES = tuple(int(size) for size in os.environ.get("BENCH_STORIES", "10000,100000").split(","))
# Stories that are indexed in a row; stories of each other measurement.
BATCH, SAMPLE = 2_000, 100


def rows() -> Iterator[tuple]:
    """One row a size, in the order of HEADINGS."""
    archive = Archive(make_section(name="World"))
    for size in SIZES:
        archive.fill(size - BATCH)
        # Those of the smaller archive before, which would be counted with the stories that are indexed now.
        while measure_outgrown():
            pass
        new = archive.write(BATCH)
        rate = " | ".join(f"{BATCH / seconds:.0f}" for seconds in spent(_index))
        _tidy()
        archive.learn(new)
        sample = list(StoryTerms.objects.filter(pk__in=[story.pk for story in new[-SAMPLE:]]).select_related("article"))
        texts = [contents.take(row.article) for row in sample]
        times = [
            milliseconds(spent(lambda row=row: make_list(row, timezone.now())) for row in sample),
            milliseconds(spent(_publish) for _story in (archive.write(1) for _repeat in range(SAMPLE))),
            milliseconds(spent(lambda text=text: suggest(text, timezone.now())) for text in texts),
            milliseconds(spent(lambda row=row: related_to(row.article, timezone.now())) for row in sample),
        ]
        yield size, rate, *times, *_weight(archive)


def _index() -> None:
    while index_due() or measure_outgrown():
        pass


def _publish() -> None:
    """All that the worker does for one new story: its terms, its norm, its list and its place in those of others."""
    _index()
    list_next(timezone.now())


def _tidy() -> None:
    """What PostgreSQL does by itself now and then, where nobody has turned it off."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in (StoryTerms, Term, RelatedStory):
                cursor.execute(f"VACUUM {model._meta.db_table}")


def _weight(archive: Archive) -> tuple[str, str]:
    """What terms and lists take on disk, indexes included, and as a multiple of headlines and bodies."""
    size = sum(_size(model) for model in (StoryTerms, Term, RelatedStory))
    return f"{size / 1e6:.0f}", f"{size / (archive.characters * archive.size):.2f}"


def _size(model: type[Model]) -> int:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        else:
            names = "SELECT name FROM sqlite_master WHERE tbl_name = %s"
            cursor.execute(f"SELECT SUM(pgsize) FROM dbstat WHERE name IN ({names})", [table])  # noqa: S608
        return cursor.fetchone()[0] or 0
