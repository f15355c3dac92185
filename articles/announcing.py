"""What every verb does at its end: one row in the log, one signal after the commit."""

import datetime as dt
from typing import Any

from django.db import transaction

from articles.models import Article, LogEntry
from articles.signals import article_changed


def log(
    story: Article,
    action: str,
    *,
    by: Any,
    now: dt.datetime,
    old: dict | None = None,
    new: dict | None = None,
    note: str = "",
) -> LogEntry:
    """Adds a row to the log; `old` and `new` are what changed, as plain types."""
    return LogEntry.objects.create(
        article=story, headline=story.headline, action=action, by=by, at=now, old=old or {}, new=new or {}, note=note
    )


def announce(story: Article, action: str, *, by: Any, now: dt.datetime) -> None:
    """Sends article_changed once the change is committed; a listener that fails is logged and stops nobody."""
    transaction.on_commit(
        lambda: article_changed.send(sender=Article, article=story, action=action, by=by, now=now), robust=True
    )
