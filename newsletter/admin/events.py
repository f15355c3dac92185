"""Reports on mails, to be read: what came back, what was complained of, what nobody understood."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.keyset import KeysetChangeList
from newsletter.models import MailEvent
from newsportal.core.read_only import ReadOnly


class EventList(KeysetChangeList):
    key = "at"


@admin.register(MailEvent)
class MailEventAdmin(ReadOnly):
    list_display = ["at", "kind", "code", "bounce_class", "reader", "source", "is_trusted", "in_short"]
    list_filter = ["kind", "bounce_class", "source", "is_trusted"]
    list_select_related = ["subscriber"]
    list_per_page = 50
    search_fields = ["subscriber__key"]
    sortable_by = ()
    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fields = [
        "at", "kind", "code", "bounce_class", "subscriber", "delivery", "source", "is_trusted", "applied_at", "detail",
        "raw",
    ]  # fmt: skip

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[EventList]:
        return EventList

    @admin.display(description=_("reader"), empty_value="–")
    def reader(self, event: MailEvent) -> str | None:
        return str(event.subscriber) if event.subscriber else None

    @admin.display(description=_("detail"))
    def in_short(self, event: MailEvent) -> str:
        return event.detail[:120]
