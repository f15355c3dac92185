"""What the body's editor asks the library for: pictures to stand in a text."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path

from articles.models import Image
from newsportal.core.caching import private

FOUND = 24
SEARCHED = ("title", "alt_text", "caption", "credit", "source")


def urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    """The address of the editor's question."""
    return [path("find/", model_admin.admin_site.admin_view(private(find)), name="articles_image_find")]


def find(request: HttpRequest) -> JsonResponse:
    """The newest pictures that hold all words of `q` somewhere in what is said of them. One query."""
    if not request.user.has_perm("articles.view_image"):
        return JsonResponse({"pictures": []}, status=403)
    images = Image.objects.all()
    for word in request.GET.get("q", "")[:200].split():
        images = images.filter(_or(word))
    return JsonResponse({"pictures": [_row(image) for image in images.order_by("-pk")[:FOUND]]})


def _or(word: str) -> Q:
    return Q(*((f"{name}__icontains", word) for name in SEARCHED), _connector=Q.OR)


def _row(image: Image) -> dict[str, Any]:
    return {
        "id": image.pk,
        "name": str(image),
        "alt": image.alt_text,
        "caption": image.caption,
        "src": image.file.url,
        "thumbnail": image.thumbnail.url,
    }
