"""Revisions of stories that an import brings up to date: the text before, and the text after."""

import datetime as dt
from typing import Any

from articles import contents, revising
from articles.models import Article, Revision
from articles.states import State

# Readers are told that a story was updated when one of these changed.
_NEWS = frozenset({"headline", "standfirst", "body"})


def keep(article: Article, *, now: dt.datetime) -> None:
    """Keeps the text that stands in the row, before anything is changed on it, unless it is a revision already."""
    revising.head_of(article, now=now)


def replace(pk: int, *, by: Any, now: dt.datetime) -> None:
    """Makes the text that now stands in the row the story's newest, and of a published story the one of its readers.

    Unpublished changes stay among the revisions; they are no longer the newest text.
    """
    story = Article.objects.select_related("section", "lead_image", "outlet", "head").get(pk=pk)
    content = contents.take(story)
    fields = contents.changed(story.head.content if story.head else {}, content)
    if fields:
        story.head = _added(story, content, fields, by=by, now=now)
    if story.state == State.PUBLISHED:
        story.live, story.change_state, story.change_at, story.change_minor = story.head, "", None, False
        if _NEWS.intersection(fields) and story.publish_at and story.publish_at <= now:
            story.updated_at = now.replace(microsecond=0)
    story.save(update_fields=["head", "live", "change_state", "change_at", "change_minor", "updated_at"])


def _added(story: Article, content: contents.Content, fields: list[str], *, by: Any, now: dt.datetime) -> Revision:
    last = story.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    return Revision.objects.create(
        article=story,
        number=last + 1,
        kind=Revision.Kind.IMPORT,
        content=content,
        fields=fields,
        base=story.head.number if story.head else None,
        by=by,
        at=now,
        published_at=now if story.state == State.PUBLISHED else None,
    )
