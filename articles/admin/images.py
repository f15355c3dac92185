"""The picture library."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import rendering
from articles.forms.images import ImageForm
from articles.models import Image


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    list_display = ("thumbnail", "__str__", "alt_text", "credit", "created")
    list_display_links = ("thumbnail", "__str__")
    search_fields = ("title", "alt_text", "caption", "credit")
    ordering = ("-created",)
    readonly_fields = ("preview", "sizes")
    fields = ("preview", "file", "title", "alt_text", "caption", "credit", ("focal_x", "focal_y"), "sizes")
    list_per_page = 40

    @admin.display(description="")
    def thumbnail(self, image: Image) -> SafeString:
        small = image.thumbnail
        return format_html(
            '<img src="{}" alt="" class="thumbnail" width="{}" height="{}" loading="lazy">',
            *(small.url, small.width, small.height),
        )

    @admin.display(description=_("preview"))
    def preview(self, image: Image) -> SafeString | str:
        if not image.file:
            return _("Choose a file below.")
        return format_html(
            '<img src="{}" alt="{}" class="preview" width="{}" height="{}">',
            image.file.url,
            image.alt_text,
            image.width,
            image.height,
        )

    @admin.display(description=_("sizes for pages"))
    def sizes(self, image: Image) -> str:
        """How the renditions stand."""
        if image.render_error:
            return gettext("They could not be made, and will be tried again: %s") % image.render_error
        if image.rendered != image.wanted:
            return gettext("They are being made; until then pages show the picture itself.")
        return gettext("They are made.")

    def save_model(self, request: HttpRequest, obj: Image, form: ImageForm, change: Any) -> None:
        if form.replaced:
            obj.render_after, obj.render_error = None, ""
        super().save_model(request, obj, form, change)
        rendering.retire([form.replaced], now=timezone.now())
        for note in form.notes:
            self.message_user(request, note, messages.WARNING)
