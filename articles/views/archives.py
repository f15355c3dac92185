"""The archive: all stories of an edition by the day on which they appeared."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags, spans
from articles.models import Article, ArticleQuerySet
from articles.views.lists import story_list
from newsportal.core.caching import public
from newsportal.core.editions import everywhere
from newsportal.core.page_cache.tags import note


@public("list")
def archive(request: HttpRequest) -> HttpResponse:
    """The years and months that have stories."""
    now, language = timezone.now(), get_language()
    note(page_tags.stories(language))
    found = set(spans.months_with(Article.objects.published(now).in_edition(language)))
    years = [
        (dt.date(year, 1, 1), [(dt.date(year, month, 1), (year, month) in found) for month in range(1, 13)])
        for year in sorted({year for year, _month in found}, reverse=True)
    ]
    response = TemplateResponse(
        request, "articles/archive.html", {"years": years, "now": now, "alternates": everywhere("archive")}
    )
    response.fresh_until = Article.objects.next_change(language, now)
    return response


@public("list")
def year(request: HttpRequest, year: int) -> HttpResponse:
    """The months of a year with their numbers of stories; 404 for a year without any."""
    now, language = timezone.now(), get_language()
    stories = Article.objects.published(now).in_edition(language)
    note(page_tags.stories(language))
    months = spans.months_of(stories, year)
    number = sum(month.number for month in months)
    if not number:
        raise Http404("no stories in this year")
    context = {"first": dt.date(year, 1, 1), "months": months, "number": number, "now": now}
    context |= _beside(stories, spans.year_span(year)) | {"switches": everywhere("archive")}
    response = TemplateResponse(request, "articles/archive_year.html", context)
    response.fresh_until = Article.objects.next_change(language, now)
    return response


@public("list", parameters=["page"])
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """A calendar of the month, and its stories, newest first; 404 for a month without any."""
    return _stories(request, spans.month_span(year, month), dt.date(year, month, 1), None)


@public("list", parameters=["page"])
def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """The stories of a day, newest first; 404 for a day without any."""
    try:
        date = dt.date(year, month, day)
    except ValueError:
        raise Http404("no such day") from None
    return _stories(request, spans.day_span(date), date.replace(day=1), date)


def _stories(request: HttpRequest, span: spans.Span, first: dt.date, day: dt.date | None) -> HttpResponse:
    """The stories of a span: of the month that begins with `first`, or of one `day` in it."""
    # Of the days before and after it says only which have stories.
    note(page_tags.month(get_language(), span[0]), page_tags.stories(get_language()))
    stories = Article.objects.published(timezone.now()).in_edition(get_language())
    context = {"calendar": spans.calendar_of(stories, first.year, first.month), "first": first, "day": day}
    response = story_list(
        request,
        "articles/archive_month.html" if day is None else "articles/archive_day.html",
        stories.timed_between(*span),
        context | _beside(stories, span) | {"switches": everywhere("archive")},
        belongs=lambda story: span[0] <= story.publish_at < span[1],
    )
    if not response.context_data["page"].items:
        raise Http404("no stories in this span")
    return response


def _beside(stories: ArticleQuerySet, span: spans.Span) -> dict[str, Any]:
    previous, following = spans.days_beside(stories, span)
    return {"previous": previous, "following": following}
