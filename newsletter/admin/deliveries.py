"""Mails to readers: by issue and state, or all of one address in one step."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from newsletter.finding import Found, find, mails, numbers
from newsletter.models import Delivery, Issue
from newsletter.states import DeliveryState
from newsportal.core.read_only import ReadOnly


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    """A page of our own: Django's list would count 100,000 rows, and cannot look for an address that is a hash."""

    def get_urls(self) -> list[Any]:
        return super().get_urls()[:1]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Nine queries at most, with 100,000 mails as with ten."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        issue = Issue.objects.select_related("newsletter").filter(pk=_number(request, "issue")).first()
        address = request.GET.get("address", "").strip()
        state = request.GET.get("state", "")
        state = state if state in DeliveryState.values else ""
        found = find(address) if address else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Mails to readers"),
            "issue": issue,
            "address": address,
            "state": state,
            "found": found,
            "page": self._page(request, issue, state, found),
            "filters": self._filters(issue, state),
        }
        return TemplateResponse(request, "admin/newsletter/deliveries/list.html", context)

    def _page(self, request: HttpRequest, issue: Issue | None, state: str, found: Found | None) -> Any:
        """None where an address was asked for that we do not know."""
        if found and not found.reader:
            return None
        where = {"before": _number(request, "before"), "after": _number(request, "after")}
        return mails(issue=issue and issue.pk, state=state, key=found.key if found else "", **where)

    def _filters(self, issue: Issue | None, chosen: str) -> list[dict[str, Any]]:
        """The states to choose from, with their numbers where an issue is looked at."""
        counts = numbers(issue) if issue else {}
        return [
            {"value": state.value, "label": state.label, "number": counts.get(state.value), "chosen": state == chosen}
            for state in DeliveryState
            if not issue or counts.get(state.value)
        ]
