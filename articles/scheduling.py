"""The verbs that plan when readers see a story, and when they no longer do. Nothing has to run for a plan to hold."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import contents
from articles.exceptions import NewsroomError, NotAllowed
from articles.models import Article
from articles.permissions import permitted
from articles.states import State
from articles.workflow import begin, copied, facts, finish, settle, write_due_change

TIMES = ("publish_at", "unpublish_at", "embargo_until")


@transaction.atomic
def plan(article: Article, times: dict[str, dt.datetime | None], *, by: Any, now: dt.datetime | None = None) -> Article:
    """Sets any of the story's TIMES. What readers have is moved only by those who publish.

    An embargo may be set and prolonged by everybody who plans; `override_embargo` alone makes it shorter.
    """
    now = now or timezone.now()
    story = Article.objects.select_for_update(of=("self",)).select_related("section").get(pk=article.pk)
    wanted = {name: time.replace(microsecond=0) if time else None for name, time in times.items()}
    fresh = {name: time for name, time in wanted.items() if _second(getattr(story, name)) != time}
    if not fresh:
        return copied(story, article)
    settle(story, now)
    if not permitted(by, "publish_article" if story.state == State.PUBLISHED else "change_article", story):
        raise NotAllowed(_("You may not change the times of this story: ask an editor."))
    before = facts(story)
    for name, time in fresh.items():
        _check_embargo(story, name, time, now)
        setattr(story, name, time)
    _check_order(story)
    return finish(story, "plan", before, by=by, now=now, into=article)


@transaction.atomic
def override_embargo(article: Article, *, by: Any, reason: str, now: dt.datetime | None = None) -> Article:
    """Lifts an embargo before its time; for the chief editor, with a reason that is logged."""
    now = now or timezone.now()
    story = begin(article, "override_embargo", by, now)
    if not reason.strip():
        raise NewsroomError(_("Say why the embargo is lifted before its time: it is logged."))
    if story.embargo_until is None:
        return copied(story, article)
    before = facts(story)
    story.embargo_until = None
    return finish(story, "override_embargo", before, by=by, now=now, into=article, note=reason.strip())


def as_readers_see(article: Article, *, now: dt.datetime) -> Article:
    """The story with the text that readers have at `now`: that of its row, or the change whose minute has come; of
    one that was withdrawn the text that they had, whatever was written since.

    A few queries more, but only from the minute of a scheduled change until `apply_due_updates` has written it.
    """
    if not (article.has_changes and article.change_at and article.change_at <= now and article.head):
        is_rewritten = article.was_withdrawn and article.live is not None and article.live_id != article.head_id
        return contents.overlay(article, article.live.content) if is_rewritten else article
    return _dated(contents.overlay(article, article.head.content))


def all_as_readers_see(articles: Iterable[Article]) -> list[Article]:
    """Stories with their heads, all of which have a change whose minute has come; as `as_readers_see` for each."""
    return [_dated(shown) for shown in contents.overlay_all([(article, article.head.content) for article in articles])]


def _dated(shown: Article) -> Article:
    """The minute of the change is that of the update, unless it was a comma or the story was not out yet."""
    if shown.publish_at and shown.publish_at <= shown.change_at and not shown.change_minor:
        shown.updated_at = max(shown.change_at, shown.updated_at or shown.change_at)
    return shown


def apply_due_updates(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """The duty that writes scheduled changes whose minute has come; returns how many.

    Readers have them already (`as_readers_see`), so the minute that was planned is the one that is written down. A
    story that cannot be written does not keep the others: all errors are raised together at the end.
    """
    written, errors = 0, []
    for article in Article.objects.changes_due(now).order_by("change_at", "pk"):
        if stopping():
            break
        try:
            written += write_due_change(article, now=now)
        except Exception as error:
            error.add_note(f"story {article.pk}")
            errors.append(error)
    if errors:
        raise ExceptionGroup(f"{len(errors)} scheduled changes could not be written: {errors[0]}", errors)
    return written


def _check_embargo(story: Article, name: str, time: dt.datetime | None, now: dt.datetime) -> None:
    current = story.embargo_until
    if name == "embargo_until" and current and current > now and (time is None or time < current):
        raise NewsroomError(_("The embargo holds until its time: the chief editor can lift it, with a reason."))


def _check_order(story: Article) -> None:
    if story.state == State.PUBLISHED and story.publish_at is None:
        raise NewsroomError(_("A published story keeps a publication time: take it back to draft, or withdraw it."))
    if story.unpublish_at and story.appears_at and story.unpublish_at <= story.appears_at:
        raise NewsroomError(_("The story would be taken down before it appears."))


def _second(time: dt.datetime | None) -> dt.datetime | None:
    return time.replace(microsecond=0) if time else None
