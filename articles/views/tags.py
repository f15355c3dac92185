"""The stories that carry a tag."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags
from articles.models import Article, Tag
from articles.views.lists import story_list
from newsportal.core.caching import public
from newsportal.core.editions import everywhere
from newsportal.core.page_cache.tags import note


@public("list", parameters=["page"])
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    note(page_tags.tag(tag.pk), page_tags.tag_name(tag.pk))
    stories = Article.objects.published(timezone.now()).in_edition(get_language()).tagged_with(tag)
    context = {"tag": tag, "alternates": everywhere("tag", tag.slug)}
    return story_list(
        request, "articles/tag_detail.html", stories, context, belongs=lambda story: tag in story.tags.all()
    )
