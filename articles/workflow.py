"""The newsroom's verbs: the only place where a story's state changes.

Each takes `by` (None is the system) and `now`, checks permission and state, saves, writes one log row, and announces
the change after the commit. Doing it again changes nothing.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import checking, contents
from articles.announcing import announce, log
from articles.exceptions import NewsroomError, NotAllowed, WrongState
from articles.models import Article, Revision
from articles.permissions import permitted
from articles.states import MOVES, State

# What a move may change, and what its log row shows of it.
LOGGED = ("state", "change_state", "publish_at", "unpublish_at", "embargo_until", "change_at", "withdrawn_at")
_WRITTEN = (*LOGGED, "withdrawal_note", "updated_at", "live", "head", "version")


@transaction.atomic
def submit(article: Article, *, by: Any, now: dt.datetime | None = None) -> Article:
    """Hands a text to those who review: the story, or the changes of a published one."""
    return _step(article, "submit", by=by, now=now)


@transaction.atomic
def approve(article: Article, *, by: Any, now: dt.datetime | None = None) -> Article:
    """Says that a text may be published."""
    return _step(article, "approve", by=by, now=now)


@transaction.atomic
def send_back(article: Article, *, by: Any, note: str, now: dt.datetime | None = None) -> Article:
    """Gives a text back to its writer, with a word on what is to be done."""
    if not note.strip():
        raise NewsroomError(_("Say what is to be done: the writer reads it."))
    return _step(article, "send_back", by=by, now=now, note=note.strip())


@transaction.atomic
def publish(article: Article, *, by: Any, now: dt.datetime | None = None, at: dt.datetime | None = None) -> Article:
    """Makes the story visible from `at` on, or from its own publication time, or from `now`.

    A time in the future is a schedule: nothing has to run for the story to appear at its minute. A published story
    keeps its time unless `at` gives another; a withdrawn one comes back with its old time. An embargo holds whoever
    publishes: the story appears when both times have come. People are stopped by what articles.checking calls an error.
    """
    now = now or timezone.now()
    story = begin(article, "publish", by)
    _check(story, "publish", by=by, now=now)
    if not story.headline or not story.body:
        raise NewsroomError(_("A story needs a headline and a body before it is published."))
    when = (at or story.publish_at or now).replace(microsecond=0)
    if story.unpublish_at and story.unpublish_at <= when:
        raise NewsroomError(_("The story would be taken down before it appears: change one of the two times."))
    if story.state == State.PUBLISHED and story.publish_at == when:
        return copied(story, article)
    before = facts(story)
    if story.state != State.PUBLISHED:
        if story.head_id != story.live_id and story.head is not None:
            contents.put(story, story.head.content)
        story.live, story.change_state, story.change_at = _mark_live(story.head, now), "", None
    story.state, story.publish_at = State.PUBLISHED, when
    story.withdrawn_at, story.withdrawal_note = None, ""
    return finish(story, "publish", before, by=by, now=now, into=article)


@transaction.atomic
def update(
    article: Article, *, by: Any, now: dt.datetime | None = None, at: dt.datetime | None = None, minor: bool = False
) -> Article:
    """Gives readers the newest text of a published story: now, or at `at`.

    `minor` is for commas: the story does not say that it was updated. Checked as in `publish`.
    """
    now = now or timezone.now()
    story = begin(article, "update", by)
    if not story.has_changes:
        return copied(story, article)
    _check(story, "update", by=by, now=now)
    before = facts(story)
    if at and at > now:
        story.change_at = at.replace(microsecond=0)
        return finish(story, "schedule_update", before, by=by, now=now, into=article)
    fields = contents.changed(contents.take(story), story.head.content)
    contents.put(story, story.head.content)
    story.live, story.change_state, story.change_at = _mark_live(story.head, now), "", None
    if not minor and story.publish_at and story.publish_at <= now:
        story.updated_at = now.replace(microsecond=0)
    before["fields"] = fields
    return finish(story, "minor_update" if minor else "update", before, by=by, now=now, into=article)


@transaction.atomic
def discard(article: Article, *, by: Any, now: dt.datetime | None = None) -> Article:
    """Lets a published story's unpublished changes go; they stay among its revisions."""
    now = now or timezone.now()
    story = begin(article, "discard", by)
    if not story.has_changes:
        return copied(story, article)
    before = facts(story)
    story.head, story.change_state, story.change_at = story.live, "", None
    return finish(story, "discard", before, by=by, now=now, into=article)


@transaction.atomic
def withdraw(article: Article, *, by: Any, reason: str, now: dt.datetime | None = None) -> Article:
    """Takes a story that readers may have seen off the site; its address answers 410 with `reason`."""
    now = now or timezone.now()
    story = begin(article, "withdraw", by, quietly=State.WITHDRAWN)
    if story.state == State.WITHDRAWN:
        return copied(story, article)
    if not reason.strip():
        raise NewsroomError(_("Say why the story is withdrawn: readers who follow a link to it are told."))
    if story.appears_at and story.appears_at > now:
        raise WrongState(_("The story is not out yet: take it back to draft instead."))
    before = facts(story)
    story.state, story.withdrawn_at, story.withdrawal_note = State.WITHDRAWN, now, reason.strip()
    story.change_state, story.change_at = "", None
    return finish(story, "withdraw", before, by=by, now=now, into=article, note=reason.strip())


@transaction.atomic
def unschedule(article: Article, *, by: Any, now: dt.datetime | None = None) -> Article:
    """Takes a story back to draft before it has appeared; keeps the time that was planned."""
    now = now or timezone.now()
    story = begin(article, "unschedule", by, quietly=State.DRAFT)
    if story.state == State.DRAFT:
        return copied(story, article)
    if story.appears_at is None or story.appears_at <= now:
        raise WrongState(_("Readers have this story already: withdraw it instead."))
    before = facts(story)
    if story.has_changes:
        contents.put(story, story.head.content)
    story.state, story.live, story.change_state, story.change_at = State.DRAFT, None, "", None
    return finish(story, "unschedule", before, by=by, now=now, into=article)


@transaction.atomic
def archive(article: Article, *, by: Any, now: dt.datetime | None = None) -> Article:
    """Puts a story that will not be published, or no longer is, out of the newsroom's way."""
    return _step(article, "archive", by=by, now=now)


@transaction.atomic
def reopen(article: Article, *, by: Any, now: dt.datetime | None = None) -> Article:
    """Brings an archived story back as a draft."""
    return _step(article, "reopen", by=by, now=now)


def may(user: Any, action: str, article: Article) -> bool:
    """Whether `user` (None is the system) may do `action` with the story in the state it is in."""
    move = MOVES[action]
    return _state_for(move, article) in move.sources and permitted(user, move.permission, article)


def _state_for(move: Any, story: Article) -> str:
    """The state a move looks at: the story's, or that of a published story's changes."""
    return story.change_state if move.on_changes and story.has_changes else story.state


def begin(article: Article, action: str, by: Any, *, quietly: State | None = None) -> Article:
    """The row, locked, after the checks that every move shares; in state `quietly` the verb has nothing to do."""
    move = MOVES[action]
    story = Article.objects.select_for_update(of=("self",)).select_related("section", "head", "live").get(pk=article.pk)
    if not permitted(by, move.permission, story):
        raise NotAllowed(_("You may not do this with a story of this section: ask an editor."))
    state = _state_for(move, story)
    if state not in move.sources and state != quietly:
        raise WrongState(_("This cannot be done with a story that is “%(state)s”.") % {"state": State(state).label})
    return story


def _step(article: Article, action: str, *, by: Any, now: dt.datetime | None, note: str = "") -> Article:
    """A move that changes the state and nothing else."""
    now, target = now or timezone.now(), MOVES[action].target
    story = begin(article, action, by, quietly=target)
    if _state_for(MOVES[action], story) == target:
        return copied(story, article)
    before = facts(story)
    if MOVES[action].on_changes and story.has_changes:
        story.change_state = target
    else:
        story.state = target
    return finish(story, action, before, by=by, now=now, into=article, note=note)


def _check(story: Article, action: str, *, by: Any, now: dt.datetime) -> None:
    """Only people are stopped: the system publishes what somebody scheduled after the checks, or what was imported."""
    if by is not None and checking.brings_new_text(story, action):
        checking.refuse_errors(story, now)


def _mark_live(revision: Revision | None, now: dt.datetime) -> Revision | None:
    if revision is not None:
        revision.published_at = now
        revision.save(update_fields=["published_at"])
    return revision


def finish(
    story: Article, action: str, before: dict, *, by: Any, now: dt.datetime, into: Article, note: str = ""
) -> Article:
    story.version += 1
    story.save(update_fields=[*_WRITTEN, "modified"])
    fields = {"fields": before.pop("fields")} if "fields" in before else {}
    log(story, action, by=by, now=now, old=before, new={**facts(story), **fields}, note=note)
    announce(story, action, by=by, now=now)
    return copied(story, into)


def copied(story: Article, into: Article) -> Article:
    """The caller's object, with what the verb found or wrote; never its words."""
    for name in (*_WRITTEN, "modified"):
        setattr(into, name, getattr(story, name))
    return into


def facts(story: Article) -> dict[str, str | None]:
    values = {name: getattr(story, name) for name in LOGGED}
    return {
        name: value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value
        for name, value in values.items()
    }
