"""Translations in the admin: the page that finds the same story of the other edition, and links or unlinks it."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from articles import translating
from articles.exceptions import NewsroomError
from articles.forms.translations import TranslationForm
from articles.models import Article
from articles.permissions import permitted
from newsportal.core.caching import private
from newsportal.core.text import whole_number


def urls(stories: admin.ModelAdmin) -> list[URLPattern]:
    """The address of the page, for the story's admin."""
    view = stories.admin_site.admin_view(private(partial(translations, stories)))
    return [path("<int:pk>/translations/", view, name="articles_article_translations")]


def linked_with(article: Article) -> list[Article]:
    """The stories that are translations of this one, whether readers have them or not. One query."""
    groups = Article.objects.filter(pk=article.pk).values("translation__group")
    others = Article.objects.filter(translation__group__in=groups).exclude(pk=article.pk)
    return list(others.for_lists().order_by("language"))


def translations(stories: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what is linked and finds what may be; POST links `other`, or takes the story out (`unlink`)."""
    article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
    if not permitted(request.user, "change_article", article):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        try:
            said = _act(request, article)
        except NewsroomError as error:
            messages.error(request, str(error))
            status = 422
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("admin:articles_article_translations", args=[pk]))
    form = TranslationForm(request.GET)
    context = {**stories.admin_site.each_context(request), "opts": stories.opts, "article": article, "form": form}
    context |= {"title": gettext("Translations"), "linked": linked_with(article), "found": form.found(article)}
    return TemplateResponse(request, "admin/articles/article/translations.html", context, status=status)


def _act(request: HttpRequest, article: Article) -> Any:
    """What the pressed button says; gives the message about it."""
    if "unlink" in request.POST:
        translating.unlink(article, by=request.user)
        return gettext("The story has no translations any more.")
    number = whole_number(request.POST.get("other", ""))
    other = Article.objects.filter(pk=number).first() if number is not None else None
    if other is None:
        raise NewsroomError(gettext("There is no such story."))
    translating.link(article, other, by=request.user)
    return gettext("Linked with “%s”.") % other.headline
