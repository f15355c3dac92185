"""Newsletters in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from newsletter.models import NewsletterList
from newsportal.core.editable_lists import EditableList


@admin.register(NewsletterList)
class NewsletterListAdmin(EditableList):
    """What one can subscribe to. One that has subscribers cannot be deleted, only closed."""

    list_display = ["name", "language", "position", "is_open", "subscribers"]
    list_editable = ["position", "is_open"]
    list_filter = ["language", "is_open"]
    search_fields = ["name", "slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[NewsletterList]:
        return super().get_queryset(request).with_confirmed_count()

    @admin.display(description=_("subscribers"), ordering="confirmed_count")
    def subscribers(self, newsletter: NewsletterList) -> int:
        return newsletter.confirmed_count
