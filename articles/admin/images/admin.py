"""The library's list, and the form of one picture."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import cropping, rendering, uses
from articles.admin.images import picking, uploads
from articles.forms.images import ImageForm
from articles.models import Image

# The crops that pages use, with what people call them.
SHOWN_CROPS = {cropping.WIDE: "16:9", cropping.CARD: "3:2", cropping.SQUARE: "1:1", cropping.SHARE: _("Share card")}


class MissingFilter(admin.SimpleListFilter):
    title = _("what is missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("alt_text", _("Alternative text")), ("credit", _("Credit")), ("sizes", _("Sizes for pages"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        if self.value() in ("alt_text", "credit"):
            return queryset.filter(**{str(self.value()): ""})
        return queryset.unrendered() if self.value() == "sizes" else queryset


class UseFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("used", _("Used somewhere")), ("unused", _("Used nowhere"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        return {"used": uses.used, "unused": uses.unused}.get(str(self.value()), lambda rows: rows)(queryset)


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    change_list_template = "admin/articles/image/change_list.html"
    change_form_template = "admin/articles/image/change_form.html"
    list_display = ("thumbnail", "__str__", "alt_text", "credit", "created")
    list_display_links = ("__str__",)
    list_filter = (MissingFilter, UseFilter, "created")
    search_fields = ("title", "alt_text", "caption", "credit", "source", "licence")
    ordering = ("-created",)
    readonly_fields = ("focus", "sizes", "used_in")
    fieldsets = (
        (None, {"classes": ("picture",), "fields": ("focus", ("focal_x", "focal_y"), "file", "sizes")}),
        (None, {"classes": ("words",), "fields": ("title", "alt_text", "caption", "credit", "source", "licence")}),
        (None, {"classes": ("uses",), "fields": ("used_in",)}),
    )
    list_per_page = 40

    @admin.display(description=_("preview"))
    def thumbnail(self, image: Image) -> SafeString:
        small = image.thumbnail
        return format_html(
            '<img src="{}" alt="" class="thumbnail" width="{}" height="{}" loading="lazy">',
            *(small.url, small.width, small.height),
        )

    @admin.display(description=_("picture and crops"))
    def focus(self, image: Image) -> SafeString:
        """The picture with its focal point, and the crops that follow from it."""
        crops = []
        for crop, name in SHOWN_CROPS.items():
            made = image.rendition(crop, cropping.JPEG, 800) if image.file else []
            made = made or (image.rendition(crop, cropping.WEBP, 800) if image.file else [])
            crops.append({"name": name, "kind": crop, "file": made[-1] if made else None})
        return render_to_string("admin/articles/image/_focus.html", {"image": image, "crops": crops})

    @admin.display(description=_("sizes for pages"))
    def sizes(self, image: Image) -> str:
        """How the renditions stand."""
        if not image.pk:
            return gettext("They are made once the picture is saved.")
        if image.render_error:
            return gettext("They could not be made, and will be tried again: %s") % image.render_error
        if image.rendered != image.wanted:
            return gettext("They are being made; until then pages show the picture itself.")
        return gettext("They are made.")

    @admin.display(description=_("used in"))
    def used_in(self, image: Image) -> SafeString:
        found = uses.uses_of(image) if image.pk else []
        return render_to_string("admin/articles/image/_uses.html", {"uses": found})

    def save_model(self, request: HttpRequest, obj: Image, form: ImageForm, change: Any) -> None:
        if form.replaced:
            obj.render_after, obj.render_error = None, ""
        super().save_model(request, obj, form, change)
        rendering.retire([form.replaced], now=timezone.now())
        for note in form.notes:
            self.message_user(request, note, messages.WARNING)

    def get_urls(self) -> list[URLPattern]:
        return [*uploads.urls(self), *picking.urls(self), *super().get_urls()]
