"""The background work, for pages of the newsroom."""

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.timesince import timesince

from newsportal.core.duties import Work, how_work_stands

register = template.Library()


@register.simple_tag
def work_standing() -> Work:
    """How the background work stands now (newsportal.core.duties.Work); one query."""
    return how_work_stands(timezone.now())


@register.inclusion_tag("admin/core/_background_work.html")
def background_work(work: Work) -> dict[str, Any]:
    """The worker and each duty with its last run, its lateness and its last error; red when one is late or fails."""
    return {"work": work, "standings": [work.worker, *work.duties]}


@register.filter
def duration(span: dt.timedelta) -> str:
    """A span of time in its two largest units: "3 minutes", "1 day, 2 hours"."""
    now = timezone.now()
    return timesince(now - span, now)
