"""The search page: a plain form whose addresses can be shared."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags
from articles.due_changes import NONE_DUE, due_changes
from articles.due_search import with_due
from articles.forms.search import PARAMETERS, SearchRequest
from articles.models import Article
from articles.search import search as ask
from newsportal.core.caching import public
from newsportal.core.editions import everywhere
from newsportal.core.page_cache.tags import note


@public("search", parameters=(*PARAMETERS, "after"))
def search(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    asked = SearchRequest.read(request.GET, get_language())
    found = ask(asked.q, language=asked.language, now=now, filters=asked.filters, sort=asked.sort, after=asked.after)
    note(page_tags.NAMES, *map(page_tags.words, asked.editions), *map(page_tags.sections, asked.editions))
    clocks = [Article.objects.clock(edition, now) for edition in asked.editions]
    due = due_changes(now) if any(clock.something_is_due for clock in clocks) else NONE_DUE
    found = with_due(found, due, asked.q, language=asked.language, filters=asked.filters, first=not asked.after)
    context = {
        "asked": asked,
        "found": found,
        "hits": [(hit, asked.address(same=str(hit.same_text)) if hit.versions else "") for hit in found.hits],
        "due": due,
        "switches": everywhere("search", query={"q": asked.q} if asked.q else None),
        "links": asked.links(found.facets),
        "by_relevance": asked.address(sort=""),
        "by_date": asked.address(sort="date"),
        "suggested": asked.address(q=found.suggestion) if found.suggestion else "",
        "more": asked.address(after=found.next) if found.next else "",
    }
    response = TemplateResponse(request, "articles/search.html", context, status=503 if found.took_too_long else 200)
    if asked.q:
        response.headers["X-Robots-Tag"] = "noindex"
    response.fresh_until = min((clock.next_change for clock in clocks if clock.next_change), default=None)
    return response
