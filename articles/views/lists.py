"""What all list pages of stories share."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles.due_changes import NONE_DUE, due_changes
from articles.models import Article, ArticleQuerySet
from newsportal.core.shortcuts import page_of


def story_list(
    request: HttpRequest,
    template: str,
    stories: ArticleQuerySet,
    context: dict[str, Any],
    *,
    belongs: Callable[[Article], bool],
) -> HttpResponse:
    """A page of `stories` as cards, newest first; `context` gains `page` (newsportal.core.shortcuts.Page).

    `belongs` says of one story of the edition what `stories` asks of all, for those with a change that is due.
    """
    now, language = timezone.now(), get_language()
    clock = Article.objects.clock(language, now)
    due = due_changes(now) if clock.something_is_due else NONE_DUE
    stories = due.into(stories, lambda story: story.language == language and belongs(story))
    page = page_of(stories.for_cards().newest_first(), request)
    page = replace(page, items=due.over(page.items))
    response = TemplateResponse(request, template, {**context, "page": page, "due": due, "now": now})
    response.fresh_until = clock.next_change
    return response
