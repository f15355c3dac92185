"""One import from its first line to its last."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.exceptions import NewsroomError, NotAllowed
from articles.importing import records
from articles.importing.images import ImageDirectory
from articles.importing.records import Line, StoryRecord
from articles.importing.reports import Refusal, Report
from articles.importing.store import Outcome, Settings, Store, Stored
from articles.models import Article
from articles.permissions import beat_of, permitted
from articles.recognising import outlet_codes

# A batch is one transaction, and what memory holds at once.
BATCH_LINES = 200
BATCH_BYTES = 8 * 1024 * 1024

# What one story can do to its batch; anything else, such as a database that is gone, ends the import.
_ONE_STORY = (DataError, IntegrityError, ValidationError, NewsroomError, ValueError, OverflowError)

Pictures = Mapping[str, int | None]


def import_stories(
    lines: Iterable[Line],
    *,
    by: Any = None,
    now: dt.datetime | None = None,
    settings: Settings | None = None,
    folder: Path | None = None,
    latest: Mapping[str, str] | None = None,
    dry_run: bool = False,
    on_refusal: Callable[[Refusal], None] | None = None,
) -> Report:
    """Stores the stories of `lines` and says what became of them; no line stops the others.

    `latest` is what `latest_digests` finds in the same lines; without it, an id that comes several times is brought
    through all its versions by every run. `folder` is where pictures may be read from (None: nowhere). With `dry_run`
    everything is checked and nothing stays. `on_refusal` is called with every refused line as it comes.
    Raises NotAllowed when `by` may not import.
    """
    settings = settings or Settings()
    _check_permission(by, settings)
    now = now or timezone.now()
    latest = latest or {}
    run = _Run(
        store=Store(by=by, now=now, settings=settings, latest=latest),
        latest=latest,
        images=ImageDirectory(folder, dry_run=dry_run),
        now=now,
        dry_run=dry_run,
        on_refusal=on_refusal,
    )
    return run.read(lines)


def _check_permission(by: Any, settings: Settings) -> None:
    """An import goes into every section: who is limited to some may not import."""
    needed = ["add_article", "change_article"]
    if not settings.draft:
        needed.append("publish_article")
    limited = by is not None and not by.is_superuser and beat_of(by)
    if limited or not all(permitted(by, permission) for permission in needed):
        raise NotAllowed(_("You may not do this: ask an editor."))


@dataclass(frozen=True)
class _Story:
    line: Line
    record: StoryRecord


class _Run:
    def __init__(
        self,
        *,
        store: Store,
        images: ImageDirectory,
        latest: Mapping[str, str],
        now: dt.datetime,
        dry_run: bool,
        on_refusal: Callable[[Refusal], None] | None,
    ) -> None:
        self._store, self._images, self._latest = store, images, latest
        self._now, self._dry_run, self._on_refusal = now, dry_run, on_refusal
        self._report = Report()
        self._outlets = outlet_codes()
        self._tried: dict[str, str] = {}

    def read(self, lines: Iterable[Line]) -> Report:
        batch: dict[str, _Story] = {}
        size = 0
        for line in lines:
            story = self._parsed(line)
            if story is None:
                continue
            # An id that comes twice is an update of itself, and needs its first version to be there.
            if story.record.id in batch or len(batch) >= BATCH_LINES or size + line.size > BATCH_BYTES:
                self._write(list(batch.values()))
                batch, size = {}, 0
            batch[story.record.id] = story
            size += line.size
        self._write(list(batch.values()))
        return self._report

    def _parsed(self, line: Line) -> _Story | None:
        if line.fields is None:
            self._refuse(line, line.problem)
            return None
        self._report.add_keys(line.fields.keys() - records.KEYS)
        try:
            return _Story(line, records.parse(line.fields, now=self._now, outlets=self._outlets))
        except NewsroomError as refusal:
            self._refuse(line, str(refusal))
            return None

    def _write(self, batch: list[_Story]) -> None:
        """Stores a batch at once or, when the database takes offence at one of its stories, one by one."""
        batch, pictures = self._with_pictures(batch)
        if not batch:
            return
        try:
            self._attempt(batch, pictures)
        except _ONE_STORY:
            self._store.forget()
            for story in batch:
                self._write_alone(story, pictures)

    def _write_alone(self, story: _Story, pictures: Pictures) -> None:
        try:
            self._attempt([story], pictures)
        except _ONE_STORY as error:
            self._store.forget()
            self._images.forget()
            self._refuse(story.line, _reason(error), story.record.id)

    def _attempt(self, batch: list[_Story], pictures: Pictures) -> None:
        with transaction.atomic():
            stored = self._store.write([story.record for story in batch], pictures)
            if self._dry_run:
                transaction.set_rollback(True)
        if self._dry_run:
            self._store.forget()
        for story in batch:
            self._count(story, stored)

    def _with_pictures(self, batch: list[_Story]) -> tuple[list[_Story], dict[str, int | None]]:
        """The pictures of the stories that may need them, stored before the batch: decoding takes long, and a
        transaction keeps others waiting. Stories whose picture cannot be had are refused and left out."""
        pictures: dict[str, int | None] = {}
        wanted = {story.record.id for story in batch if story.record.image}
        digests = dict(Article.objects.filter(source_id__in=wanted).values_list("source_id", "source_digest"))
        kept = []
        for story in batch:
            record = story.record
            try:
                if record.image and self._store.may_change(record, digests.get(record.id)):
                    pictures[record.image] = self._images.find(record.image)
                kept.append(story)
            except _ONE_STORY as error:
                self._refuse(story.line, _reason(error), record.id)
        return kept, pictures

    def _count(self, story: _Story, stored: Stored) -> None:
        record = story.record
        if record.id in stored.refusals:
            self._refuse(story.line, stored.refusals[record.id], record.id)
            return
        self._report.add_outcome(self._as_if_stored(record, stored.outcomes[record.id]), record)

    def _as_if_stored(self, record: StoryRecord, outcome: Outcome) -> Outcome:
        """On a dry run, an id that comes again would by now have a story."""
        before = self._tried.get(record.id)
        if self._dry_run and record.id in self._latest:
            self._tried[record.id] = record.digest
        if outcome is not Outcome.CREATED or before is None:
            return outcome
        return Outcome.UNCHANGED if before == record.digest else Outcome.UPDATED

    def _refuse(self, line: Line, reason: str, source_id: str = "") -> None:
        if not source_id and line.fields:
            source_id = str(line.fields.get("id") or "")[:200]
        refusal = Refusal(line=line.number, reason=reason, id=source_id, text=line.text)
        self._report.add_refusal(refusal)
        if self._on_refusal:
            self._on_refusal(refusal)


def _reason(error: Exception) -> str:
    if isinstance(error, NewsroomError):
        return str(error)
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return _("The database does not take it: %(why)s") % {"why": str(error).partition("\n")[0]}
