"""An issue as a reader will have it: alone in a frame, from what is typed or from what is stored."""

import re

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin

from newsletter.admin.issues.forms import bound_forms, words_in
from newsletter.composing.rendering import Rendered, render
from newsletter.composing.writing import blocks_of
from newsletter.models import Issue

_DARK = "@media (prefers-color-scheme: dark)"
_SOURCE = re.compile(r'(<img\b[^>]*?) src="[^"]*"')

# A mail brings its own styles and no scripts; only the pages of this site may frame it.
_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF, "data:", *([settings.SITE_URL] if settings.SITE_URL else [])],
    "frame-ancestors": [SELF],
    "script-src": [NONE],
    "base-uri": [SELF],
    "form-action": [NONE],
}


@csp_replace(_POLICY)
@xframe_options_sameorigin
def frame(issues: admin.ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what is stored, POST what stands in the form; neither changes anything.

    `scheme` is "light" or "dark", `part` "html" or "text", `pictures` "on" or "off".
    """
    if not request.user.has_perm("newsletter.view_issue"):
        raise PermissionDenied
    issue = get_object_or_404(Issue.objects.select_related("newsletter"), pk=pk)
    asked = request.POST if request.method == "POST" else request.GET
    mail = _typed(request, issue) if request.method == "POST" else _stored(issue)
    if asked.get("part") == "text":
        return HttpResponse(mail.text, content_type="text/plain; charset=utf-8")
    html = in_scheme(mail.html, dark=asked.get("scheme") == "dark")
    html = _SOURCE.sub(r"\1", html) if asked.get("pictures") == "off" else html
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


def in_scheme(html: str, *, dark: bool) -> str:
    """The mail as it is in the one scheme or the other, whatever the browser prefers."""
    return html.replace(_DARK, "@media all" if dark else "@media not all")


def _stored(issue: Issue) -> Rendered:
    """What went out, of an issue that did; else what would."""
    frozen = issue.renderings.order_by("variant").first()
    if frozen is not None:
        return Rendered(frozen.subject, "", "", frozen.html, frozen.text)
    now = timezone.now()
    return render(issue, now=max(issue.send_at or now, now), counted=False)


def _typed(request: HttpRequest, issue: Issue) -> Rendered:
    form, blocks = bound_forms(request.POST)
    form.is_valid()
    blocks.is_valid()
    words = words_in(form, blocks)
    issue.subject, issue.subject_b, issue.preheader = words.subject, words.subject_b, words.preheader
    return render(issue, now=timezone.now(), blocks=blocks_of(issue, words), counted=False)
