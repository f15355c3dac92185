"""What the story form's list of names asks: contributors by what is typed of their name, and those of a byline code."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext

from articles import contents
from articles.models import Contributor
from newsportal.core.caching import private

FOUND = 8
LONGEST = 120


def urls(stories: admin.ModelAdmin) -> list[URLPattern]:
    """The address of the list's questions, for the story's admin."""
    return [path("people/", stories.admin_site.admin_view(private(answer)), name="articles_article_people")]


def answer(request: HttpRequest) -> JsonResponse:
    """`people` whose name, in any language, has `q` in it or whose initials begin with it; or whom `code` names."""
    if not request.user.has_perm("articles.view_article"):
        return JsonResponse({"error": gettext("You may not see this story.")}, status=403)
    if "code" in request.GET:
        resolved = contents.parse_byline(request.GET["code"][:LONGEST])
        people = list(resolved.contributors) if resolved else []
    else:
        people = list(Contributor.objects.called(request.GET.get("q", "")[:LONGEST])[:FOUND])
    return JsonResponse({"people": [_row(person) for person in people]})


def _row(person: Contributor) -> dict[str, Any]:
    names = [person.name, *(text.name for text in person.texts.all())]
    about = " · ".join(part for part in (person.code, person.position) if part)
    return {"id": person.pk, "name": person.name, "names": names, "about": about}
