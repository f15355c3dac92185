"""Previews in the admin: a story in two frames as it is typed, links to share it, and tomorrow's front page."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin

from articles import contents, previewing, revising
from articles.admin.articles.autosaving import typed
from articles.admin.articles.revisions import described, shown_to
from articles.admin.articles.wording import badge
from articles.due_changes import due_changes
from articles.exceptions import NewsroomError
from articles.forms.previews import MinuteForm, ShareForm
from articles.fronting import front_page
from articles.models import Article, FrontRow, FrontSlot, PreviewLink, Revision
from articles.views.previews import asked_for, story_as_published
from newsportal.core.caching import private
from newsportal.core.editions import everywhere
from newsportal.core.embeds import FRAME_HOSTS
from newsportal.core.templatetags.portal import EDITION_NAMES
from newsportal.core.text import LARGEST_INTEGER, whole_number

# Nobody plans a front page further ahead.
FARTHEST = dt.timedelta(days=366)
# In one, as the admin's own addition to the policy takes the place of `may_frame`.
_FRAMED = {"frame-ancestors": [SELF], "frame-src": FRAME_HOSTS}


def urls(stories: admin.ModelAdmin) -> list[URLPattern]:
    """The addresses of these pages, for the story's admin."""

    def page(address: str, view: Any, name: str) -> URLPattern:
        wrapped = stories.admin_site.admin_view(_with_forms(private(partial(view, stories))))
        return path(f"<int:pk>/preview/{address}", wrapped, name=f"articles_article_{name}")

    return [
        page("", csp_replace({"frame-src": [SELF]})(preview_page), "preview"),
        page("frame/", csp_replace(_FRAMED)(xframe_options_sameorigin(frame)), "preview_frame"),
        page("share/", share, "preview_share"),
        page("<int:link>/revoke/", revoke, "preview_revoke"),
    ]


def _with_forms(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages with forms: under "no-referrer" browsers send `Origin: null`, which the CSRF check refuses."""

    def wrapped(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return wrapped


def preview_page(stories: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows a text in two frames; POST, with the form as it stands, keeps what is typed and shows that."""
    article = _story(request, pk)
    if request.method == "POST":
        return _keep(request, article)
    return _with_frames(stories, request, article, ShareForm(initial={"revision": _sharable(request, article)}))


def frame(stories: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The story alone, as readers would see it; only pages of this site may frame it."""
    article = _story(request, pk)
    revision = _shown(request, article)
    content = revision.content if revision else contents.take(article)
    return story_as_published(request, article, content, "articles/preview_frame.html")


def share(stories: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Makes a link; what cannot be taken comes back with the form."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    article, form = _story(request, pk), ShareForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        revision = _to_share(request, article, data["revision"])
        try:
            made = previewing.make_link(
                article, revision, by=request.user, expires_in=data["expires_in"], label=data["label"]
            )
        except NewsroomError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("The link for revision %s is made: copy it below.") % made.revision)
            return HttpResponseRedirect(f"{_address(pk)}#links")
    return _with_frames(stories, request, article, form, status=422)


def revoke(stories: admin.ModelAdmin, request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """Ends a link at once."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    article = _story(request, pk)
    try:
        previewing.revoke(get_object_or_404(PreviewLink, article=article, pk=link), by=request.user)
    except NewsroomError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("The link shows nothing any more."))
    return HttpResponseRedirect(f"{_address(pk)}#links")


@private
def front_preview(request: HttpRequest) -> HttpResponse:
    """The front page of `?language=` as it will be at `?at=` (local time), as far as is known now."""
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    now = timezone.now()
    at, error = minute_asked(request.GET, now)
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return front_as_of(request, language, at, error=error)


def front_as_of(
    request: HttpRequest,
    language: str,
    at: dt.datetime,
    *,
    slots: list[FrontSlot] | None = None,
    order: list[FrontRow] | None = None,
    error: str = "",
) -> HttpResponse:
    """The page that readers of an edition would get at a minute; with `slots` and `order`, of that arrangement."""
    with translation.override(language):
        context = {
            "front": front_page(language, at, due_changes(at), slots, order),
            "now": at,
            "at": at,
            "error": error,
        }
        context["alternates"] = everywhere("front")
        context["editions"] = [(code, EDITION_NAMES.get(code, code)) for code, _name in settings.LANGUAGES]
        context["is_typed"] = slots is not None
        request = asked_for(request, reverse("front"))
        response = render(request, "articles/preview_front.html", context, status=400 if error else 200)
    response.headers["Content-Language"] = language
    return response


def _story(request: HttpRequest, pk: int) -> Article:
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    return get_object_or_404(Article.objects.select_related("section", "head", "live"), pk=pk)


def _address(pk: int, revision: Revision | None = None) -> str:
    query = f"?revision={revision.number}" if revision else ""
    return reverse("admin:articles_article_preview", args=[pk]) + query


def _keep(request: HttpRequest, article: Article) -> HttpResponse:
    """Autosaves the posted form and goes on to its preview, so that reloading it posts nothing again."""
    head = revising.head_of(article)
    try:
        kept = revising.autosave(
            article,
            typed(request.POST, head.content),
            by=request.user,
            base=whole_number(request.POST.get("base", ""), most=LARGEST_INTEGER),
        )
    except NewsroomError as error:
        messages.error(request, str(error))
        kept = None
    return HttpResponseRedirect(_address(article.pk, kept or head))


def _shown(request: HttpRequest, article: Article) -> Revision | None:
    """The text to show: `?revision=`, else what this person is writing, else the newest; None: that of the row."""
    asked = whole_number(request.GET.get("revision", ""), most=LARGEST_INTEGER)
    if asked is not None:
        if not request.user.has_perm("articles.view_revision"):
            raise PermissionDenied
        return get_object_or_404(shown_to(request.user, article), number=asked)
    return article.revisions.unsaved_by(request.user).first() or article.head


def _sharable(request: HttpRequest, article: Article) -> int:
    """The number of the text that a link would show: the one on the page when it is saved, else the newest."""
    shown = _shown(request, article)
    if shown is None or shown.kind == Revision.Kind.AUTOSAVE:
        shown = article.head
    return shown.number if shown else 1


def _to_share(request: HttpRequest, article: Article, number: int) -> Revision:
    if article.head is None:
        return revising.head_of(article)
    return get_object_or_404(shown_to(request.user, article), number=number)


def _with_frames(
    stories: admin.ModelAdmin, request: HttpRequest, article: Article, form: ShareForm, status: int = 200
) -> HttpResponse:
    shown = _shown(request, article)
    now = timezone.now()
    context = {
        **stories.admin_site.each_context(request),
        "opts": stories.opts,
        "article": article,
        "title": gettext("Preview"),
        "status": badge(article),
        "row": described(article, shown) if shown else None,
        "frame": reverse("admin:articles_article_preview_frame", args=[article.pk])
        + (f"?revision={shown.number}" if shown else ""),
        "share": form,
        "may_share": previewing.may_share(request.user, article),
        "links": previewing.links_of(article),
        "now": now,
        "front_at": max(now, article.appears_at or now),
    }
    return TemplateResponse(request, "admin/articles/article/preview.html", context, status=status)


def minute_asked(data: QueryDict, now: dt.datetime) -> tuple[dt.datetime, str]:
    """The minute that is asked for (`at`), and what is wrong with it; a minute that has passed is now."""
    form = MinuteForm(data)
    if not form.is_valid():
        return now, gettext("This is not a time.")
    at = form.cleaned_data["at"] or now
    if at > now + FARTHEST:
        return now, gettext("Choose a time within the next year.")
    return max(at, now), ""
