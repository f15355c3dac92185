"""Addresses that must not be mailed: found by typing the address, never shown; lifted by those who may."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms.models import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.addresses import parse, parse_key
from newsletter.models import Suppression
from newsletter.states import SuppressionReason
from newsletter.suppressing import fingerprint, lift, suppress


class SuppressionForm(forms.ModelForm):
    """Takes the address itself; what is kept of it is its hash."""

    address = forms.CharField(label=_("address"), max_length=254, help_text=_("Kept as a keyed hash only."))

    class Meta:
        model = Suppression
        fields = ["address", "newsletter", "note"]
        help_texts = {"newsletter": _("Empty: no mail of ours at all.")}

    def clean_address(self) -> str:
        return parse(self.cleaned_data["address"]).key


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    form = SuppressionForm
    list_display = ["at", "reason", "scope", "by", "note"]
    list_filter = ["reason", "newsletter"]
    list_select_related = ["newsletter", "by"]
    list_per_page = 50
    search_fields = ["fingerprint"]
    search_help_text = _("Type the whole address. Addresses are not kept here, so a part of one finds nothing.")
    show_full_result_count = False
    actions = None

    @admin.display(description=_("newsletter"))
    def scope(self, row: Suppression) -> str:
        return str(row.newsletter or _("all mail"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Suppression], search_term: str
    ) -> tuple[QuerySet[Suppression], bool]:
        """By the hash of the address that was typed."""
        if not search_term:
            return queryset, False
        return queryset.of(fingerprint(parse_key(search_term))), False

    def save_model(self, request: HttpRequest, obj: Suppression, form: ModelForm, change: bool) -> None:
        """The verb makes the row; one that stands there already stays as it is."""
        data = form.cleaned_data
        row = suppress(
            data["address"],
            reason=SuppressionReason.MANUAL,
            by=request.user,
            now=timezone.now(),
            newsletter=data["newsletter"],
            note=data["note"],
        )
        obj.__dict__.update(row.__dict__)

    def delete_model(self, request: HttpRequest, obj: Suppression) -> None:
        lift(obj, by=request.user)
        self.message_user(request, _("This address may be mailed again, if it subscribes."), messages.INFO)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        """A complaint is lifted by those only who have the right to it by name."""
        if obj and obj.reason == SuppressionReason.COMPLAINT and not request.user.has_perm("newsletter.lift_complaint"):
            return False
        return super().has_delete_permission(request, obj)
