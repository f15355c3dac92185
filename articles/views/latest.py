"""All stories of an edition, newest first."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles.models import Article
from articles.views.lists import story_list
from newsportal.core.caching import public
from newsportal.core.editions import everywhere


@public("list")
def latest(request: HttpRequest) -> HttpResponse:
    stories = Article.objects.published(timezone.now()).in_edition(get_language())
    return story_list(
        request, "articles/latest_list.html", stories, {"alternates": everywhere("latest")}, belongs=lambda story: True
    )
