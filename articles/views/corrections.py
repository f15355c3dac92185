"""All corrections of an edition, in one place."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags
from articles.due_changes import NONE_DUE, due_changes
from articles.models import Article, Correction
from newsportal.core.caching import public
from newsportal.core.editions import everywhere
from newsportal.core.page_cache.tags import note
from newsportal.core.shortcuts import page_of


@public("list", parameters=["page"])
def corrections(request: HttpRequest) -> HttpResponse:
    now, language = timezone.now(), get_language()
    clock = Article.objects.clock(language, now)
    due = due_changes(now) if clock.something_is_due else NONE_DUE
    page = page_of(Correction.objects.public(language, now), request)
    note(page_tags.corrections(language))
    for correction in page.items:
        note(page_tags.story(correction.article_id))
        correction.article = due.over([correction.article])[0]
    context = {"page": page, "due": due, "now": now, "alternates": everywhere("corrections")}
    response = TemplateResponse(request, "articles/correction_list.html", context)
    response.fresh_until = clock.next_change
    return response
