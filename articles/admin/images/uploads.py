"""Several pictures at once: a form that works by itself, and to which a script sends the files one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from articles import imaging
from articles.forms.images import UploadForm


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `kind` is new, known or refused; `said` a sentence; `url` the picture's own form."""

    name: str
    kind: str
    said: str
    url: str = ""
    thumbnail: str = ""


def urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    """The addresses of this module's page."""

    def view(request: HttpRequest) -> HttpResponse:
        return upload_view(model_admin, request)

    return [path("upload/", model_admin.admin_site.admin_view(view), name="articles_image_upload")]


def upload_view(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The form, and after it was sent what became of each file; as JSON for those who ask for it."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    outcomes = []
    if request.method == "POST" and form.is_valid():
        outcomes = list(_take_in(form.cleaned_data["files"], form.words, request.user))
    if request.method == "POST" and "application/json" in request.headers.get("Accept", ""):
        errors = [str(error) for errors in form.errors.values() for error in errors]
        refused = [Outcome("", "refused", error) for error in errors]
        return JsonResponse({"outcomes": [vars(outcome) for outcome in outcomes + refused]})
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Add several pictures"),
        "opts": model_admin.opts,
        "form": form,
        "outcomes": outcomes,
    }
    return TemplateResponse(request, "admin/articles/image/upload.html", context)


def _take_in(files: Iterable[UploadedFile], words: dict[str, str], by: Any) -> Iterable[Outcome]:
    for file in files:
        name = file.name or ""
        try:
            stored = imaging.take_in(file, words, by=by)
        except ValidationError as error:
            yield Outcome(name, "refused", " ".join(error.messages))
            continue
        image = stored.image
        said = " ".join([_("In the library."), *stored.notes]) if stored.is_new else _("It is in the library already.")
        address = reverse("admin:articles_image_change", args=[image.pk])
        yield Outcome(name, "new" if stored.is_new else "known", said, address, image.thumbnail.url)
