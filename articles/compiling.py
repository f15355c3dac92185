"""Series: the verb that puts their stories in order, and what readers see of them at a minute."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import page_tags
from articles.announcing import log
from articles.due_changes import DueChanges
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article, Series, SeriesPart
from articles.permissions import permitted
from newsportal.core.page_cache.purging import purge
from newsportal.core.page_cache.tags import note

MOST_PARTS = 100


@dataclass(frozen=True)
class Run:
    """A series as readers see it: its stories in order, and the place of one of them where it is asked about one."""

    series: Series
    stories: list[Article]
    number: int = 0

    @property
    def total(self) -> int:
        """How many parts it says it has: those that are planned, or more when there are more."""
        return max(len(self.stories), self.series.planned or 0)

    @property
    def before(self) -> Article | None:
        return self.stories[self.number - 2] if self.number > 1 else None

    @property
    def after(self) -> Article | None:
        return self.stories[self.number] if 0 < self.number < len(self.stories) else None


@transaction.atomic
def compile_series(series: Series, stories: Iterable[Article], *, by: Any, now: dt.datetime | None = None) -> None:
    """Gives a saved series exactly these stories, in this order. Doing it again changes nothing."""
    now, stories = now or timezone.now(), list(stories)
    if not permitted(by, "change_series"):
        raise NotAllowed(_("You may not put series together: ask an editor."))
    Series.objects.select_for_update().get(pk=series.pk)
    if len({story.pk for story in stories}) < len(stories):
        raise NewsroomError(_("A story stands only once in a series."))
    if len(stories) > MOST_PARTS:
        raise NewsroomError(_("A series has at most %(number)s parts.") % {"number": MOST_PARTS})
    if any(story.language != series.language for story in stories):
        raise NewsroomError(_("Choose stories of the same edition."))
    before = list(series.parts.select_related("article"))
    if [part.article_id for part in before] == [story.pk for story in stories]:
        return
    series.parts.all().delete()
    SeriesPart.objects.bulk_create(
        SeriesPart(series=series, article=story, position=place) for place, story in enumerate(stories, 1)
    )
    old, new = _facts(series, [part.article for part in before]), _facts(series, stories)
    log(None, "compile_series", by=by, now=now, old=old, new=new)
    shown = {part.article_id for part in before} | {story.pk for story in stories}
    purge(page_tags.series(series.pk), page_tags.all_series(series.language), *map(page_tags.related, shown))


def purge_series(series: Series) -> None:
    """Its title stands on every one of its stories, its address in the sitemap."""
    parts = series.parts.values_list("article_id", flat=True)
    purge(page_tags.series(series.pk), page_tags.all_series(series.language), *map(page_tags.related, parts))


def run_of(series: Series, now: dt.datetime, due: DueChanges) -> Run:
    """What readers see of a series. One query."""
    note(page_tags.series(series.pk))
    parts = series.parts.published(now)
    return Run(series, due.over(part.article for part in parts))


def runs_with(article: Article, now: dt.datetime, due: DueChanges) -> list[Run]:
    """The series that a story is shown in, with its number in each. One query, none for a story that is in no series
    (after `ArticleQuerySet.for_page`).
    """
    if not article.is_in_series or article.pk is None:
        return []
    runs = []
    for series, parts in groupby(SeriesPart.objects.beside(article).published(now), key=lambda part: part.series):
        note(page_tags.series(series.pk))
        stories = due.over(part.article for part in parts)
        number = next((place for place, story in enumerate(stories, 1) if story.pk == article.pk), 0)
        runs.append(Run(series, stories, number))
    return runs


def _facts(series: Series, stories: list[Article]) -> dict[str, str]:
    titles = "; ".join(f"{place} {story.headline}" for place, story in enumerate(stories, 1))
    return {"edition": series.language, "series": series.title, "parts": titles}
