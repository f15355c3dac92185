"""Corrections in the admin: the panel below a published story's form, and the page that makes one."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext

from articles.admin.articles.wording import badge
from articles.correcting import correct
from articles.exceptions import NewsroomError
from articles.forms.corrections import CorrectionForm
from articles.models import Article
from articles.permissions import permitted
from newsportal.core.caching import private


def urls(stories: admin.ModelAdmin) -> list[URLPattern]:
    """The address of the page, for the story's admin."""
    view = stories.admin_site.admin_view(private(partial(correction, stories)))
    return [path("<int:pk>/correct/", view, name="articles_article_correct")]


def panel(user: Any, article: Article) -> dict[str, Any]:
    """What `_corrections.html` shows, in one query; nothing of a story that readers have not had."""
    if article.publish_at is None:
        return {}
    can = article.is_live(timezone.now()) and permitted(user, "publish_article", article)
    return {"corrections": list(article.corrections.select_related("by")), "can_correct": can}


def correction(stories: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, saying what readers will see; POST makes the correction. A refusal keeps what was typed."""
    article = get_object_or_404(Article.objects.select_related("section", "head"), pk=pk)
    if not permitted(request.user, "publish_article", article):
        raise PermissionDenied
    form = CorrectionForm(request.POST) if request.method == "POST" else CorrectionForm()
    if request.method == "POST" and form.is_valid():
        try:
            correct(article, by=request.user, **form.cleaned_data)
        except NewsroomError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("The correction is public."))
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]) + "#corrections")
    context = {**stories.admin_site.each_context(request), "opts": stories.opts, "article": article, "form": form}
    context |= {"title": gettext("Correct a story"), "status": badge(article)}
    context["is_live"] = article.is_live(timezone.now())
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/articles/article/correct.html", context, status=status)
