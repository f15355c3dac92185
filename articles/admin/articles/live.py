"""The page on which a live story is covered: one form for the next update, the others below it to be changed."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext

from articles import covering
from articles.admin.articles.wording import badge
from articles.exceptions import NewsroomError
from articles.forms.live import UpdateForm
from articles.models import Article, LiveUpdate
from newsportal.core.text import LARGEST_INTEGER, whole_number

# Rows that the page shows at a time; the site's own page leads to all.
SHOWN = 40


def urls(stories: admin.ModelAdmin) -> list[URLPattern]:
    """The addresses of these pages, for the story's admin."""

    def page(address: str, view: Any, name: str) -> URLPattern:
        wrapped = stories.admin_site.admin_view(partial(view, stories))
        return path(f"<int:pk>/live/{address}", wrapped, name=f"articles_article_{name}")

    return [page("", cover, "live"), page("<int:update>/", change, "live_change")]


def cover(stories: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the form and the updates; POST writes one. What cannot be taken comes back as it was typed."""
    article = _story(request, pk)
    form = UpdateForm(request.POST) if request.method == "POST" else UpdateForm()
    if request.method == "POST" and form.is_valid():
        try:
            made = covering.post(article, **form.words(), by=request.user)
        except NewsroomError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("The update is out."))
            return _back(article, made)
    return _page(stories, request, article, form)


def change(stories: admin.ModelAdmin, request: HttpRequest, pk: int, update: int) -> HttpResponse:
    """Changes an update, or takes it out."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    article = _story(request, pk)
    row = get_object_or_404(LiveUpdate, article=article, pk=update)
    form = UpdateForm.of(row, request.POST)
    number = whole_number(request.POST.get("version", ""), most=LARGEST_INTEGER) or 0
    try:
        if "_remove" in request.POST:
            covering.take_out(row, version=number, by=request.user)
            messages.success(request, gettext("The update is taken out."))
            return _back(article)
        if form.is_valid():
            covering.change(row, **form.words(row), version=number, by=request.user)
            messages.success(request, gettext("The update is changed."))
            return _back(article, row)
    except NewsroomError as error:
        form.add_error(None, str(error))
    return _page(stories, request, article, UpdateForm(), {row.pk: form})


def _page(
    stories: admin.ModelAdmin,
    request: HttpRequest,
    article: Article,
    form: UpdateForm,
    bound: dict[int, UpdateForm] | None = None,
) -> HttpResponse:
    rows = list(LiveUpdate.objects.shown(article, timezone.now()).select_related("by")[: SHOWN + 1])
    bound = bound or {}
    context = {
        **stories.admin_site.each_context(request),
        "opts": stories.opts,
        "article": article,
        "title": gettext("Live"),
        "status": badge(article),
        "is_live": article.is_live(timezone.now()),
        "may": covering.may_cover(request.user, article),
        "form": form,
        "updates": [(row, bound.get(row.pk) or UpdateForm.of(row), row.pk in bound) for row in rows[:SHOWN]],
        "has_more": len(rows) > SHOWN,
    }
    status = 422 if form.errors or bound else 200
    return TemplateResponse(request, "admin/articles/article/live.html", context, status=status)


def _story(request: HttpRequest, pk: int) -> Article:
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    return get_object_or_404(Article.objects.select_related("section", "head", "live"), pk=pk)


def _back(article: Article, update: LiveUpdate | None = None) -> HttpResponse:
    anchor = f"#update-{update.pk}" if update else ""
    return HttpResponseRedirect(reverse("admin:articles_article_live", args=[article.pk]) + anchor)
