"""What all list pages of stories share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles.models import Article, ArticleQuerySet
from newsportal.core.shortcuts import page_of


def story_list(request: HttpRequest, template: str, stories: ArticleQuerySet, context: dict[str, Any]) -> HttpResponse:
    """A page of `stories` as cards, newest first; `context` gains `page` (newsportal.core.shortcuts.Page)."""
    page = page_of(stories.for_cards().newest_first(), request)
    response = TemplateResponse(request, template, {**context, "page": page})
    response.fresh_until = Article.objects.next_change(get_language(), timezone.now())
    return response
