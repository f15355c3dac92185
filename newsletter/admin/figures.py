"""Figures for editors: each newsletter's growth with its issues, and what became of one issue."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from newsletter.models import Issue, ListDay, NewsletterList
from newsletter.stats import growth, issue_figures, recent_issues
from newsportal.core.read_only import ReadOnly

SPANS = (30, 90, 365)


@admin.register(ListDay)
class ListDayAdmin(ReadOnly):
    """One page for all newsletters; its rows are written by a duty and by nobody else."""

    def get_urls(self) -> list[URLPattern]:
        issue = self.admin_site.admin_view(self.issue_view)
        return [path("issue/<int:pk>/", issue, name="newsletter_issue_figures"), *super().get_urls()[:1]]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Seven queries, however many readers and issues there are."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        newsletters = list(NewsletterList.objects.all())
        chosen = next((row for row in newsletters if str(row.pk) == request.GET.get("list")), None)
        chosen = chosen or next(iter(newsletters), None)
        days = next((span for span in SPANS if str(span) == request.GET.get("days")), SPANS[0])
        today = timezone.localdate()
        context = {
            **self.admin_site.each_context(request),
            "title": self.opts.verbose_name_plural,
            "newsletters": newsletters,
            "chosen": chosen,
            "days": days,
            "spans": SPANS,
            "rows": growth(chosen, days=days, today=today) if chosen else [],
            "issues": recent_issues(chosen) if chosen else [],
        }
        return TemplateResponse(request, "admin/newsletter/figures/lists.html", context)

    def issue_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        issue = get_object_or_404(Issue.objects.select_related("newsletter"), pk=pk)
        context = {
            **self.admin_site.each_context(request),
            "title": issue.subject,
            "issue": issue,
            "figures": issue_figures(issue),
        }
        return TemplateResponse(request, "admin/newsletter/figures/issue.html", context)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("newsletter.view_issue")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)
