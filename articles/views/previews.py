"""Shared previews: one revision of a story, exactly as readers would see it."""

from copy import copy
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from articles import previewing
from articles.contents import Content
from articles.models import Article
from articles.related import related_to
from newsportal.core.caching import private
from newsportal.core.embeds import may_frame
from newsportal.core.limits import client_network


@private
@may_frame
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The text behind a link: 404 for a token that was never given, 410 for a link that has ended.

    The one page whose GET writes: it logs the opening, which is what the newsroom is promised. HEAD does not.
    """
    now = timezone.now()
    try:
        if request.method == "HEAD":
            link = previewing.find_link(token, now=now)
        else:
            link = previewing.open_link(token, now=now, network=client_network(request))
    except previewing.UnknownLink:
        return render(request, "articles/preview_unknown.html", status=404)
    except previewing.EndedLink as error:
        return render(request, "articles/preview_ended.html", {"error": error}, status=410)
    return story_as_published(request, link.article, link.revision.content, "articles/preview_story.html", link=link)


def story_as_published(
    request: HttpRequest, article: Article, content: Content, template: str, **extra: Any
) -> HttpResponse:
    """The page of a story if `content` were published now, in its own edition's language.

    `template` extends the one that readers get and adds nothing to what it says.
    """
    now = timezone.now()
    shown = previewing.as_published(article, content, now=now)
    with translation.override(shown.language):
        request = asked_for(request, shown.get_absolute_url())
        context = {"article": shown, "related": related_to(shown, now), "section": shown.section, "now": now}
        response = render(request, template, context | extra)
    response.headers["Content-Language"] = shown.language
    return response


def asked_for(request: HttpRequest, address: str) -> HttpRequest:
    """The same request, as if it had asked for `address`: pages that name their own address name that one.

    A form on the page would otherwise tell where it was filled in, and give the token of a preview away.
    """
    as_if = copy(request)
    as_if.path = as_if.path_info = unquote(address)
    as_if.META = {**request.META, "PATH_INFO": as_if.path, "QUERY_STRING": ""}
    return as_if
