"""Looking at an issue before it goes out: what is found, and a mail of it to anybody."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.admin.issues.wording import badge
from newsletter.composing.preflight import preflight
from newsletter.models import Issue


def check(issues: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What is found in an issue; POST asks other sites for the links to them as well."""
    issue = _issue(request, pk)
    found = preflight(issue, now=timezone.now(), ask_elsewhere=request.method == "POST")
    context = {
        **issues.admin_site.each_context(request),
        "opts": issues.opts,
        "title": _("Check an issue"),
        "issue": issue,
        "badge": badge(issue),
        "found": found,
        "asked": request.method == "POST",
    }
    return TemplateResponse(request, "admin/newsletter/issue/check.html", context)


def _issue(request: HttpRequest, pk: int) -> Issue:
    if not request.user.has_perm("newsletter.change_issue"):
        raise PermissionDenied
    return get_object_or_404(Issue.objects.select_related("newsletter"), pk=pk)
