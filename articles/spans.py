"""Spans of the calendar, in the site's time zone, and which of them have stories."""

import datetime as dt

from django.db.models import Exists
from django.utils import timezone

from articles.models import Article, ArticleQuerySet

# What a database takes in one query (PostgreSQL 1,664 columns, SQLite 2,000): a century of months.
MOST = 1200


def month_span(year: int, month: int) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of a month, and that of the next one."""
    return _moment(year, month, 1), _moment(*_after(year, month), 1)


def year_span(year: int) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of a year, and that of the next one."""
    return _moment(year, 1, 1), _moment(year + 1, 1, 1)


def day_span(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of a day, and that of the next one."""
    end = day + dt.timedelta(days=1)
    return _moment(day.year, day.month, day.day), _moment(end.year, end.month, end.day)


def months_with(stories: ArticleQuerySet) -> list[tuple[int, int]]:
    """The months, as (year, month), in which `stories` appeared, newest first.

    Three queries, of which none reads more of a large archive: each month is one look-up in an index.
    """
    newest, oldest = stories.newest_first().first(), stories.newest_first().reverse().first()
    if newest is None or oldest is None:
        return []
    months = _between(_month_of(oldest), _month_of(newest))
    looked_up = {
        f"in_{year}_{month}": Exists(stories.order_by().timed_between(*month_span(year, month)))
        for year, month in months
    }
    found = Article.objects.order_by("pk").annotate(**looked_up).values_list(*looked_up)[:1]
    return [month for month, has_some in zip(months, found[0], strict=True) if has_some]


def _between(first: tuple[int, int], last: tuple[int, int]) -> list[tuple[int, int]]:
    """The months from `first` to `last`, newest first; of more than a century the newest."""
    numbers = range(last[0] * 12 + last[1] - 1, first[0] * 12 + first[1] - 2, -1)
    return [(number // 12, number % 12 + 1) for number in numbers[:MOST]]


def _month_of(story: Article) -> tuple[int, int]:
    moment = timezone.localtime(story.publish_at)
    return moment.year, moment.month


def _after(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)


def _moment(year: int, month: int, day: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime(year, month, day))
