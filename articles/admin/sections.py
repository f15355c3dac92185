"""Sections."""

from django.contrib import admin

from articles.models import Section
from newsportal.core.editable_lists import EditableList


@admin.register(Section)
class SectionAdmin(EditableList):
    list_display = ("name", "path", "language", "position")
    list_editable = ("position",)
    list_filter = ("language",)
    search_fields = ("name", "path")
    fields = ("language", "parent", "name", "slug", "description", "position", "counterpart")
