"""What every verb does at its end: one row in the log, one signal after the commit."""

import datetime as dt
from typing import Any

from django.db import transaction

from articles import search
from articles.models import Article, LogEntry
from articles.purging import purge_for
from articles.signals import article_changed


def log(
    story: Article | None,
    action: str,
    *,
    by: Any,
    now: dt.datetime,
    old: dict | None = None,
    new: dict | None = None,
    note: str = "",
) -> LogEntry:
    """Adds a row to the log; `old` and `new` are what changed, as plain types. No story: an act on an edition, which
    both of them name (`edition`).
    """
    headline = story.headline if story else ""
    return LogEntry.objects.create(
        article=story, headline=headline, action=action, by=by, at=now, old=old or {}, new=new or {}, note=note
    )


def announce(story: Article, action: str, *, by: Any, now: dt.datetime) -> None:
    """Brings search up to date and purges pages in the change's own transaction, and sends article_changed after it.

    A listener that fails is logged and stops nobody.
    """
    search.index([story])
    purge_for(story, action)
    transaction.on_commit(
        lambda: article_changed.send(sender=Article, article=story, action=action, by=by, now=now), robust=True
    )
