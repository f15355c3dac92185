"""Outlets and contributors."""

from django.contrib import admin

from articles.models import Contributor, ContributorText, Outlet


@admin.register(Outlet)
class OutletAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "url")
    search_fields = ("code", "name")


class ContributorTextInline(admin.StackedInline):
    model = ContributorText
    extra = 0


@admin.register(Contributor)
class ContributorAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "position")
    list_select_related = ("outlet",)
    search_fields = ("name", "initials", "texts__name")
    autocomplete_fields = ("picture",)
    inlines = (ContributorTextInline,)
    fieldsets = ((None, {"fields": ("name", ("outlet", "initials"), "position", "biography", "picture", "slug")}),)
