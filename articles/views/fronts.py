"""The front page of an edition."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language

from articles import page_tags
from articles.due_changes import NONE_DUE, due_changes
from articles.fronting import front_page
from articles.models import Article
from newsportal.core.caching import public
from newsportal.core.editions import everywhere
from newsportal.core.page_cache.tags import note


@public("front")
def front(request: HttpRequest) -> HttpResponse:
    now, language = timezone.now(), get_language()
    clock = Article.objects.clock(language, now)
    due = due_changes(now) if clock.something_is_due else NONE_DUE
    note(page_tags.front(language))
    shown = front_page(language, now, due)
    page_tags.note_stories(shown.latest)
    context = {"front": shown, "now": now, "due": due, "alternates": everywhere("front")}
    response = TemplateResponse(request, "articles/front.html", context)
    response.fresh_until = min((at for at in (clock.next_change, shown.next_change) if at), default=None)
    return response
