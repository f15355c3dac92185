"""Sections."""

from django.contrib import admin

from articles.models import Section


@admin.register(Section)
class SectionAdmin(admin.ModelAdmin):
    list_display = ("name", "path", "language", "position")
    list_editable = ("position",)
    list_filter = ("language",)
    search_fields = ("name", "path")
    fields = ("language", "parent", "name", "slug", "description", "position", "counterpart")
