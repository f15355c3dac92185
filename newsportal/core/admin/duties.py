"""The background work, to look at."""

from django.contrib import admin

from newsportal.core.models import DutyRecord
from newsportal.core.read_only import ReadOnly


@admin.register(DutyRecord)
class DutyRecordAdmin(ReadOnly):
    list_display = ("name", "heartbeat", "last_success", "next_run", "last_error_at")
