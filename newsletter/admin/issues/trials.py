"""Looking at an issue before it goes out: what is found, and a mail of it to anybody."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.admin.issues.forms import TrialForm
from newsletter.admin.issues.wording import badge
from newsletter.composing.preflight import preflight
from newsletter.composing.trying import MARK, send_test
from newsletter.models import Issue
from newsletter.states import NewsletterError


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


def trial(issues: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for addresses; POST sends the issue as it is stored to them."""
    issue, now = _issue(request, pk), timezone.now()
    form = TrialForm(request.POST or None, initial={"addresses": request.user.email})
    if request.method == "POST" and form.is_valid():
        try:
            send_test(issue, form.cleaned_data["addresses"], by=request.user, now=now)
        except NewsletterError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Sent to %s.") % ", ".join(form.cleaned_data["addresses"]))
            return HttpResponseRedirect(reverse("admin:newsletter_issue_change", args=[pk]))
    context = {
        **issues.admin_site.each_context(request),
        "opts": issues.opts,
        "title": _("Send a test"),
        "issue": issue,
        "badge": badge(issue),
        "form": form,
        "mark": MARK,
    }
    return TemplateResponse(request, "admin/newsletter/issue/trial.html", context, status=422 if form.errors else 200)
