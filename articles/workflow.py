"""The newsroom's verbs: the only place where a story's state changes.

Each takes `by` (None is the system) and `now`, checks permission and state, saves, writes one log row, and announces
the change after the commit. Doing it again changes nothing.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.exceptions import NewsroomError, NotAllowed, WrongState
from articles.models import Article, LogEntry
from articles.signals import article_changed
from articles.states import MOVES, State

LOGGED = ("state", "publish_at", "unpublish_at", "withdrawn_at")


@transaction.atomic
def publish(article: Article, *, by: Any, now: dt.datetime | None = None, at: dt.datetime | None = None) -> Article:
    """Makes the story visible from `at` on, or from its own publication time, or from `now`.

    A time in the future is a schedule: nothing has to run for the story to appear at its minute. A published story
    keeps its time unless `at` gives another; a withdrawn one comes back with its old time.
    """
    now = now or timezone.now()
    story = _begin(article, "publish", by)
    if not story.headline or not story.body:
        raise NewsroomError(_("A story needs a headline and a body before it is published."))
    when = (at or story.publish_at or now).replace(microsecond=0)
    if story.unpublish_at and story.unpublish_at <= when:
        raise NewsroomError(_("The story would be taken down before it appears: change one of the two times."))
    if story.state == State.PUBLISHED and story.publish_at == when:
        return article
    before = _facts(story)
    story.state, story.publish_at = State.PUBLISHED, when
    story.withdrawn_at, story.withdrawal_note = None, ""
    return _finish(story, "publish", before, by=by, now=now, into=article)


@transaction.atomic
def withdraw(article: Article, *, by: Any, reason: str, now: dt.datetime | None = None) -> Article:
    """Takes a story that readers may have seen off the site; its address answers 410 with `reason`."""
    now = now or timezone.now()
    story = _begin(article, "withdraw", by, quietly=State.WITHDRAWN)
    if story.state == State.WITHDRAWN:
        return article
    if not reason.strip():
        raise NewsroomError(_("Say why the story is withdrawn: readers who follow a link to it are told."))
    if story.publish_at and story.publish_at > now:
        raise WrongState(_("The story is not out yet: take it back to draft instead."))
    before = _facts(story)
    story.state, story.withdrawn_at, story.withdrawal_note = State.WITHDRAWN, now, reason.strip()
    return _finish(story, "withdraw", before, by=by, now=now, into=article, note=reason.strip())


@transaction.atomic
def unschedule(article: Article, *, by: Any, now: dt.datetime | None = None) -> Article:
    """Takes a story back to draft before its publication time has come; keeps the time that was planned."""
    now = now or timezone.now()
    story = _begin(article, "unschedule", by, quietly=State.DRAFT)
    if story.state == State.DRAFT:
        return article
    if story.publish_at is None or story.publish_at <= now:
        raise WrongState(_("Readers have this story already: withdraw it instead."))
    before = _facts(story)
    story.state = State.DRAFT
    return _finish(story, "unschedule", before, by=by, now=now, into=article)


def record_edit(article: Article, *, by: Any, now: dt.datetime | None = None, fields: list[str], created: bool) -> None:
    """Logs and announces a save of a story's content; `fields` are the names of those that changed."""
    now = now or timezone.now()
    if not created and not fields:
        return
    action = "create" if created else "edit"
    LogEntry.objects.create(
        article=article, headline=article.headline, action=action, by=by, at=now, new={"fields": sorted(fields)}
    )
    _announce(article, action, by, now)


def may(user: Any, action: str, article: Article) -> bool:
    """Whether `user` (None is the system) may do `action` with the story in the state it is in."""
    move = MOVES[action]
    return article.state in move.sources and _permitted(user, move.permission)


def may_edit(user: Any, article: Article | None) -> bool:
    """Whether `user` may change the words: everybody who writes until it is published, then those who publish."""
    if article is None or article.state == State.DRAFT:
        return _permitted(user, "change_article")
    return _permitted(user, MOVES["publish"].permission)


def _permitted(user: Any, permission: str) -> bool:
    return user is None or user.has_perm(f"articles.{permission}")


def _begin(article: Article, action: str, by: Any, *, quietly: State | None = None) -> Article:
    """The row, locked, after the checks that every move shares; in state `quietly` the verb has nothing to do."""
    move = MOVES[action]
    if not _permitted(by, move.permission):
        raise NotAllowed(_("You may not do this: ask an editor."))
    story = Article.objects.select_for_update().get(pk=article.pk)
    if story.state not in move.sources and story.state != quietly:
        raise WrongState(
            _("This cannot be done with a story that is “%(state)s”.") % {"state": story.get_state_display()}
        )
    return story


def _finish(
    story: Article, action: str, before: dict, *, by: Any, now: dt.datetime, into: Article, note: str = ""
) -> Article:
    story.version += 1
    changed = [*LOGGED, "withdrawal_note", "version"]
    story.save(update_fields=[*changed, "modified"])
    LogEntry.objects.create(
        article=story, headline=story.headline, action=action, by=by, at=now, old=before, new=_facts(story), note=note
    )
    for name in [*changed, "modified"]:
        setattr(into, name, getattr(story, name))
    _announce(story, action, by, now)
    return into


def _announce(story: Article, action: str, by: Any, now: dt.datetime) -> None:
    transaction.on_commit(
        lambda: article_changed.send(sender=Article, article=story, action=action, by=by, now=now), robust=True
    )


def _facts(story: Article) -> dict[str, str | None]:
    values = {name: getattr(story, name) for name in LOGGED}
    return {name: value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value for name, value in values.items()}
