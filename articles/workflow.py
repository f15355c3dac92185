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
from articles.models import Article
from articles.permissions import permitted
from articles.states import MOVES, State

# What a move may change, and what its log row shows of it.
LOGGED = (
    *("state", "change_state", "publish_at", "unpublish_at", "embargo_until"),
    *("change_at", "change_minor", "withdrawn_at"),
)
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
    story = begin(article, "publish", by, now)
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
        _make_live(story, now)
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
    story = begin(article, "update", by, now)
    if not story.has_changes:
        return copied(story, article)
    _check(story, "update", by=by, now=now)
    if not at or at <= now:
        return _bring(story, by=by, now=now, minor=minor, into=article)
    before = facts(story)
    story.change_at, story.change_minor = at.replace(microsecond=0), minor
    if facts(story) == before:
        return copied(story, article)
    return finish(story, "schedule_update", before, by=by, now=now, into=article)


@transaction.atomic
def write_due_change(article: Article, *, now: dt.datetime) -> bool:
    """Writes the story's scheduled change if its minute has come; whether it did."""
    return settle(_locked(article), now)


def settle(story: Article, now: dt.datetime) -> bool:
    """Writes a scheduled change whose minute has come onto its locked row, before anything else is done to the story.

    Readers have had it since that minute, whether a worker has run or not: what is withdrawn, discarded or changed now
    is done to that text. It is logged at its minute, as the system's act.
    """
    if not (story.has_changes and story.change_at and story.change_at <= now):
        return False
    _bring(story, by=None, now=story.change_at, minor=story.change_minor, into=story)
    return True


def _bring(story: Article, *, by: Any, now: dt.datetime, minor: bool, into: Article) -> Article:
    """Gives readers the newest text."""
    before = facts(story)
    before["fields"] = contents.changed(contents.take(story), story.head.content)
    contents.put(story, story.head.content)
    _make_live(story, now)
    if not minor and story.publish_at and story.publish_at <= now:
        story.updated_at = max(now.replace(microsecond=0), story.updated_at or now)
    return finish(story, "minor_update" if minor else "update", before, by=by, now=now, into=into)


@transaction.atomic
def discard(article: Article, *, by: Any, now: dt.datetime | None = None) -> Article:
    """Lets a published story's unpublished changes go; they stay among its revisions."""
    now = now or timezone.now()
    story = begin(article, "discard", by, now)
    if not story.has_changes:
        return copied(story, article)
    before = facts(story)
    story.head = story.live
    _end_changes(story)
    return finish(story, "discard", before, by=by, now=now, into=article)


@transaction.atomic
def withdraw(article: Article, *, by: Any, reason: str, now: dt.datetime | None = None) -> Article:
    """Takes a story that readers may have seen off the site; its address answers 410 with `reason`."""
    now = now or timezone.now()
    story = begin(article, "withdraw", by, now, quietly=State.WITHDRAWN)
    if story.state == State.WITHDRAWN:
        return copied(story, article)
    if not reason.strip():
        raise NewsroomError(_("Say why the story is withdrawn: readers who follow a link to it are told."))
    if story.appears_at and story.appears_at > now:
        raise WrongState(_("The story is not out yet: take it back to draft instead."))
    before = facts(story)
    story.state, story.withdrawn_at, story.withdrawal_note = State.WITHDRAWN, now, reason.strip()
    _end_changes(story)
    return finish(story, "withdraw", before, by=by, now=now, into=article, note=reason.strip())


@transaction.atomic
def unschedule(article: Article, *, by: Any, now: dt.datetime | None = None) -> Article:
    """Takes a story back to draft before it has appeared; keeps the time that was planned.

    Of a story that readers have, it takes the minute from its scheduled changes; the changes stay.
    """
    now = now or timezone.now()
    story = begin(article, "unschedule", by, now, quietly=State.DRAFT)
    if story.state == State.DRAFT:
        return copied(story, article)
    before = facts(story)
    if story.appears_at is None or story.appears_at <= now:
        if story.change_at is None:
            raise WrongState(_("Readers have this story already: withdraw it instead."))
        story.change_at, story.change_minor = None, False
        return finish(story, "unschedule_update", before, by=by, now=now, into=article)
    if story.has_changes:
        contents.put(story, story.head.content)
    story.state, story.live = State.DRAFT, None
    _end_changes(story)
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


def begin(article: Article, action: str, by: Any, now: dt.datetime, *, quietly: State | None = None) -> Article:
    """The row, locked, with what was due by `now` written, after the checks that every move shares.

    In state `quietly` the verb has nothing to do.
    """
    move = MOVES[action]
    story = _locked(article)
    settle(story, now)
    if not permitted(by, move.permission, story):
        raise NotAllowed(_("You may not do this with a story of this section: ask an editor."))
    state = _state_for(move, story)
    if state not in move.sources and state != quietly:
        raise WrongState(_("This cannot be done with a story that is “%(state)s”.") % {"state": State(state).label})
    return story


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update(of=("self",)).select_related("section", "head", "live").get(pk=article.pk)


def _step(article: Article, action: str, *, by: Any, now: dt.datetime | None, note: str = "") -> Article:
    """A move that changes the state and nothing else."""
    now, target = now or timezone.now(), MOVES[action].target
    story = begin(article, action, by, now, quietly=target)
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


def _make_live(story: Article, now: dt.datetime) -> None:
    """The newest text is the one that readers have from `now` on."""
    story.live = story.head
    if story.live is not None:
        story.live.published_at = now
        story.live.save(update_fields=["published_at"])
    _end_changes(story)


def _end_changes(story: Article) -> None:
    story.change_state, story.change_at, story.change_minor = "", None, False


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
