"""The front page of an edition."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles.fronting import front_page
from articles.models import Article
from newsportal.core.caching import public


@public("front")
def front(request: HttpRequest) -> HttpResponse:
    now, language = timezone.now(), get_language()
    response = TemplateResponse(request, "articles/front.html", {"front": front_page(language, now), "now": now})
    response.fresh_until = Article.objects.next_change(language, now)
    return response
