"""What needs somebody, and what goes out by itself: the newsroom's first page, whatever the number of stories."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article, EditorialNote
from articles.permissions import beat_of, permitted
from articles.readership import ReadStory, most_read_now

# Rows a panel shows; the list behind it shows all.
ROWS = 8
TIMETABLE = 20
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@dataclass(frozen=True)
class Panel:
    """The first rows of a list, and whether there are more."""

    rows: list[Any]
    more: bool

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


@dataclass(frozen=True)
class Moment:
    """A minute at which readers will see something else: `what` is "appears", "changes" or "disappears"."""

    at: dt.datetime
    what: str
    article: Article


@dataclass(frozen=True)
class Hour:
    """An hour of the clock, and how many stories appeared in it."""

    start: dt.datetime
    stories: int


@dataclass(frozen=True)
class Desk:
    """What the desk shows one person. `review` and `approved` are None for those who do not review."""

    now: dt.datetime
    sent_back: Panel
    drafts: Panel
    notes: Panel
    review: Panel | None
    approved: Panel | None
    timetable: Panel
    embargoed: Panel
    changes: Panel
    published: Panel
    hours: list[Hour]
    most_read: list[ReadStory]


def desk_for(user: Any, now: dt.datetime) -> Desk:
    """The desk of `user` at `now`, in at most twelve queries."""
    stories = Article.objects.for_lists()
    reviews = permitted(user, "review_article")
    on_beat = stories.on_beat(beat_of(user)).last_saved_first() if reviews else stories.none()
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    sent_back, drafts = _being_written(user)
    review = _panel(on_beat.in_review()) if reviews else None
    approved = _panel(on_beat.approved()) if reviews else None
    # What stands in a panel of its own needs no second line.
    shown = {article.pk for panel in (sent_back, drafts, review, approved) for article in panel or ()}
    return Desk(
        now=now,
        sent_back=sent_back,
        drafts=drafts,
        notes=_panel(notes_for(user)),
        review=review,
        approved=approved,
        timetable=timetable(now),
        embargoed=_panel(stories.embargoed(now)),
        changes=_panel(stories.changed().exclude(pk__in=shown).last_saved_first()),
        published=_panel(stories.published(now).appeared_since(today).newest_first()),
        hours=published_per_hour(now),
        most_read=most_read_now(now, ROWS),
    )


def notes_for(user: Any) -> QuerySet[EditorialNote]:
    """The open notes that are addressed to somebody, newest first, with their stories and authors."""
    return EditorialNote.objects.open().addressed_to(user).select_related("author", "article").order_by("-created")


def timetable(now: dt.datetime) -> Panel:
    """What appears, changes and disappears by itself in the next 24 hours, in that order of time."""
    until = now + DAY
    stories = Article.objects.for_lists().moving(now, until)[: TIMETABLE * 3]
    moments = [moment for article in stories for moment in _moments(article) if now < moment.at <= until]
    moments.sort(key=lambda moment: (moment.at, moment.article.pk))
    return Panel(moments[:TIMETABLE], len(moments) > TIMETABLE)


def published_per_hour(now: dt.datetime) -> list[Hour]:
    """How many stories appeared in each of the 24 hours of the clock that end with the present one."""
    last = timezone.localtime(now).replace(minute=0, second=0, microsecond=0).astimezone(dt.UTC)
    starts = [last - HOUR * ago for ago in range(23, -1, -1)]
    counts = Article.objects.published(now).appeared_since(starts[0]).per_hour()
    found = {row["hour"].astimezone(dt.UTC): row["stories"] for row in counts}
    return [Hour(timezone.localtime(start), found.get(start, 0)) for start in starts]


def _being_written(user: Any) -> tuple[Panel, Panel]:
    """What `user` has back with a note, and their other drafts."""
    mine = Article.objects.for_lists().written_by(user).being_written()
    rows = list(mine.with_last_move().sent_back_first()[: 2 * ROWS + 1])
    back = [article for article in rows if article.was_sent_back]
    rest = [article for article in rows if not article.was_sent_back]
    return Panel(back[:ROWS], len(back) > ROWS), Panel(rest[:ROWS], len(rest) > ROWS or len(rows) > 2 * ROWS)


def _moments(article: Article) -> Iterator[Moment]:
    if article.appears_at:
        yield Moment(article.appears_at, "appears", article)
    if article.change_at and article.has_changes:
        yield Moment(article.change_at, "changes", article)
    if article.unpublish_at:
        yield Moment(article.unpublish_at, "disappears", article)


def _panel(queryset: QuerySet[Any]) -> Panel:
    rows = list(queryset[: ROWS + 1])
    return Panel(rows[:ROWS], len(rows) > ROWS)
