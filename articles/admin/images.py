"""The picture library."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.forms.images import ImageForm
from articles.models import Image


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    list_display = ("thumbnail", "__str__", "alt_text", "credit", "created")
    list_display_links = ("thumbnail", "__str__")
    search_fields = ("title", "alt_text", "caption", "credit")
    ordering = ("-created",)
    readonly_fields = ("preview",)
    fields = ("preview", "file", "title", "alt_text", "caption", "credit")
    list_per_page = 40

    @admin.display(description="")
    def thumbnail(self, image: Image) -> SafeString:
        return format_html('<img src="{}" alt="" class="thumbnail" loading="lazy">', image.file.url)

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
