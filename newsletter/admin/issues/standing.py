"""How an issue stands once it is written: what is under way, what an editor has to decide, and what happened."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from newsletter import audiences
from newsletter.admin.issues.moves import RESEND, RESEND_FAILED, offered_to
from newsletter.admin.issues.wording import badge, goes_out
from newsletter.desk import progress_of
from newsletter.models import Issue
from newsletter.states import IssueState

LOG = 20


def standing(issues: admin.ModelAdmin, request: HttpRequest, issue: Issue) -> HttpResponse:
    """The page of an issue that is not being written. Six queries beyond those of every page."""
    now = timezone.now()
    progress = progress_of([issue], now)[issue.pk]
    offered = offered_to(request.user, issue)
    left = {"send_rest": progress.open, RESEND: progress.uncertain, RESEND_FAILED: progress.failed}
    pointless = {name for name, number in left.items() if not number}
    offered = [name for name in offered if name not in pointless]
    context: dict[str, Any] = {
        **issues.admin_site.each_context(request),
        "opts": issues.opts,
        "title": issue.subject,
        "issue": issue,
        "badge": badge(issue),
        "progress": progress,
        "offered": offered,
        "log": issue.log.select_related("by")[:LOG],
        "frame": reverse("admin:newsletter_issue_frame", args=[issue.pk]),
        "now": now,
        "may_copy": request.user.has_perm("newsletter.add_issue"),
    }
    if issue.state in (IssueState.SCHEDULED, IssueState.HELD):
        context["sentence"] = goes_out(issue.send_at, audiences.count(issue, now), now)
    return TemplateResponse(request, "admin/newsletter/issue/standing.html", context)
