"""Stories that are nearly the same as another: the same report filed twice, or one that an agency sent again."""

import datetime as dt

from articles.models import Article, ArticleQuerySet
from articles.states import State
from newsportal.core.text import plain, tokens

# Texts are compared by their shingles, runs of three words (Broder: On the resemblance of documents, 1997).
SHINGLE = 3
ALIKE = 0.8
LOOK_BACK = dt.timedelta(days=30)
CANDIDATES = 200


def near_duplicates(article: Article, now: dt.datetime) -> list[Article]:
    """Stories of the edition that readers have or will have, of the last 30 days, nearly the same as this text.

    Best first. Looked for among the newest 200 of the edition and the newest 200 of the section whose length is alike,
    in two queries.
    """
    mine = shingles(article)
    found = {}
    for pool in (_pool(article, now), _pool(article, now).filter(section=article.section_id)):
        for other in pool.newest_first()[:CANDIDATES]:
            if other.pk not in found:
                found[other.pk] = (likeness(mine, shingles(other)), other)
    alike = [(share, other) for share, other in found.values() if share >= ALIKE]
    return [other for _share, other in sorted(alike, key=lambda pair: pair[0], reverse=True)]


def shingles(article: Article) -> frozenset[tuple[str, ...]]:
    """The runs of three words of headline, standfirst and body; of a shorter text, all its words as one."""
    words = tokens(f"{article.headline} {article.standfirst} {plain(article.body)}")
    if len(words) <= SHINGLE:
        return frozenset([tuple(words)] if words else [])
    return frozenset(zip(*(words[start:] for start in range(SHINGLE)), strict=False))


def likeness(one: frozenset, other: frozenset) -> float:
    """The share of what both have in what either has (Jaccard): 1 for the same, 0 for nothing in common."""
    either = len(one | other)
    return len(one & other) / either if either else 0.0


def _pool(article: Article, now: dt.datetime) -> ArticleQuerySet:
    """Texts of about the same length: two sets that are 0.8 alike differ in size by a quarter at most."""
    slack = 10
    return (
        Article.objects.in_edition(article.language)
        .in_state(State.PUBLISHED)
        .filter(publish_at__gt=now - LOOK_BACK)
        .filter(words__gte=int(article.words * 0.7) - slack, words__lte=int(article.words * 1.4) + slack)
        .exclude(pk=article.pk)
        .select_related("section")
        .only("pk", "headline", "standfirst", "body", "publish_at", "section")
    )
