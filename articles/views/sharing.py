"""What other sites ask for when somebody shares a story: its picture, and how to show it (oEmbed)."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles import page_tags
from articles.addresses import STORIES, match_of
from articles.cards import card_address, card_of
from articles.embedding import embedded
from articles.models import Article
from articles.scheduling import as_readers_see
from newsportal.core.caching import public
from newsportal.core.text import whole_number


@public("story")
def card(request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """The drawn picture of a live story; an old address leads to that of the present one."""
    article, until = _live(pk)
    if request.path != card_address(article):
        response: HttpResponse = HttpResponsePermanentRedirect(card_address(article))
    else:
        response = HttpResponse(card_of(article), content_type="image/png")
    response.fresh_until = until
    return response


@public("story", parameters=("url", "format", "maxwidth", "maxheight"))
def oembed(request: HttpRequest) -> HttpResponse:
    """`/oembed/?url=…` (oembed.com): a live story as a quotation with a link. JSON only."""
    match = match_of(request.GET.get("url", "")[:2000])
    if match is None or match.url_name not in STORIES:
        raise Http404("no story of ours")
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only JSON is given.\n", status=501, content_type="text/plain")
    article, until = _live(match.kwargs["pk"])
    response = JsonResponse(embedded(article, *(_size(request, name) for name in ("maxwidth", "maxheight"))))
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.fresh_until = until
    return response


def _live(pk: int) -> tuple[Article, dt.datetime | None]:
    """A story as readers have it, and until when; 404 for one that they do not have."""
    now = timezone.now()
    article = get_object_or_404(Article.objects.for_page(now), pk=pk)
    page_tags.note_story(article)
    if not article.is_live(now):
        raise Http404("not live")
    return as_readers_see(article, now=now), article.fresh_until


def _size(request: HttpRequest, name: str) -> int | None:
    return whole_number(request.GET.get(name, ""), most=99_999)
