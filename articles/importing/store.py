"""Checked records into the database: found by their id at the source, made, brought up to date, or left alone."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from articles import search
from articles.importing import revisions
from articles.importing.fields import BadRecord
from articles.importing.people import PeopleDirectory
from articles.importing.records import StoryRecord
from articles.importing.sections import SectionDirectory, default_names
from articles.importing.tags import TagDirectory
from articles.models import Article, Byline, LogEntry, Redirect, TaggedArticle
from articles.picture_pages import note_pictures
from articles.places import Place, order_of
from articles.purging import purge_all_of
from articles.signals import article_changed
from articles.states import Role, State

_ALWAYS_WRITTEN = ("version", "source_version", "slug", "words", "modified")


class Outcome(Enum):
    """What became of a record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Settings:
    """How an import treats all of its stories."""

    draft: bool = False
    # The section of stories that name none, from the top down; () for the edition's "News".
    section: tuple[str, ...] = ()
    overwrite: bool = False


@dataclass(frozen=True)
class Stored:
    """The outcomes of a batch: what became of each id, and why some were refused."""

    outcomes: Mapping[str, Outcome]
    refusals: Mapping[str, str]


@dataclass
class _Work:
    """One story to be written, with the rows that it refers to."""

    record: StoryRecord
    article: Article
    outcome: Outcome
    tags: list[int]
    contributors: tuple[int, ...]
    changed: list[str]
    # Of a story that is there already: edition, section and order (articles.places) before anything is written.
    stood: tuple[str, int, tuple] | None = None


class Store:
    """Writes batches of records with distinct ids, each batch in one transaction."""

    def __init__(self, *, by: Any, now: dt.datetime, settings: Settings, latest: Mapping[str, str]) -> None:
        self._by, self._now, self._settings, self._latest = by, now.replace(microsecond=0), settings, latest
        self._sections, self._tags, self._people = SectionDirectory(), TagDirectory(), PeopleDirectory()

    def forget(self) -> None:
        """Forgets which rows there are, as after a rollback."""
        for directory in (self._sections, self._tags, self._people):
            directory.forget()

    def may_change(self, record: StoryRecord, digest: str | None) -> bool:
        """Whether a record may have to be written where a story with the source digest `digest` is stored."""
        return self._settings.overwrite or not self._is_stored(record, digest)

    def _is_stored(self, record: StoryRecord, digest: str | None) -> bool:
        """A line that a later one of the same id replaces says nothing new once that later one is stored."""
        return digest in (record.digest, self._latest.get(record.id, record.digest))

    @transaction.atomic
    def write(self, records: list[StoryRecord], pictures: Mapping[str, int | None]) -> Stored:
        """Stores a batch; `pictures` has the picture's id for every `image` of a record that `may_change`."""
        ids = [record.id for record in records]
        known = {story.source_id: story for story in Article.objects.select_for_update().filter(source_id__in=ids)}
        outcomes: dict[str, Outcome] = {}
        refusals: dict[str, str] = {}
        work = []
        for record in records:
            try:
                todo = self._decided(record, known.get(record.id), pictures)
            except BadRecord as refusal:
                refusals[record.id] = str(refusal)
                continue
            outcomes[record.id] = todo.outcome if todo else Outcome.UNCHANGED
            if todo:
                work.append(todo)
        self._save(work)
        linked = _link(work)
        for todo in work:
            # A new story has no revision until somebody works on it (articles.revising.head_of).
            if todo.outcome is Outcome.UPDATED:
                revisions.replace(todo.article.pk, by=self._by, now=self._now)
        self._announce(work)
        purge_all_of(_places(work, linked))
        return Stored(outcomes, refusals)

    def _decided(
        self, record: StoryRecord, article: Article | None, pictures: Mapping[str, int | None]
    ) -> _Work | None:
        """What has to be written for a record; None when nothing. Raises BadRecord for a story that stays as it is."""
        if article is None:
            return self._new(record, pictures)
        edited = article.version != article.source_version
        if self._is_stored(record, article.source_digest) and not (edited and self._settings.overwrite):
            return None
        if edited and not self._settings.overwrite:
            raise BadRecord(
                _("The story was changed here after its import (story %(pk)s); --overwrite replaces it.")
                % {"pk": article.pk}
            )
        return self._update(record, article, pictures)

    def _new(self, record: StoryRecord, pictures: Mapping[str, int | None]) -> _Work:
        state = State.DRAFT if self._settings.draft else State.PUBLISHED
        publish_at = record.published_at or (None if self._settings.draft else self._now)
        _check_times(publish_at, record.unpublish_at)
        signature = self._people.find(record.byline, record.authors)
        values = _values(record, outlet=signature.outlet, picture=pictures.get(record.image))
        section = self._sections.find(
            record.language, record.section or self._settings.section or default_names(record.language)
        )
        article = Article(
            **values, section_id=section, state=state, publish_at=publish_at, source_version=1, created_by=self._by
        )
        article.source_id = record.id
        return _Work(record, article, Outcome.CREATED, self._tags.find(record.tags), signature.contributors, changed=[])

    def _update(self, record: StoryRecord, article: Article, pictures: Mapping[str, int | None]) -> _Work:
        """Everything as the record says; what it leaves open, section and publication time, stays."""
        _check_times(record.published_at or article.publish_at, record.unpublish_at)
        revisions.keep(article, now=self._now)
        signature = self._people.find(record.byline, record.authors)
        stood = article.language, article.section_id, order_of(article)
        values = _values(record, outlet=signature.outlet, picture=pictures.get(record.image))
        if record.section or record.language != article.language:
            names = record.section or self._settings.section or default_names(record.language)
            values["section_id"] = self._sections.find(record.language, names)
        if record.published_at:
            values["publish_at"] = record.published_at
        changed = [name for name, value in values.items() if getattr(article, name) != value]
        for name in changed:
            setattr(article, name, values[name])
        article.version += 1
        article.source_version = article.version
        tags = self._tags.find(record.tags)
        return _Work(record, article, Outcome.UPDATED, tags, signature.contributors, changed, stood)

    def _save(self, work: list[_Work]) -> None:
        new = [todo.article for todo in work if todo.outcome is Outcome.CREATED]
        for article in new:
            article.prepare()
        Article.objects.bulk_create(new)
        # Rows that are made in bulk send no signal (articles.receivers.story_saved).
        note_pictures(new, are_new=True)
        for todo in work:
            if todo.outcome is Outcome.UPDATED:
                todo.article.save(update_fields=[*todo.changed, *_ALWAYS_WRITTEN])
        Redirect.objects.keep_stories({todo.article.pk: todo.record.url for todo in work if todo.record.url})

    def _announce(self, work: list[_Work]) -> None:
        LogEntry.objects.bulk_create(
            LogEntry(
                article=todo.article,
                headline=todo.article.headline,
                action="import",
                by=self._by,
                at=self._now,
                new={"outcome": todo.outcome.value, "source_id": todo.record.id, "fields": sorted(todo.changed)},
            )
            for todo in work
        )
        # As articles.announcing does for one story; search takes a batch in a few queries.
        search.index([todo.article for todo in work])
        for todo in work:
            transaction.on_commit(partial(self._send, todo.article), robust=True)

    def _send(self, article: Article) -> None:
        article_changed.send(sender=Article, article=article, action="import", by=self._by, now=self._now)


def _values(record: StoryRecord, *, outlet: int | None, picture: int | None) -> dict[str, Any]:
    """The columns of a story that an import sets, by their names on the model."""
    return {
        "language": record.language,
        "story_type": record.story_type,
        "kicker": record.kicker,
        "headline": record.headline,
        "standfirst": record.standfirst,
        "dateline": record.dateline,
        "body": record.body,
        "lead_image_id": picture,
        "outlet_id": outlet,
        "byline_code": str(record.byline or ""),
        "agency": record.agency,
        "weight": record.weight,
        "unpublish_at": record.unpublish_at,
        "source_url": record.url,
        "source_digest": record.digest,
    }


def _check_times(publish_at: dt.datetime | None, unpublish_at: dt.datetime | None) -> None:
    if publish_at and unpublish_at and unpublish_at <= publish_at:
        raise BadRecord(_("“unpublish_at” is not after the time of publication."))


Linked = dict[int, tuple[set[int], list[int]]]


def _link(work: list[_Work]) -> Linked:
    """Tags and bylines of stories that have been written, brought to what their records say.

    Returns, by story, the ids of the tags and contributors that it had before.
    """
    updated = [todo.article.pk for todo in work if todo.outcome is Outcome.UPDATED]
    tagged: dict[int, set[int]] = {}
    for story, tag in TaggedArticle.objects.filter(content_object__in=updated).values_list(
        "content_object_id", "tag_id"
    ):
        tagged.setdefault(story, set()).add(tag)
    signed: dict[int, list[tuple]] = {}
    lines = Byline.objects.filter(article__in=updated).values_list("article_id", "contributor_id", "role")
    for story, person, role in lines:
        signed.setdefault(story, []).append((person, role))
    tags, bylines = [], []
    for todo in work:
        pk, had = todo.article.pk, tagged.get(todo.article.pk, set())
        if dropped := had - set(todo.tags):
            TaggedArticle.objects.filter(content_object_id=pk, tag__in=dropped).delete()
        tags += [TaggedArticle(content_object_id=pk, tag_id=tag) for tag in todo.tags if tag not in had]
        before = signed.get(pk, [])
        if before != [(person, Role.WORDS) for person in todo.contributors]:
            if before:
                Byline.objects.filter(article_id=pk).delete()
            bylines += [
                Byline(article_id=pk, contributor_id=person, position=position)
                for position, person in enumerate(todo.contributors)
            ]
    TaggedArticle.objects.bulk_create(tags)
    Byline.objects.bulk_create(bylines)
    people = {pk: [person for person, _role in signed.get(pk, []) if person] for pk in updated}
    return {pk: (tagged.get(pk, set()), people[pk]) for pk in updated}


def _places(work: list[_Work], linked: Linked) -> Iterator[tuple[int, Place]]:
    """Where readers find the stories from now on, and where they found them before."""
    for todo in work:
        story = todo.article
        if story.state != State.PUBLISHED:
            continue
        here = frozenset(todo.tags), frozenset(todo.contributors)
        yield story.pk, Place(story.language, story.section_id, *here, order_of(story))
        if todo.stood:
            tags, people = linked[story.pk]
            language, section, order = todo.stood
            yield story.pk, Place(language, section, frozenset(tags), frozenset(people), order)
