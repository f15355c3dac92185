"""All stories of an edition, newest first."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags
from articles.models import Article
from articles.views.lists import story_list
from newsportal.core.caching import public
from newsportal.core.editions import everywhere
from newsportal.core.page_cache.tags import note


@public("list", parameters=["page"])
def latest(request: HttpRequest) -> HttpResponse:
    note(page_tags.stories(get_language()))
    stories = Article.objects.published(timezone.now()).in_edition(get_language())
    return story_list(
        request, "articles/latest_list.html", stories, {"alternates": everywhere("latest")}, belongs=lambda story: True
    )
