"""The verbs of presence: a form says that it is open, and is told who else has the story open."""

import datetime as dt
from typing import Any

from articles.models import Article, Presence


def arrive(article: Article, *, by: Any, now: dt.datetime) -> None:
    """`by` has the story open at `now`: one upsert, so that two windows of one person do not collide."""
    Presence.objects.bulk_create(
        [Presence(article_id=article.pk, user=by, seen_at=now)],
        update_conflicts=True,
        unique_fields=["article", "user"],
        update_fields=["seen_at"],
    )


def others(article: Article, *, by: Any, now: dt.datetime) -> list[str]:
    """The names of everybody else who has the story open, sorted. One query."""
    rows = Presence.objects.open_at(now).filter(article_id=article.pk).exclude(user=by).select_related("user")
    return sorted(row.user.get_full_name() or row.user.get_username() for row in rows)


def leave(article: Article, *, by: Any) -> None:
    """`by` closed the story. Without it a presence lapses by itself (articles.models.presence.OPEN_FOR)."""
    Presence.objects.filter(article_id=article.pk, user=by).delete()


def forget_left(*, now: dt.datetime) -> int:
    """The duty that deletes the rows of forms that were closed long ago; returns how many."""
    return Presence.objects.left(now).delete()[0]
