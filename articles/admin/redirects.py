"""Redirects, and the report of pages that are missing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import moving
from articles.forms.redirects import RedirectForm
from articles.models import MissingPage, Redirect
from newsportal.core.read_only import ReadOnly


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    form = RedirectForm
    fields = ("path", "to")
    list_display = ("path", "leads", "by", "created")
    list_select_related = ("section", "tag", "contributor", "series", "article__section", "by")
    search_fields = ("path", "address")
    show_full_result_count = False

    @admin.display(description=_("leads to"))
    def leads(self, row: Redirect) -> SafeString:
        return format_html('<a href="{0}">{0}</a>', row.leads_to())

    def save_model(self, request: HttpRequest, obj: Redirect, form: RedirectForm, change: bool) -> None:
        moving.keep(obj, by=request.user)


@admin.register(MissingPage)
class MissingPageAdmin(ReadOnly):
    list_display = ("path", "hits", "last_seen", "referrer", "mend")
    list_display_links = None
    search_fields = ("path", "referrer")
    ordering = ("-hits", "-last_seen", "-pk")
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What needs no redirect may go from the report."""
        return request.user.has_perm("articles.delete_missingpage")

    @admin.display(description="")
    def mend(self, row: MissingPage) -> SafeString:
        address = f"{reverse('admin:articles_redirect_add')}?{urlencode({'path': row.path})}"
        return format_html('<a href="{}">{}</a>', address, gettext("Make a redirect"))
