"""The rows that search looks at, written in the transaction that writes what they show."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from articles import page_tags
from articles.models import Article, Byline, SearchDocument, TaggedArticle
from articles.models.search import place_of
from articles.search import numbers, sqlite
from articles.search.analysis import words
from articles.search.learning import LEARNT, learn
from articles.search.terms import EXACT, FACET
from newsportal.core.page_cache.purging import purge
from newsportal.core.text import plain

# Goes up when the terms of a text change; `catch_up` then writes all rows anew.
VERSION = 5
# What is read of a body, in characters and words; how many of its words are its start.
CHARACTERS, WORDS, LEAD = 200_000, 12_000, 60
# The start is kept a few words longer, so that words in a row are found across its end.
OVERLAP = 7
BATCH = 100
NAMES = 1_000


@dataclass(frozen=True)
class _Read:
    """The (word, term) pairs of each text of a story."""

    kicker: list[tuple[str, str]]
    headline: list[tuple[str, str]]
    start: list[tuple[str, str]]
    body: list[tuple[str, str]]
    names: list[tuple[str, str]]

    @classmethod
    def of(cls, story: Article, names: list[str]) -> "_Read":
        start, signed = f"{story.standfirst} {story.dateline}", " ".join(names)[:10_000]
        body = list(islice(words(_text(story)), WORDS))
        return cls(*(list(words(text)) for text in (story.kicker, story.headline, start)), body, list(words(signed)))


def index(articles: Iterable[Article]) -> int:
    """Brings the search rows of saved stories up to date; returns how many were written.

    A few queries, whatever the number of stories, when nothing has changed that search looks at. Has to be called in
    the transaction that changed the stories, their tags or their bylines.
    """
    stories = list(articles)
    if not stories:
        return 0
    names, facets = _names_and_facets(stories)
    stored = {
        article: (digest, version)
        for article, digest, version in SearchDocument.objects.filter(article__in=stories).values_list(
            "article_id", "digest", "version"
        )
    }
    changed = {
        story: digest
        for story in stories
        if stored.get(story.pk) != ((digest := _digest(story, names[story.pk], facets[story.pk])), VERSION)
    }
    if not changed:
        return 0
    with transaction.atomic():
        SearchDocument.objects.filter(article__in=[story for story in changed if story.pk in stored]).delete()
        read = {story: _Read.of(story, names[story.pk]) for story in changed}
        SearchDocument.objects.bulk_create(
            [_document(story, digest, read[story], facets[story.pk]) for story, digest in changed.items()]
        )
        learn(
            named=(pair for text in read.values() for pair in chain(text.headline, text.start, text.names)),
            met=(pair for text in read.values() for pair in text.body[:LEARNT]),
        )
    return len(changed)


def document(story: Article) -> SearchDocument:
    """The row of a published story without tags and names, as `index` would make it; it is not saved."""
    return _document(story, _digest(story, [], []), _Read.of(story, []), _own_facets(story))


def reindex(stories: list[Article]) -> int:
    """Writes the rows of stories anew, changed or not; the caller holds the stories' locks."""
    mark_stale(Q(article__in=stories))
    return index(stories)


def mark_stale(documents: Q) -> int:
    """Has the rows that match (a condition on SearchDocument) written anew by `catch_up`; returns how many."""
    return SearchDocument.objects.filter(documents).update(version=0)


def catch_up(*, stopping: Callable[[], bool] = lambda: False, at_most: float = float("inf")) -> int:
    """The duty that writes rows which are missing or stale; returns how many. Each batch is a transaction.

    Stories are indexed where they are changed. What is left are those of before there was search, names of tags and
    contributors that were changed, and a new version of the indexing. Ends after about `at_most` stories, so that other
    duties have their turn.
    """
    done = 0
    while done < at_most and not stopping():
        with transaction.atomic():
            stale = SearchDocument.objects.stale(VERSION).values_list("article_id", flat=True)[:BATCH]
            waiting = list(stale) or list(SearchDocument.objects.missing().values_list("pk", flat=True)[:BATCH])
            if not waiting:
                return done
            # One that somebody is changing just now is indexed by that change.
            locked = Article.objects.filter(pk__in=waiting).select_for_update(of=("self",), skip_locked=True)
            stories = list(locked)
            index(stories)
            purge(*(page_tags.words(language) for language in {story.language for story in stories}))
        if not stories:
            return done
        done += len(stories)
    return done


def _names_and_facets(stories: Sequence[Article]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """The tags and names of each story, and its facets, by its id."""
    names: dict[int, list[str]] = {story.pk: [story.agency, story.byline_code] for story in stories}
    facets = {story.pk: _own_facets(story) for story in stories}
    tagged = TaggedArticle.objects.filter(content_object__in=stories).order_by("tag__name")
    for story, name in tagged.values_list("content_object_id", "tag__name"):
        names[story].append(name)
    bylines = Byline.objects.filter(article__in=stories).order_by("position", "pk")
    bylines = bylines.prefetch_related("contributor__texts").select_related("contributor")
    for line in bylines:
        person = line.contributor
        if person is None:
            names[line.article_id].append(line.name)
        elif (facet := f"a{person.pk}") not in facets[line.article_id]:
            names[line.article_id] += [person.name, *(text.name for text in person.texts.all())]
            facets[line.article_id].append(facet)
    return names, facets


def _own_facets(story: Article) -> list[str]:
    """Section, type, language, state and, of what has a time, its month in the site's time zone."""
    facets = [f"s{story.section_id}", f"t{story.story_type}", f"l{story.language}", f"w{story.state}"]
    return facets + ([f"m{timezone.localtime(story.publish_at):%Y%m}"] if story.publish_at else [])


def _digest(story: Article, names: list[str], facets: list[str]) -> str:
    parts = (str(place_of(story)), story.kicker, story.headline, story.standfirst, story.dateline, story.body)
    # 16 hexadecimal digits tell two texts of one story apart, and a row is 16 bytes shorter.
    return hashlib.md5("\n".join((*parts, *names, *facets)).encode(), usedforsecurity=False).hexdigest()[:16]


def _document(story: Article, digest: str, read: _Read, facets: list[str]) -> SearchDocument:
    head = [term for _word, term in chain(read.kicker, read.headline)]
    start = [term for _word, term in read.start]
    body = [term for _word, term in read.body]
    signed = [term for _word, term in read.names[:NAMES]]
    exact = _exact_words(chain(read.headline, read.body[:LEAD]))
    document = SearchDocument(article=story, place=place_of(story), digest=digest, version=VERSION)
    document.words = len(head) + len(start) + len(body) + len(signed) + len(exact)
    columns = [head, start + body[: LEAD + OVERLAP], body[LEAD:], signed, exact, [FACET + facet for facet in facets]]
    if connection.vendor == "postgresql":
        document.vector, document.packed = numbers.written(columns)
    else:
        document.packed = sqlite.pack(columns)
    return document


def _exact_words(read: Iterable[tuple[str, str]]) -> list[str]:
    """The terms of words with their very endings, of (word, term) of a headline and the start of a body.

    Those of the whole body would find no better, and be a fifth of the index.
    """
    return [EXACT + word for word, term in read if word != term and word.isascii()]


def _text(story: Article) -> str:
    """The words of a body, those of the first CHARACTERS; cut where a tag begins."""
    markup = story.body[:CHARACTERS]
    return plain(markup if len(story.body) <= CHARACTERS else markup.rpartition("<")[0] or markup)
