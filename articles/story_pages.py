"""The story of a story's page, read in few queries that are written down once."""

import datetime as dt
from typing import Any

from articles.models import Article, Byline, ContributorText, Tag
from newsportal.core.prepared import Prepared, fetched

_STORY = Prepared(Article, lambda pk, now: Article.objects.filter(pk=pk).for_page(now).prefetch_related(None))
_BYLINES = Prepared(Byline, lambda pk: Byline.objects.filter(article=pk).select_related("contributor__outlet"))
_NAMES = Prepared(ContributorText, lambda people: ContributorText.objects.filter(contributor__in=people))
_TAGS = Prepared(Tag, lambda pk: Tag.objects.filter(tagged__content_object=pk))


def story_of_page(pk: int, now: dt.datetime) -> Article | None:
    """What `Article.objects.for_page` gives of one story, in as many queries; None where there is none."""
    found = _STORY.rows(pk=pk, now=now)
    if not found:
        return None
    (article,) = found
    bylines = _BYLINES.rows(pk=pk)
    _add_names([byline.contributor for byline in bylines if byline.contributor])
    _keep(article, bylines=fetched(Byline, bylines), tags=fetched(Tag, _TAGS.rows(pk=pk)))
    return article


def _add_names(people: list[Any]) -> None:
    if not people:
        return
    texts = _NAMES.rows(people=tuple(dict.fromkeys(person.pk for person in people)))
    for person in people:
        mine = [text for text in texts if text.contributor_id == person.pk]
        _keep(person, texts=fetched(ContributorText, mine))


def _keep(row: Any, **fetched_rows: Any) -> None:
    row._prefetched_objects_cache = fetched_rows
