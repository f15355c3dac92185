"""A story's revisions in the admin: the list, one of them, two side by side, and bringing one back."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from articles import contents, revising
from articles.admin.articles.wording import badge, minute, person
from articles.comparing import READING_ORDER, compare, label, words_of
from articles.exceptions import NewsroomError
from articles.models import Article, Revision
from articles.permissions import permitted
from newsportal.core.shortcuts import page_of
from newsportal.core.text import LARGEST_INTEGER, whole_number

PAGE_SIZE = 50
TEMPLATES = "admin/articles/article"


def urls(stories: admin.ModelAdmin) -> list[URLPattern]:
    """The addresses of these pages, for the story's admin."""

    def page(address: str, view: Any, name: str) -> URLPattern:
        wrapped = stories.admin_site.admin_view(never_cache(partial(view, stories)))
        return path(f"<int:pk>/revisions/{address}", wrapped, name=f"articles_article_{name}")

    return [
        page("", list_page, "revisions"),
        page("compare/", compare_page, "compare"),
        page("<int:number>/", one_page, "revision"),
        page("<int:number>/restore/", restore_page, "restore"),
    ]


def list_page(stories: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """All revisions that the person may see, newest first, with radio buttons to compare any two."""
    article = story_for(request, pk)
    page = page_of(shown_to(request.user, article).for_list(), request, size=PAGE_SIZE)
    chosen = [row.number for row in page.items[:2]]
    context = {"page": page, "rows": [described(article, row) for row in page.items]}
    context |= {"new": chosen[0] if chosen else 0, "old": chosen[-1] if chosen else 0}
    return _page(stories, request, article, "revision_list.html", gettext("Revisions"), context)


def one_page(stories: admin.ModelAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One revision, field by field, with what it refers to and is gone."""
    article = story_for(request, pk)
    revision = get_object_or_404(shown_to(request.user, article), number=number)
    words = [(label(name), words_of(revision.content, name)) for name in READING_ORDER if name != "body"]
    context = {
        "row": described(article, revision),
        "fields": [(name, value) for name, value in words if value],
        "body": revision.content.get("body") or "",
        "missing": contents.missing(revision.content),
    }
    title = gettext("Revision %(number)s") % {"number": number}
    return _page(stories, request, article, "revision_detail.html", title, context)


def compare_page(stories: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Two revisions side by side: `?old=` and `?new=` are numbers, "live" (for readers) or "head" (the newest)."""
    article = story_for(request, pk)
    old, new = (_asked(request, article, name) for name in ("old", "new"))
    gone = {row.number: contents.missing(row.content) for row in (old, new)}
    context = {
        "old": described(article, old),
        "new": described(article, new),
        "differences": compare(old.content, new.content),
        "missing": [(number, names) for number, names in gone.items() if names],
    }
    return _page(stories, request, article, "revision_compare.html", gettext("Compare"), context)


def restore_page(stories: admin.ModelAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """GET says what will happen, POST makes the old text the newest again."""
    article = story_for(request, pk)
    revision = get_object_or_404(shown_to(request.user, article), number=number)
    error = ""
    if request.method == "POST":
        try:
            restored = revising.restore(article, number, by=request.user)
        except NewsroomError as refused:
            error = str(refused)
        else:
            messages.success(request, _restored(number, restored))
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
    context = {
        "row": described(article, revision),
        "error": error,
        "differences": compare(article.head.content, revision.content) if article.head else [],
        "missing": contents.missing(revision.content),
        "unsaved": article.revisions.unsaved_by(request.user).first(),
    }
    title = gettext("Restore revision %(number)s") % {"number": number}
    return _page(stories, request, article, "revision_restore.html", title, context, status=422 if error else 200)


def story_for(request: HttpRequest, pk: int) -> Article:
    """The story with its newest and its live text; for those who may see the texts of stories."""
    if not (request.user.has_perm("articles.view_article") and request.user.has_perm("articles.view_revision")):
        raise PermissionDenied
    return get_object_or_404(Article.objects.select_related("section", "head", "live"), pk=pk)


def shown_to(user: Any, article: Article) -> Any:
    """The revisions that `user` may see: all that was saved, and what is being written by `user`.

    Those who review see everybody's, so that nothing is lost with the person who typed it.
    """
    if permitted(user, "review_article", article):
        return article.revisions.all()
    return article.revisions.saved() | article.revisions.unsaved_by(user)


def described(article: Article, revision: Revision) -> dict[str, Any]:
    """A revision with the words that the pages say of it."""
    marks = []
    if revision.pk == article.live_id:
        marks.append(gettext("what readers have"))
    elif revision.published_at:
        marks.append(gettext("published %s") % minute(revision.published_at))
    if revision.pk == article.head_id:
        marks.append(gettext("newest"))
        if article.has_changes and article.change_at:
            marks.append(gettext("goes live %s") % minute(article.change_at))
    return {
        "revision": revision,
        "marks": marks,
        "who": person(revision.by) or gettext("the system"),
        "fields": ", ".join(label(name) for name in revision.fields if name in contents.FIELDS),
        "is_newest": revision.pk == article.head_id,
        "is_saved": revision.kind != Revision.Kind.AUTOSAVE,
    }


def _asked(request: HttpRequest, article: Article, name: str) -> Revision:
    """The revision that `?old=` or `?new=` asks for; without them the newest, and what it changes for readers, or
    the one that it was written on.
    """
    usual = {"old": "live" if article.has_changes else "base", "new": "head"}
    asked = request.GET.get(name) or usual[name]
    if asked == "base" and article.head:
        asked = str(article.head.base or article.head.number)
    standing = {"live": article.live, "head": article.head}
    if asked in standing:
        if standing[asked] is None:
            raise Http404("the story has no such text")
        return standing[asked]
    number = whole_number(asked, most=LARGEST_INTEGER)
    if number is None:
        raise Http404("no such revision")
    return get_object_or_404(shown_to(request.user, article), number=number)


def _restored(number: int, restored: Revision) -> str:
    if restored.kind == Revision.Kind.RESTORE:
        words = gettext("The text of revision %(old)s is the newest again, as revision %(new)s.")
        return words % {"old": number, "new": restored.number}
    return gettext("The newest text is the same as that of revision %(number)s: nothing was changed.") % {
        "number": number
    }


def _page(
    stories: admin.ModelAdmin,
    request: HttpRequest,
    article: Article,
    template: str,
    title: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    shared = {
        **stories.admin_site.each_context(request),
        "opts": stories.opts,
        "article": article,
        "title": title,
        "status": badge(article),
        "can_restore": revising.may_edit(request.user, article),
    }
    return TemplateResponse(request, f"{TEMPLATES}/{template}", shared | context, status=status)
