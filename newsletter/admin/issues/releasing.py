"""The button that lets mail go on after the database was restored or copied."""

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.delivery.guarding import release as let_go_on


def release(issues: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """POST lets it go on; it is for those who may send issues. Where nothing waits, it does nothing."""
    if request.method != "POST":
        raise Http404("no such page")
    if let_go_on(by=request.user, now=timezone.now()):
        messages.success(request, _("Mail goes out again within a minute."))
    return HttpResponseRedirect(reverse("admin:index"))
