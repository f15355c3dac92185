"""What the story form's panel of related stories asks: suggestions for the text as it stands, and stories to pin."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from articles import contents
from articles.models import Article
from articles.related.suggesting import Suggestion, suggest
from articles.search import search
from articles.states import State
from newsportal.core.caching import private
from newsportal.core.sanitising import sanitise
from newsportal.core.text import format_day, whole_number

# Suggestions and stories of a search; more than are shown, as some of them are pinned or excluded.
SHOWN, FOUND = 16, 16
# From this score on a story is likely to tell of the same event.
CLOSE = 0.3
# What is read of each field; the rest would change nothing (articles.related.terms).
LONGEST = {"headline": 500, "standfirst": 2_000, "tags": 2_000, "body": 100_000}


def urls(stories: admin.ModelAdmin) -> list[URLPattern]:
    """The address of the panel's questions, for the story's admin."""
    return [path("related/", stories.admin_site.admin_view(private(answer)), name="articles_article_related")]


def answer(request: HttpRequest) -> JsonResponse:
    """POST of the form's text: `stories` that belong to it, best first; with `q` those that a search finds.

    `story` is the id of the story that is being written, which is never among them; empty for one that is new.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("articles.view_article"):
        return JsonResponse({"error": gettext("You may not see this story.")}, status=403)
    number, language = whole_number(request.POST.get("story", "")), request.POST.get("language", "")
    story = Article.objects.filter(pk=number).first() if number is not None else None
    language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    if query := request.POST.get("q", "").strip()[:200]:
        return JsonResponse({"stories": _found(query, language, story)})
    suggestions = suggest(_text(request, language), timezone.now(), article=story, limit=SHOWN)
    return JsonResponse({"stories": [_row(one.article) | _reason(one) for one in suggestions]})


def _text(request: HttpRequest, language: str) -> contents.Content:
    parts: contents.Content = {name: request.POST.get(name, "")[:most] for name, most in LONGEST.items()}
    # As it would be saved: what is typed may be half a tag.
    parts["body"] = sanitise(parts["body"])
    section = whole_number(request.POST.get("section", ""))
    parts["section"] = {"id": section} if section is not None else None
    return {**parts, "language": language, "tags": contents.parse_tag_names(parts["tags"])}


def _found(query: str, language: str, story: Article | None) -> list[dict[str, Any]]:
    """Published and scheduled stories: those that are pinned before their minute are shown from then on."""
    stories = Article.objects.in_state(State.PUBLISHED).exclude(pk=story.pk if story else None)
    hits = search(query, language=language, now=timezone.now(), stories=stories, limit=FOUND).hits
    return [_row(hit.article) for hit in hits]


def _row(story: Article) -> dict[str, Any]:
    day = format_day(story.publish_at, translation.get_language())
    return {
        "id": story.pk,
        "headline": story.headline,
        "language": story.language,
        "path": story.get_absolute_url(),
        "address": reverse("admin:articles_article_change", args=[story.pk]),
        "about": f"{story.section.name} · {day}",
    }


def _reason(one: Suggestion) -> dict[str, Any]:
    return {
        "words": ", ".join(one.words),
        "tags": ", ".join(one.tags),
        "isSame": one.is_same_text,
        "isClose": one.score >= CLOSE,
    }
