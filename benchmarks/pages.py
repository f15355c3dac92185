"""How long the server works on a page, and how many queries it takes, with few stories and with many."""

import statistics
import time
from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from tests.factories import make_articles, make_section

TITLE = "Pages, without a cache in front"
HEADINGS = ("page", "stories", "queries", "median ms", "95 % ms")
SIZES = (20, 2_000)
REPEATS = 50


def rows() -> Iterator[tuple]:
    """One row a page and size, in the order of HEADINGS."""
    section = make_section(name="World")
    client = Client()
    stories = 0
    for size in SIZES:
        make_articles(number=size - stories, section=section)
        stories = size
        story = Article.objects.newest_first().first()
        pages = {"front": "/", "section": section.get_absolute_url(), "story": story.get_absolute_url()}
        for name, address in pages.items():
            yield name, size, _queries(client, address), *_milliseconds(client, address)


def _queries(client: Client, address: str) -> int:
    """Queries of the page once the site's identity is in the cache."""
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        _get(client, address)
    return len(captured)


def _milliseconds(client: Client, address: str) -> tuple[str, str]:
    times = []
    for _repeat in range(REPEATS):
        start = time.perf_counter()
        _get(client, address)
        times.append((time.perf_counter() - start) * 1000)
    return f"{statistics.median(times):.1f}", f"{statistics.quantiles(times, n=20)[-1]:.1f}"


def _get(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}, so there is nothing to measure.")
