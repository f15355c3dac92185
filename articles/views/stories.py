"""A story's page. The id in the address decides; everything else is put right by one redirect."""

from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from articles import page_tags
from articles.due_changes import NONE_DUE, due_changes
from articles.related import related_to
from articles.scheduling import as_readers_see
from articles.story_pages import story_of_page
from articles.translating import addresses_of, translations_of
from newsportal.core.caching import public
from newsportal.core.embeds import may_frame


@public("story", parameters=["before"])
@may_frame
def story(request: HttpRequest, section_path: str, pk: int, slug: str = "") -> HttpResponse:
    now = timezone.now()
    article = story_of_page(pk, now)
    if article is None or not (article.is_live(now) or article.is_gone(now)):
        raise Http404("not published")
    page_tags.note_story(article)
    fresh_until, due = article.fresh_until, due_changes(now) if article.something_is_due else NONE_DUE
    article = as_readers_see(article, now=now)
    address = article.get_absolute_url()
    if unquote(request.path) != unquote(address):
        redirect = HttpResponsePermanentRedirect(address)
        redirect.fresh_until = fresh_until
        return redirect
    if article.is_gone(now):
        context = {"article": article, "due": due, "now": now}
        return TemplateResponse(request, "articles/article_gone.html", context, status=410)
    related = due.over(related_to(article, now))
    context = {"article": article, "related": related, "section": article.section, "now": now, "due": due}
    others = translations_of(article, now, due)
    page_tags.note_stories(others)
    context["alternates"] = {article.language: address, **addresses_of(others)}
    response = TemplateResponse(request, "articles/article_detail.html", context)
    response.fresh_until, response.shown_until = fresh_until, article.unpublish_at
    return response


@public("story")
def story_without_slug(request: HttpRequest, section_path: str, pk: int) -> HttpResponse:
    return story(request, section_path, pk)
