"""Editorial notes in the admin: the panel below a story's form, and the small posts that it makes."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from articles import noting
from articles.exceptions import NewsroomError
from articles.forms.notes import NoteForm
from articles.models import Article, EditorialNote
from newsportal.core.caching import private

ACTS = {"resolve": noting.resolve, "reopen": noting.reopen}


def urls(stories: admin.ModelAdmin) -> list[URLPattern]:
    """The addresses of these pages, for the story's admin."""

    def page(address: str, view: Any, name: str) -> URLPattern:
        wrapped = stories.admin_site.admin_view(private(partial(view, stories)))
        return path(f"<int:pk>/notes/{address}", wrapped, name=f"articles_article_{name}")

    return [page("", notes, "notes"), page("<int:note>/<str:act>/", act_on, "note_act")]


def panel(article: Article, form: NoteForm | None = None) -> dict[str, Any]:
    """What `_notes.html` shows: two queries, one for the notes and one for the people they can be for."""
    found = list(EditorialNote.objects.for_article(article))
    return {
        "notes": found,
        "open_notes": sum(note.resolved_at is None for note in found),
        "note_form": form or NoteForm(),
    }


def notes(stories: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows a story's notes alone; POST adds one. What cannot be taken comes back with what was typed."""
    article = _story(request, pk)
    form = NoteForm(request.POST) if request.method == "POST" else NoteForm()
    if request.method == "POST" and form.is_valid():
        try:
            made = noting.note(article, by=request.user, **form.cleaned_data)
        except NewsroomError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _told(made))
            return _back(article, made)
    context = {**stories.admin_site.each_context(request), **panel(article, form), "opts": stories.opts}
    context |= {"original": article, "title": gettext("Notes"), "alone": True}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/articles/article/notes.html", context, status=status)


def act_on(stories: admin.ModelAdmin, request: HttpRequest, pk: int, note: int, act: str) -> HttpResponse:
    """Resolves or reopens a note."""
    if act not in ACTS:
        raise Http404("no such act")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    article = _story(request, pk)
    row = get_object_or_404(EditorialNote, article=article, pk=note)
    try:
        ACTS[act](row, by=request.user)
    except NewsroomError as error:
        messages.error(request, str(error))
    return _back(article, row)


def _story(request: HttpRequest, pk: int) -> Article:
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    return get_object_or_404(Article.objects.select_related("section"), pk=pk)


def _back(article: Article, note: EditorialNote) -> HttpResponse:
    address = reverse("admin:articles_article_change", args=[article.pk])
    return HttpResponseRedirect(f"{address}#note-{note.pk}")


def _told(note: EditorialNote) -> str:
    """Says whether a mail goes out."""
    person = note.addressed_to
    name = (person.get_full_name() or person.get_username()) if person else ""
    if note.mail_next_try:
        return gettext("The note is added; %s is told by mail.") % name
    if person and not person.email:
        return gettext("The note is added. %s has no mail address here: tell them yourself.") % name
    return gettext("The note is added.")
