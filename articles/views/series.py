"""A series: all of its stories that are out, the first part first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles.compiling import run_of
from articles.due_changes import NONE_DUE, due_changes
from articles.models import Article, Series
from newsportal.core.caching import public


@public("list")
def series(request: HttpRequest, slug: str) -> HttpResponse:
    now, language = timezone.now(), get_language()
    series = get_object_or_404(Series.objects.in_edition(language), slug=slug.lower())
    clock = Article.objects.clock(language, now)
    due = due_changes(now) if clock.something_is_due else NONE_DUE
    context = {"run": run_of(series, now, due), "due": due, "now": now}
    response = TemplateResponse(request, "articles/series_detail.html", context)
    response.fresh_until = clock.next_change
    return response
