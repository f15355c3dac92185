"""Which pages are out of date after a change of a story, as tags (articles.page_tags). Written with the change itself.

Every page that shows something of the story has the story's own tag. Lists are purged where the change moves the story
into them, out of them, or to another place in them: at its minute, if it is planned, for they say until when they are
good.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from articles import contents, page_tags
from articles.models import Article, Section, SeriesPart, Translation
from articles.places import Place
from articles.states import State
from newsportal.core.page_cache.purging import purge

# What moves a story in the lists, whatever its words are.
_MOVING = frozenset({"publish", "withdraw", "plan", "override_embargo"})
# What gives it another text.
_REWRITING = frozenset({"update", "minor_update", "schedule_update"})
# What changes its own page and no card of it.
_BESIDE = frozenset({"pin_related", "exclude_related", "leave_related", "link_translation", "unlink_translation"})
# Blocks of the newest stories, and lists that are filled with them, look at no more than this.
NEWEST = 40


def purge_for(article: Article, action: str) -> None:
    """Purges what `action` (as in articles.announcing) changes for readers; nothing for work that they do not see."""
    stood: Place | None = article.__dict__.pop("stood", None)
    if action == "correct":
        purge(page_tags.story(article.pk), page_tags.corrections(article.language))
    elif action in _BESIDE:
        purge(page_tags.related(article.pk))
    elif action in _MOVING and (article.state == State.PUBLISHED or action == "withdraw"):
        gone = [page_tags.gone(article.pk)] if action == "withdraw" else []
        purge(*gone, *_all_tags(article.pk, {Place.of(article), *([stood] if stood else [])}))
    elif action in _REWRITING:
        _purge_rewritten(article, stood, is_planned=action == "schedule_update")


def purge_deleted(article: Article) -> None:
    """For a story that is about to be deleted."""
    if article.state == State.PUBLISHED or article.was_withdrawn:
        purge(page_tags.gone(article.pk), *_all_tags(article.pk, {Place.of(article)}))


def purge_all_of(places: Iterable[tuple[int, Place]]) -> None:
    """For many stories at once, each with a place of before or of now: one change."""
    by_story: dict[int, set[Place]] = {}
    for pk, place in places:
        by_story.setdefault(pk, set()).add(place)
    families = _families()
    languages = {place.language for stood in by_story.values() for place in stood}
    newest = {language: _oldest_of_the_newest(language) for language in languages}
    tags: set[str] = set()
    for pk, stood in by_story.items():
        tags |= _tags(pk, stood, families, newest)
    purge(*tags)


def _purge_rewritten(article: Article, stood: Place | None, *, is_planned: bool) -> None:
    shown = contents.overlay(article, article.head.content) if is_planned and article.head else article
    place = Place.of(shown)
    stood = Place.of(article) if is_planned else stood
    if stood == place:
        purge(
            page_tags.story(article.pk),
            page_tags.words(article.language),
            page_tags.month(article.language, place.order[0]),
        )
    else:
        purge(*_all_tags(article.pk, {place, *([stood] if stood else [])}))


def _all_tags(pk: int, places: set[Place]) -> set[str]:
    newest = {place.language: _oldest_of_the_newest(place.language) for place in places}
    # Their pages link to this one from now on, or no longer.
    groups = Translation.objects.filter(article=pk).values("group")
    versions = Translation.objects.filter(group__in=groups).values_list("article_id", flat=True)
    series = SeriesPart.objects.filter(article=pk).values_list("series_id", flat=True)
    beside = {*map(page_tags.related, versions), *map(page_tags.series, series)}
    return _tags(pk, places, _families(), newest) | beside


def _tags(
    pk: int, places: set[Place], families: dict[int, list[int]], newest: dict[str, dt.datetime | None]
) -> set[str]:
    tags = {page_tags.story(pk)}
    for place in places:
        # A section that was made a moment ago, by an import, has no family yet that we have read.
        tags |= {page_tags.section(section) for section in families.get(place.section, [place.section])}
        tags |= {page_tags.tag(tag) for tag in place.tags}
        tags |= {page_tags.author(person) for person in place.people}
        tags |= {say(place.language) for say in (page_tags.front, page_tags.stories, page_tags.words)}
        tags |= {page_tags.month(place.language, time) for time in place.order[:1] if time}
        oldest = newest[place.language]
        if oldest is None or place.order[0] is None or place.order[0] >= oldest:
            tags.add(page_tags.newest(place.language))
    return tags


def _families() -> dict[int, list[int]]:
    """Each section with all that it stands in, by ids. One query."""
    rows = {(row.language, row.path): row.pk for row in Section.objects.only("language", "path")}
    return {pk: [rows[above] for above in _upwards(*place) if above in rows] for place, pk in rows.items()}


def _upwards(language: str, path: str) -> Iterable[tuple[str, str]]:
    parts = path.split("/")
    return ((language, "/".join(parts[:depth])) for depth in range(1, len(parts) + 1))


def _oldest_of_the_newest(language: str) -> dt.datetime | None:
    """The time before which a story is not among the newest NEWEST; None while there are fewer. One query."""
    times: Any = Article.objects.in_edition(language).in_state(State.PUBLISHED).newest_first()
    return times.values_list("publish_at", flat=True)[NEWEST - 1 : NEWEST].first()
