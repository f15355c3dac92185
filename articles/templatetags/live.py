"""Live coverage on a story's page."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from articles import seo
from articles.covering import Coverage, coverage_of
from articles.models import Article
from articles.states import StoryType

register = template.Library()


@register.simple_tag(takes_context=True)
def coverage(context: template.Context, article: Article) -> Coverage | None:
    """The page of updates that `?before=` asks for; None for a story that is not live. Two or three queries."""
    if article.story_type != StoryType.LIVE or article.pk is None:
        return None
    before = context["request"].GET.get("before", "") if "request" in context else ""
    return coverage_of(article, context.get("now") or timezone.now(), before)


@register.inclusion_tag("articles/_live_updates.html")
def live_updates(coverage: Coverage) -> dict[str, Any]:
    """Key points and updates. No query."""
    return {"coverage": coverage}


@register.simple_tag(takes_context=True)
def live_data(context: template.Context, coverage: Coverage) -> SafeString:
    """The coverage as JSON-LD (schema.org's LiveBlogPosting). No query after `for_page`."""
    return seo.as_script(seo.live_blog(coverage.article, coverage.updates, context["site"], is_over=coverage.is_over))
