"""The site's identity: one screen for the one row, with its words in each language."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from newsportal.core.models import SiteIdentity, SiteText, SocialLink
from newsportal.core.pictures import read_bounded, reencode


class SiteIdentityForm(forms.ModelForm):
    """Takes a logo as every picture is taken: decoded and written anew, so that no script rides in it."""

    def clean_logo(self) -> Any:
        upload = self.cleaned_data["logo"]
        if not isinstance(upload, UploadedFile):
            return upload
        taken = reencode(read_bounded(upload))
        return ContentFile(taken.content, name=f"logo.{taken.extension}")


class SiteTextInline(admin.StackedInline):
    model = SiteText
    extra = 0
    min_num = len(settings.LANGUAGES)
    max_num = len(settings.LANGUAGES)


class SocialLinkInline(admin.TabularInline):
    model = SocialLink
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "url":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(SiteIdentity)
class SiteIdentityAdmin(admin.ModelAdmin):
    form = SiteIdentityForm
    inlines = (SiteTextInline, SocialLinkInline)
    fields = ("logo", "contact_email", "contact_phone", "contact_address")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not SiteIdentity.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """There is one row: its form, not a list."""
        identity, _made = SiteIdentity.objects.get_or_create(pk=1)
        return HttpResponseRedirect(reverse("admin:core_siteidentity_change", args=[identity.pk]))
