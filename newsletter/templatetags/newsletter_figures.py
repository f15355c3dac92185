"""The newsletter's charts."""

import datetime as dt
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from newsletter.models import ListDay
from newsletter.stats import IssueFigures
from newsportal.core import charts
from newsportal.core.text import localise_digits

register = template.Library()


@register.inclusion_tag("admin/newsletter/figures/_growth_chart.html")
def growth_chart(days: list[ListDay]) -> dict[str, Any]:
    """How many have a newsletter, and who came and left, day by day."""
    labels = [(_day(row.day), _tick(row.day)) for row in days]
    size = [
        (_("%(day)s: %(number)d readers") % {"day": label, "number": row.readers}, row.readers, tick)
        for row, (label, tick) in zip(days, labels, strict=True)
    ]
    moves = [
        (
            _("%(day)s: %(joined)d came, %(left)d left") % {"day": label, "joined": row.joined, "left": row.left},
            row.joined,
            row.left,
            tick,
        )
        for row, (label, tick) in zip(days, labels, strict=True)
    ]
    ups, downs = charts.up_and_down(moves)
    return {"days": days, "size": charts.line(size), "ups": ups, "downs": downs}


@register.inclusion_tag("admin/newsletter/figures/_share_bar.html")
def share_bar(number: int, whole: int) -> dict[str, Any]:
    """A bar as long as a number is of a whole."""
    return {"length": charts.share(number, whole)}


@register.inclusion_tag("admin/newsletter/figures/_issue_figures.html")
def issue_figures(figures: IssueFigures) -> dict[str, Any]:
    """What became of an issue."""
    most = max((link["by_people"] for link in figures.links), default=0)
    return {"figures": figures, "issue": figures.issue, "most": most}


@register.filter
def percent(number: int, whole: int) -> str:
    """A share in percent, with one place behind the point."""
    return localise_digits(f"{100 * number / whole:.1f} %") if whole else ""


def _day(day: dt.date) -> str:
    return localise_digits(date_format(day, "j M Y"))


def _tick(day: dt.date) -> str:
    return localise_digits(date_format(day, "j M")) if day.weekday() == 0 else ""
