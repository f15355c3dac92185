"""Live coverage: the verbs that write and change updates, and what readers see of them at a minute."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import page_tags
from articles.announcing import log
from articles.exceptions import NewsroomError, NotAllowed, WrongState
from articles.importing.bodies import to_html
from articles.models import Article, LiveUpdate
from articles.permissions import permitted
from articles.states import UNPUBLISHED, State, StoryType
from newsportal.core.page_cache.purging import purge
from newsportal.core.page_cache.tags import note
from newsportal.core.text import clean_line, excerpt, plain, whole_number

# Updates on a page, and key points above them.
PAGE, KEYS = 20, 12
# Coverage in which nothing has happened for so long is over: nobody has to ask for more.
QUIET = dt.timedelta(hours=12)
# The text of one update, in characters of HTML.
LONGEST = 20_000


class StaleUpdate(NewsroomError):
    """Somebody has changed the update since the form was opened; nothing was stored."""


@dataclass(frozen=True)
class Coverage:
    """A page of a live story's updates, newest first; `keys` are the key points, on the first page alone."""

    article: Article
    updates: list[LiveUpdate]
    keys: list[LiveUpdate] = field(default_factory=list)
    before: LiveUpdate | None = None
    has_older: bool = False
    is_running: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it has ended, as far as this page knows: an older one does not."""
        return self.before is None and not self.is_running

    @property
    def newest(self) -> LiveUpdate | None:
        return self.updates[0] if self.updates else None

    @property
    def oldest(self) -> LiveUpdate | None:
        return self.updates[-1] if self.updates else None


@transaction.atomic
def post(
    article: Article,
    *,
    headline: str,
    body: str,
    is_key: bool,
    by: Any,
    at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> LiveUpdate:
    """Gives readers an update at once. `body` is plain text or HTML; `at` is its minute, that of writing by default."""
    now = now or timezone.now()
    story = _story(article, by)
    words = _words(headline, body)
    update = LiveUpdate(article=story, at=_minute(at, now), is_key=is_key, by=by, **words)
    update.save()
    _finish(update, "post_update", {}, by=by, now=now)
    return update


@transaction.atomic
def change(
    update: LiveUpdate,
    *,
    headline: str,
    body: str,
    is_key: bool,
    version: int,
    by: Any,
    at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> LiveUpdate:
    """Changes an update; readers see that and when it was. `version` is the one that the form was opened on."""
    now = now or timezone.now()
    row = _locked(update, version, by)
    before = _facts(row)
    words = _words(headline, body)
    row.headline, row.body, row.is_key, row.at = words["headline"], words["body"], is_key, _minute(at or row.at, now)
    if _facts(row) == before:
        return row
    if words["headline"] != before["headline"] or words["body"] != before["body"]:
        row.changed_at = now
    row.version += 1
    row.save()
    _finish(row, "change_update", before, by=by, now=now)
    return row


@transaction.atomic
def take_out(update: LiveUpdate, *, version: int, by: Any, now: dt.datetime | None = None) -> None:
    """Takes an update from readers; the log keeps what it said. One that is out already stays so."""
    now = now or timezone.now()
    row = LiveUpdate.objects.select_for_update().get(pk=update.pk)
    if row.removed_at is not None:
        return
    row = _locked(row, version, by)
    row.removed_at, row.version = now, row.version + 1
    row.save(update_fields=["removed_at", "version"])
    _finish(row, "remove_update", _facts(row), by=by, now=now)


def may_cover(user: Any, article: Article) -> bool:
    """Whether `user` may write updates: they are read in the next moment, so those who publish in the section."""
    return permitted(user, "publish_article", article)


def coverage_of(article: Article, now: dt.datetime, before: str = "") -> Coverage:
    """A page of updates after the one with the id `before`; any other text is the first page. Two or three queries."""
    note(page_tags.live(article.pk))
    rows = LiveUpdate.objects.shown(article, now)
    number = whole_number(before)
    last = rows.filter(pk=number).first() if number is not None else None
    if last:
        found = list(rows.older_than(last)[: PAGE + 1])
        return Coverage(article, found[:PAGE], before=last, has_older=len(found) > PAGE)
    found = list(rows[: PAGE + 1])
    keys = list(rows.key_points()[:KEYS])
    heard = max([update.at for update in found[:1]] + ([article.publish_at] if article.publish_at else []), default=now)
    return Coverage(
        article,
        found[:PAGE],
        keys=keys,
        has_older=len(found) > PAGE,
        is_running=article.is_live(now) and now - heard < QUIET,
    )


def _story(article: Article, by: Any) -> Article:
    story = Article.objects.select_for_update(of=("self",)).select_related("section").get(pk=article.pk)
    if not may_cover(by, story):
        raise NotAllowed(_("You may not publish in this section: ask an editor."))
    if story.story_type != StoryType.LIVE:
        raise WrongState(_("Only a story of the type “Live” has updates."))
    if story.state not in {*UNPUBLISHED, State.PUBLISHED}:
        raise WrongState(_("This story is no longer out: it has no updates."))
    return story


def _locked(update: LiveUpdate, version: int, by: Any) -> LiveUpdate:
    row = LiveUpdate.objects.select_for_update(of=("self",)).select_related("article").get(pk=update.pk)
    _story(row.article, by)
    if row.removed_at is not None or row.version != version:
        raise StaleUpdate(_("Somebody has changed this update since you opened the page: nothing was overwritten."))
    return row


def _words(headline: str, body: str) -> dict[str, str]:
    headline, body = clean_line(headline), to_html(body)
    if not headline and not body:
        raise NewsroomError(_("Write a title or a text."))
    if len(headline) > LiveUpdate._meta.get_field("headline").max_length:
        raise NewsroomError(_("The title is too long: at most 160 characters."))
    if len(body) > LONGEST:
        raise NewsroomError(_("This is too long for an update: write a story, and link to it."))
    return {"headline": headline, "body": body}


def _minute(at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """An update may be written for a minute that has passed, never for one to come: it is out when it is written."""
    if at is not None and at > now:
        raise NewsroomError(_("An update is out when it is written: its minute cannot be one to come."))
    return (at or now).replace(microsecond=0)


def _finish(update: LiveUpdate, action: str, before: dict[str, Any], *, by: Any, now: dt.datetime) -> None:
    said = {} if action == "remove_update" else _facts(update)
    log(update.article, action, by=by, now=now, old=_said(before), new=_said(said) | {"update": update.pk})
    purge(page_tags.live(update.article_id))


def _facts(update: LiveUpdate) -> dict[str, Any]:
    at = update.at.astimezone(dt.UTC).isoformat()
    return {"headline": update.headline, "body": update.body, "is_key": update.is_key, "at": at}


def _said(facts: dict[str, Any]) -> dict[str, Any]:
    """What the log says of an update: its text, whole enough to be understood."""
    return facts | {"body": excerpt(plain(facts["body"]), 500)} if facts else {}
