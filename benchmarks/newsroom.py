"""The newsroom's pages at 200,000 stories: how many queries each takes, and how long it works."""

import datetime as dt
import statistics
import time
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Byline, Contributor, LogEntry, Revision, SearchDocument, Section
from articles.states import State
from benchmarks.archive import document, look_at_tables
from tests.factories import make_section

TITLE = "The newsroom"
HEADINGS = ("page", "stories", "queries", "median ms", "95 % ms")
SIZE = 200_000
BATCH = 5_000
REPEATS = 15
PEOPLE, SECTIONS = 200, 24
# Out of a hundred stories: how many are not simply published.
OTHER_STATES = {0: State.WITHDRAWN, 1: State.ARCHIVED}
WORDS = "river ferry budget school market court cricket monsoon bridge metro harvest election".split()
BODY = "<p>" + "The ferries went back to work on Sunday morning, after two days of fog on the river. " * 30 + "</p>"


def rows(size: int = SIZE) -> Iterator[tuple]:
    """One row a page, in the order of HEADINGS; fills the database first."""
    chief = get_user_model().objects.create_superuser("bench", "bench@example.org", "not a secret: 200,000")
    fill(size, chief)
    client = Client()
    client.force_login(chief)
    for name, address in pages().items():
        yield name, f"{size:,}", *_measured(client, address)


def pages() -> dict[str, str]:
    """The addresses measured, by what they are called in the table."""
    stories = "/admin/articles/article/"
    middle = Article.objects.order_by("modified", "pk")[Article.objects.count() // 2]
    deep = int(middle.modified.timestamp() * 1_000_000)
    section, small = Section.objects.order_by("pk").first(), Section.objects.order_by("pk").last()
    return {
        "desk": "/admin/",
        "list": stories,
        "list, half-way down": f"{stories}?older={deep}-{middle.pk}",
        "list, in review": f"{stories}?state=in_review",
        "list, withdrawn": f"{stories}?state=withdrawn",
        "list, goes live later": f"{stories}?state=scheduled",
        "list, a large section": f"{stories}?section={section.pk}",
        "list, a small section": f"{stories}?section={small.pk}",
        "list, one author": f"{stories}?author=Author 7",
        "list, last 7 days": f"{stories}?period=week",
        "list, a month years ago": f"{stories}?first=2015-03-01&last=2015-03-31",
        "list, unpublished changes": f"{stories}?changes=on",
        "list, by id": f"{stories}?q={middle.pk}",
        "list, by id at the source": f"{stories}?q=agency-{middle.pk}",
        "list, by byline code": f"{stories}?q=Bd24live/A7",
        "list, a frequent word": f"{stories}?q=monsoon",
        "list, a word of one story": f"{stories}?q=zanzibar",
        "form": f"{stories}{middle.pk}/change/",
        "log": "/admin/articles/logentry/",
        "log of a story": f"/admin/articles/logentry/?story={middle.pk}",
    }


def fill(size: int, writer: object) -> None:
    """Ten years and more of stories: the newest of today, some on their way, one word that only one headline has."""
    top = [make_section(name=f"Section {number}") for number in range(SECTIONS)]
    sections = [*top, make_section(name="Inner", parent=top[0])]
    people = Contributor.objects.bulk_create(
        Contributor(name=f"Author {number}", initials=f"A{number}", slug=f"a{number}") for number in range(PEOPLE)
    )
    now = timezone.now()
    for start in range(0, size, BATCH):
        _batch(start, min(start + BATCH, size), size, now, sections, people, writer)
    # `modified` is set to the present by every save; a list sorted by one moment would measure nothing.
    Article.objects.update(modified=F("publish_at"))
    _current(now)
    look_at_tables()


def _batch(start: int, end: int, size: int, now: dt.datetime, sections: list, people: list, writer: object) -> None:
    stories = [_story(number, size, now, sections, writer) for number in range(start, end)]
    Article.objects.bulk_create(stories)
    SearchDocument.objects.bulk_create([document(story) for story in stories], batch_size=500)
    Byline.objects.bulk_create(
        Byline(article=story, contributor=people[(start + place) % PEOPLE], position=0)
        for place, story in enumerate(stories)
    )
    LogEntry.objects.bulk_create(
        LogEntry(article=story, headline=story.headline, action=action, by=writer, at=story.publish_at, new={})
        for story in stories
        for action in ("create", "publish")
    )


def _story(number: int, size: int, now: dt.datetime, sections: list, writer: object) -> Article:
    word, other = WORDS[number % len(WORDS)], WORDS[(number // 12) % len(WORDS)]
    story = Article(
        headline=f"The {word} and the {other}, story {number}" + (" of Zanzibar" if number == size // 3 else ""),
        # The last section is a small one.
        section=sections[-1] if number % 1000 == 0 else sections[number % SECTIONS],
        body=BODY,
        byline_code=f"Bd24live/A{number % PEOPLE}",
        source_id=f"agency-{number}",
        state=OTHER_STATES.get(number % 100, State.PUBLISHED),
        publish_at=now - dt.timedelta(minutes=30 * (size - number)),
        created_by=writer if number % 50 == 0 else None,
    )
    story.prepare()
    return story


def _current(now: dt.datetime) -> None:
    """What is on its way today: drafts, reviews, schedules, embargoes, changes of live stories."""
    newest = list(Article.objects.order_by("-pk").values_list("pk", flat=True)[:600])
    for state, share in ((State.DRAFT, newest[:300]), (State.IN_REVIEW, newest[300:350])):
        Article.objects.filter(pk__in=share).update(state=state)
    Article.objects.filter(pk__in=newest[350:380]).update(publish_at=now + dt.timedelta(hours=5))
    Article.objects.filter(pk__in=newest[380:400]).update(embargo_until=now + dt.timedelta(hours=7))
    for pk in newest[400:440]:
        head = Revision.objects.create(article_id=pk, number=1, content={}, at=now)
        Article.objects.filter(pk=pk).update(head=head, change_state=State.DRAFT)


def _measured(client: Client, address: str) -> tuple[str, str, str]:
    _get(client, address)
    with CaptureQueriesContext(connection) as captured:
        _get(client, address)
    queries = len(captured)  # at once: every later request empties the list
    times = []
    for _repeat in range(REPEATS):
        start = time.perf_counter()
        _get(client, address)
        times.append((time.perf_counter() - start) * 1000)
    return str(queries), f"{statistics.median(times):.1f}", f"{statistics.quantiles(times, n=20)[-1]:.1f}"


def _get(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}, so there is nothing to measure.")
