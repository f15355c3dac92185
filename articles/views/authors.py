"""A contributor's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags
from articles.models import Article, Contributor
from articles.views.lists import story_list
from newsportal.core.caching import public
from newsportal.core.editions import everywhere
from newsportal.core.page_cache.tags import note


@public("list", parameters=["page"])
def author(request: HttpRequest, slug: str) -> HttpResponse:
    contributor = get_object_or_404(Contributor.objects.with_texts().select_related("outlet", "picture"), slug=slug)
    note(page_tags.author(contributor.pk), page_tags.person(contributor.pk))
    live = Article.objects.published(timezone.now()).in_edition(get_language())
    stories = live.by_contributor(contributor).credited(contributor)
    context = {"contributor": contributor, "alternates": everywhere("author", contributor.slug)}
    return story_list(
        request, "articles/author_detail.html", stories, context, belongs=lambda story: contributor in story.signed_by
    )
