"""Tags and filters of the newsroom's own pages."""

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from articles import acts
from articles.admin.articles.wording import badge as badge_of
from articles.admin.articles.wording import minute as minute_of
from articles.admin.articles.wording import person as person_of
from articles.comparing import label, mark, words_of
from articles.contents import Content
from articles.desk import Desk, Hour, desk_for
from articles.models import Article, LogEntry
from articles.readership import ReadStory, readership_of
from articles.revising import Collision
from articles.states import State
from newsportal.core.text import format_time, localise_digits

register = template.Library()

# The chart of the desk, in the units of its viewBox.
CHART_HEIGHT, BAR, STEP = 96, 14, 20


@register.simple_tag(takes_context=True)
def desk(context: template.Context) -> Desk | None:
    """What needs the person who is signed in; None for those who may not see stories."""
    user = context["user"]
    return desk_for(user, timezone.now()) if user.has_perm("articles.view_article") else None


@register.inclusion_tag("admin/articles/_hour_chart.html")
def hour_chart(hours: list[Hour]) -> dict[str, Any]:
    """Stories published in each hour as bars, drawn on the server."""
    busiest = max(hours, key=lambda hour: hour.stories, default=None)
    return {
        "chart": _bars([(hour.start, hour.stories, _tick(hour.start, by_hour=True)) for hour in hours]),
        "total": sum(hour.stories for hour in hours),
        "busiest": busiest if busiest and busiest.stories else None,
    }


@register.inclusion_tag("admin/articles/_most_read_chart.html")
def most_read_chart(stories: list[ReadStory]) -> dict[str, Any]:
    """What is read most, each story with a bar as long as its share of the first one's reads."""
    most = max((story.reads for story in stories), default=0)
    return {"rows": [{"story": story, "length": max(1, round(100 * story.reads / most))} for story in stories]}


@register.inclusion_tag("admin/articles/article/_readership.html")
def readership(article: Article | None) -> dict[str, Any]:
    """How a story that readers have or had is read; nothing for any other. Three queries."""
    if article is None or article.state not in (State.PUBLISHED, State.WITHDRAWN):
        return {"readership": None}
    figures = readership_of(article, timezone.now())
    spans = [(span.start, span.reads, _tick(span.start, by_hour=figures.by_hour)) for span in figures.spans]
    return {"readership": figures, "chart": _bars(spans)}


@register.filter
def badge(article: Article) -> SafeString:
    """A story's state as a badge, with its minute."""
    return badge_of(article)


@register.filter
def minute(moment: dt.datetime) -> str:
    """A moment as an editor says it: "today 18:00"."""
    return minute_of(moment)


@register.filter
def person(user: Any) -> str:
    """Somebody's name; "" for nobody."""
    return person_of(user)


@register.filter
def act(entry: LogEntry) -> str:
    """What an entry of the log did, in a word."""
    return acts.act_of(entry.action)


@register.filter
def collisions(collision: Collision) -> list[dict[str, Any]]:
    """The places of a collision: name, label, and the text before, theirs and mine, with their words marked."""
    places = []
    for name in collision.merged.conflicts:
        before, theirs, mine = (
            _told(content, name) for content in (collision.base, collision.theirs.content, collision.merged.content)
        )
        places.append(
            {
                "name": name,
                "label": label(name),
                "before": before,
                "theirs": mark(before, theirs)[1],
                "mine": mark(before, mine)[1],
            }
        )
    return places


def _told(content: Content, name: str) -> str:
    """A place of a collision in words; a byline is its code and its names, which are chosen together."""
    names = ("byline_code", "contributors") if name == "byline_code" else (name,)
    return "\n".join(told for part in names if (told := words_of(content, part)))


def _bars(spans: list[tuple[dt.datetime, int, str]]) -> dict[str, Any]:
    """A chart of (start of a span of time, number, what stands below its bar), in the units of the viewBox."""
    most = max((number for _start, number, _tick in spans), default=0)
    bars = [
        {
            "x": place * STEP,
            "y": CHART_HEIGHT - _height(number, most),
            "height": _height(number, most),
            "number": number,
            "start": start,
            "tick": tick,
            "middle": place * STEP + BAR / 2,
        }
        for place, (start, number, tick) in enumerate(spans)
    ]
    return {"bars": bars, "bar": BAR, "width": len(bars) * STEP, "base": CHART_HEIGHT, "height": CHART_HEIGHT + 22}


def _tick(start: dt.datetime, *, by_hour: bool) -> str:
    """What stands below a bar: every sixth hour, or every Monday's date."""
    if by_hour:
        return format_time(start) if start.hour % 6 == 0 else ""
    return localise_digits(date_format(start, "j M")) if start.weekday() == 0 else ""


def _height(number: int, most: int) -> int:
    """Of a bar; a span with something in it never looks like one without."""
    return max(2, round(number / most * (CHART_HEIGHT - 8))) if number else 0
