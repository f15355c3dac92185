"""Spans of the calendar, in the site's time zone, and which of them have stories."""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, Q
from django.utils import timezone
from django.utils.formats import get_format

from articles.models import Article, ArticleQuerySet

# What a database takes in one query (PostgreSQL 1,664 columns, SQLite 2,000): a century of months.
MOST = 1200

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Counted:
    """A day or a month (its first day), and how many stories appeared in it."""

    date: dt.date
    number: int


@dataclass(frozen=True)
class MonthCalendar:
    """A month as weeks of seven days that begin as the language's do; None stands for a day of another month."""

    first: dt.date
    weeks: list[list[Counted | None]]

    @property
    def number(self) -> int:
        """How many stories appeared in the month."""
        return sum(day.number for week in self.weeks for day in week if day)

    @property
    def weekdays(self) -> list[dt.date]:
        """Days that stand for the columns, to be named in any language."""
        monday = dt.date(2024, 1, 1)
        return [monday + dt.timedelta(days=_first_weekday() + place) for place in range(7)]


def month_span(year: int, month: int) -> Span:
    """The first moment of a month, and that of the next one."""
    return _moment(year, month, 1), _moment(*_after(year, month), 1)


def year_span(year: int) -> Span:
    """The first moment of a year, and that of the next one."""
    return _moment(year, 1, 1), _moment(year + 1, 1, 1)


def day_span(day: dt.date) -> Span:
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


def calendar_of(stories: ArticleQuerySet, year: int, month: int) -> MonthCalendar:
    """A month with the number of `stories` on each of its days. One query, over the stories of the month alone."""
    weeks = calendar.Calendar(_first_weekday()).monthdatescalendar(year, month)
    days = [day for week in weeks for day in week if day.month == month]
    counted = dict(zip(days, _counts(stories, [day_span(day) for day in days]), strict=True))
    return MonthCalendar(
        dt.date(year, month, 1),
        [[Counted(day, counted[day]) if day.month == month else None for day in week] for week in weeks],
    )


def months_of(stories: ArticleQuerySet, year: int) -> list[Counted]:
    """The twelve months of a year with the number of `stories` in each. One query, over the stories of the year."""
    numbers = _counts(stories, [month_span(year, month) for month in range(1, 13)])
    return [Counted(dt.date(year, month, 1), number) for month, number in enumerate(numbers, 1)]


def days_beside(stories: ArticleQuerySet, span: Span) -> tuple[dt.date | None, dt.date | None]:
    """The last day before a span on which any of `stories` appeared, and the first one after it. Two queries."""
    before = stories.timed_between(None, span[0]).newest_first()
    after = stories.timed_between(span[1], None).newest_first().reverse()
    times = [rows.values_list("publish_at", flat=True).first() for rows in (before, after)]
    last, first = (timezone.localdate(time) if time else None for time in times)
    return last, first


def _counts(stories: ArticleQuerySet, spans: list[Span]) -> list[int]:
    """How many of `stories` appeared in each of several spans that follow each other."""
    counts = {
        f"in_{place}": Count("pk", filter=Q(publish_at__gte=start, publish_at__lt=end))
        for place, (start, end) in enumerate(spans)
    }
    found = stories.order_by().timed_between(spans[0][0], spans[-1][1]).aggregate(**counts)
    return [found[name] for name in counts]


def _first_weekday() -> int:
    """On which day weeks begin in the present language; Monday is 0 (Django counts from Sunday)."""
    return (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7


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
