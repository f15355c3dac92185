"""The log: read only, for everybody who may see it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from articles.models import LogEntry


@admin.register(LogEntry)
class LogEntryAdmin(admin.ModelAdmin):
    list_display = ("at", "action", "headline", "by", "note")
    list_filter = ("action",)
    search_fields = ("headline",)
    list_select_related = ("by",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
