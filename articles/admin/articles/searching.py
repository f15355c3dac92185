"""The newsroom's search: stories in every state, by their words, for those who may see them."""

from typing import Any

from django.utils import timezone

from articles.models import Article, ArticleQuerySet
from articles.permissions import permitted
from articles.search import Results, search


def search_newsroom(text: str, *, user: Any, language: str | None = None, after: str = "", limit: int = 50) -> Results:
    """What the newsroom has on `text`, best first: drafts too. Nothing for those who may not see stories."""
    if not permitted(user, "view_article"):
        return Results()
    stories: ArticleQuerySet = Article.objects.all()
    return search(text, language=language, now=timezone.now(), stories=stories, after=after, limit=limit)
