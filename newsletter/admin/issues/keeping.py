"""What the composer's script talks to: it keeps what is typed, and says who else is writing. Answers in JSON."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.admin.issues.forms import bound_forms, words_in
from newsletter.composing import keeping
from newsletter.models import Issue
from newsletter.states import NewsletterError


def keep(issues: admin.ModelAdmin, request: HttpRequest, pk: int) -> JsonResponse:
    """POST keeps the form as it stands; GET only says who else is writing, and whether somebody has saved."""
    issue, now = _issue(issues, request, pk), timezone.now()
    if request.method != "POST":
        return JsonResponse(_standing(request, issue, now))
    if request.POST.get("writer") != str(request.user.pk):
        return JsonResponse({"error": _("You are signed in as %s now.") % request.user}, status=401)
    form, blocks = bound_forms(request.POST)
    form.is_valid()
    blocks.is_valid()
    version = form.cleaned_data.get("version")
    if version is None:
        return JsonResponse({"error": _("This is not the form of an issue.")}, status=422)
    try:
        row = keeping.keep(issue, words_in(form, blocks), version=version, by=request.user, now=now)
    except NewsletterError as error:
        return JsonResponse({"error": str(error)}, status=409)
    return JsonResponse({**_standing(request, issue, now), "kept_at": row.at.isoformat() if row else None})


def let_go(issues: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST drops what this person typed and did not save."""
    if request.method != "POST":
        raise Http404("no such page")
    issue = _issue(issues, request, pk)
    if keeping.let_go(issue, by=request.user):
        messages.info(request, _("Your unsaved text is discarded; this is the issue as it was saved."))
    return HttpResponseRedirect(reverse("admin:newsletter_issue_change", args=[pk]))


def _issue(issues: admin.ModelAdmin, request: HttpRequest, pk: int) -> Issue:
    if not request.user.has_perm("newsletter.change_issue"):
        raise PermissionDenied
    issue = issues.get_object(request, str(pk))
    if issue is None:
        raise Http404("no such issue")
    return issue


def _standing(request: HttpRequest, issue: Issue, now: dt.datetime) -> dict[str, Any]:
    return {
        "version": issue.version,
        "saved_by": str(issue.edited_by or ""),
        "others": keeping.others_at_it(issue, by=request.user, now=now),
    }
