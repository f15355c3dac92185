"""The consent log in the admin: to be read, never written."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from newsletter.models import ConsentRecord
from newsportal.core.read_only import ReadOnly


@admin.register(ConsentRecord)
class ConsentRecordAdmin(ReadOnly):
    list_display = ["at", "action", "subscriber", "newsletter", "source", "language", "by"]
    list_filter = ["action", "newsletter", "at"]
    list_select_related = ["subscriber", "newsletter", "by"]
    search_fields = ["subscriber__key", "subscriber__address"]
    readonly_fields = ["wording_text"]
    date_hierarchy = "at"

    @admin.display(description=_("wording"))
    def wording_text(self, row: ConsentRecord) -> str:
        return row.wording.text if row.wording else ""
