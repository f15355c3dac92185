"""The background work, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from newsportal.core.models import DutyRecord


@admin.register(DutyRecord)
class DutyRecordAdmin(admin.ModelAdmin):
    list_display = ("name", "heartbeat", "last_success", "next_run", "last_error_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
