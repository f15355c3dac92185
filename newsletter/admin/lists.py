"""Newsletters in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from newsletter.admin.alerts import alert_page
from newsletter.models import NewsletterList
from newsletter.wording import frequency_words
from newsportal.core.editable_lists import EditableList


@admin.register(NewsletterList)
class NewsletterListAdmin(EditableList):
    """What one can subscribe to. One that has subscribers cannot be deleted, only closed."""

    list_display = ["name", "language", "kind", "how_often", "position", "is_open", "subscribers"]
    list_editable = ["position", "is_open"]
    list_filter = ["language", "kind", "is_open"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["sections", "tags"]
    fieldsets = [
        (None, {"fields": ["name", "pitch", ("language", "slug"), ("position", "is_open")]}),
        (
            _("How issues come about"),
            {
                "description": _(
                    "Editors put them together, or they put themselves together, or a breaking story is one. Readers "
                    "of every newsletter may take it as a digest once a day or once a week instead; the day and the "
                    "time below are those of all digests."
                ),
                "fields": ["kind", "rhythm", ("weekday", "send_time")],
            },
        ),
        (
            _("What is in it"),
            {
                "description": _("From where digests and “since the last issue” take their stories."),
                "fields": ["sections", "tags", "most_stories"],
            },
        ),
        (
            _("From whom, and how it looks"),
            {"fields": ["sender_name", "sender_address", "reply_to", "accent", "show_pictures"]},
        ),
        (_("Before and while it is sent"), {"fields": ["needs_approval", "stale_after", "uncertain_policy"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(alert_page)
        return [path("alert/<story_id:article_id>/", view, name="newsletter_alert"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[NewsletterList]:
        return super().get_queryset(request).with_confirmed_count()

    def get_readonly_fields(self, request: HttpRequest, obj: NewsletterList | None = None) -> list[str]:
        """Readers' mail filters rely on the slug, and the archive's addresses and the proofs on the edition."""
        return ["language", "slug"] if obj and obj.issues.exists() else []

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if "accent" in form.base_fields:
            form.base_fields["accent"].widget.input_type = "color"
        return form

    @admin.display(description=_("how often"))
    def how_often(self, newsletter: NewsletterList) -> str:
        return frequency_words(newsletter)

    @admin.display(description=_("subscribers"), ordering="confirmed_count")
    def subscribers(self, newsletter: NewsletterList) -> int:
        return newsletter.confirmed_count
