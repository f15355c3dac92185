"""Tags and filters of the newsroom's own pages."""

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from articles import acts
from articles.admin.articles.wording import badge as badge_of
from articles.admin.articles.wording import minute as minute_of
from articles.comparing import label, mark, words_of
from articles.desk import Hour, desk_for
from articles.models import Article, LogEntry
from articles.revising import Collision

register = template.Library()

# The chart of the desk, in the units of its viewBox.
CHART_HEIGHT, BAR, STEP = 96, 14, 20


@register.inclusion_tag("admin/articles/_desk.html", takes_context=True)
def desk(context: template.Context) -> dict[str, Any]:
    """What needs the person who is signed in; nothing for those who may not see stories."""
    user = context["user"]
    allowed = user.has_perm("articles.view_article")
    now = timezone.now()
    return {
        "desk": desk_for(user, now) if allowed else None,
        "may_write": user.has_perm("articles.add_article"),
        "now": now,
    }


@register.inclusion_tag("admin/articles/_hour_chart.html")
def hour_chart(hours: list[Hour]) -> dict[str, Any]:
    """Stories published in each hour as bars, drawn on the server."""
    most = max((hour.stories for hour in hours), default=0)
    bars = [
        {
            "x": place * STEP,
            "y": CHART_HEIGHT - _height(hour.stories, most),
            "height": _height(hour.stories, most),
            "stories": hour.stories,
            "start": hour.start,
            "is_labelled": hour.start.hour % 6 == 0,
            "middle": place * STEP + BAR / 2,
        }
        for place, hour in enumerate(hours)
    ]
    return {
        "bars": bars,
        "bar": BAR,
        "width": len(bars) * STEP,
        "base": CHART_HEIGHT,
        "total": sum(hour.stories for hour in hours),
        "busiest": max(hours, key=lambda hour: hour.stories) if most else None,
    }


@register.filter
def badge(article: Article) -> SafeString:
    """A story's state as a badge, with its minute."""
    return badge_of(article)


@register.filter
def minute(moment: dt.datetime) -> str:
    """A moment as an editor says it: "today 18:00"."""
    return minute_of(moment)


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
            words_of(content, name) for content in (collision.base, collision.theirs.content, collision.merged.content)
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


def _height(stories: int, most: int) -> int:
    """Of a bar; an hour with stories never looks like one without."""
    return max(2, round(stories / most * (CHART_HEIGHT - 8))) if stories else 0
