"""What is kept beside the stories so that they can be found, and how it is built anew (`manage.py reindex`)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction

from articles.models import Article
from articles.related.store import reindex as reindex_terms
from articles.search import reindex as reindex_search


@dataclass(frozen=True)
class Index:
    """One index. `rebuild(stories)` writes what it keeps of them, in the caller's transaction, which locks them."""

    name: str
    rebuild: Callable[[list[Article]], object]


# In the order in which they are built; every index has a line here.
INDEXES = [Index("related", reindex_terms), Index("search", reindex_search)]
BATCH = 50


def rebuild(index: Index, *, since: int = 0) -> Iterator[tuple[int, int]]:
    """Builds an index anew for the stories with an id above `since`, in the order of their ids, while the site runs.

    Yields (id of the last story done, how many this step did) after each committed step; going on from that id
    continues a rebuilding that was stopped.
    """
    while True:
        with transaction.atomic():
            rows = Article.objects.select_for_update(no_key=True).filter(pk__gt=since).order_by("pk")
            stories = list(rows.prefetch_related("tags")[:BATCH])
            if not stories:
                return
            index.rebuild(stories)
        since = stories[-1].pk
        yield since, len(stories)
