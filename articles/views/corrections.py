"""All corrections of an edition, in one place."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles.models import Article, Correction
from newsportal.core.caching import public
from newsportal.core.shortcuts import page_of


@public("list")
def corrections(request: HttpRequest) -> HttpResponse:
    now, language = timezone.now(), get_language()
    page = page_of(Correction.objects.public(language, now), request)
    response = TemplateResponse(request, "articles/correction_list.html", {"page": page})
    response.fresh_until = Article.objects.next_change(language, now)
    return response
