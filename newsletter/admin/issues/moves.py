"""The pages that ask before an issue moves: they say what will happen, and to how many readers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter import audiences, issuing
from newsletter.admin.issues.wording import badge, goes_out, next_send_time
from newsletter.composing.preflight import Preflight, preflight
from newsletter.composing.writing import leave_out
from newsletter.models import Issue
from newsletter.resending import may_resend, resend_failed, resend_uncertain
from newsletter.states import IssueState, NewsletterError

RESEND, RESEND_FAILED = "resend_uncertain", "resend_failed"


@dataclass(frozen=True)
class Page:
    """One move: its verb, its title, the word on its button, what it does, and whether the issue is checked first."""

    verb: Callable[..., Issue]
    title: Any
    button: Any
    does: Any = ""
    checks: bool = False


PAGES = {
    "approve": Page(
        issuing.approve,
        gettext_lazy("Approve an issue"),
        gettext_lazy("Approve"),
        gettext_lazy("The issue may then be sent as it is. Any change takes the approval back."),
        checks=True,
    ),
    "schedule": Page(issuing.schedule, gettext_lazy("Send an issue"), gettext_lazy("Go on"), checks=True),
    "reopen": Page(
        issuing.reopen,
        gettext_lazy("Take an issue back to the desk"),
        gettext_lazy("Take it back"),
        gettext_lazy("It becomes a draft again and is not sent until somebody schedules it anew."),
    ),
    "pause": Page(
        issuing.pause,
        gettext_lazy("Pause the sending"),
        gettext_lazy("Pause"),
        gettext_lazy("No more mails go out after those that are being handed over at this moment."),
    ),
    "resume": Page(
        issuing.resume,
        gettext_lazy("Go on with the sending"),
        gettext_lazy("Go on"),
        gettext_lazy("Those who have not been sent it get it; nobody gets it twice."),
    ),
    "cancel": Page(
        issuing.cancel,
        gettext_lazy("Cancel an issue"),
        gettext_lazy("Cancel the issue"),
        gettext_lazy("What has not gone out stays unsent. What was sent cannot be taken back."),
    ),
    "send_rest": Page(
        issuing.send_rest,
        gettext_lazy("Send it to the rest"),
        gettext_lazy("Send it to the rest"),
        gettext_lazy("Those who have not been sent it get it; nobody gets it twice."),
    ),
    RESEND: Page(
        resend_uncertain,
        gettext_lazy("Send again what is not known"),
        gettext_lazy("Send them again"),
        gettext_lazy(
            "Nobody knows whether the mail server took these mails. Sent again, they have the same Message-ID, "
            "by which many receivers drop a second copy; not all do."
        ),
    ),
    RESEND_FAILED: Page(
        resend_failed,
        gettext_lazy("Send again what was refused"),
        gettext_lazy("Send them again"),
        gettext_lazy("Worth it where the fault was ours or passing. Addresses that do not exist are left out again."),
    ),
}


def may(user: AbstractBaseUser, name: str, issue: Issue) -> bool:
    """Whether somebody may make a move with the issue as it stands."""
    return may_resend(user, issue) if name in (RESEND, RESEND_FAILED) else issuing.may(user, name, issue)


def offered_to(user: AbstractBaseUser, issue: Issue) -> list[str]:
    """The moves that somebody may make with the issue as it stands."""
    moves = [name for name in PAGES if may(user, name, issue)]
    if issue.newsletter.needs_approval and issue.state == IssueState.DRAFT:
        moves = [name for name in moves if name != "schedule"]
    if issue.started_at is None:
        moves = [name for name in moves if name != "send_rest"]
    return moves


def move_view(issues: admin.ModelAdmin, request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """GET asks, POST makes the move; what is refused is said on the page. Sending is asked twice: when, and "yes"."""
    issue = get_object_or_404(Issue.objects.select_related("newsletter"), pk=pk)
    if move not in PAGES:
        raise Http404("no such move")
    page, now, error = PAGES[move], timezone.now(), ""
    found = preflight(issue, now=now, at=next_send_time(issue, now)) if page.checks else None
    if request.method == "POST":
        try:
            if move == "schedule":
                at = _time(request, now)
                found = preflight(issue, now=now, at=at or now)
            _refuse_unlooked(request, found)
            if move == "schedule" and "confirmed" not in request.POST:
                return _ask(issues, request, issue, move, found=found, at=at, confirming=True)
            if move == "schedule":
                _schedule(request, issue, found, at, now)
            else:
                page.verb(issue, by=request.user, now=now)
        except NewsletterError as refused:
            error = str(refused)
        else:
            messages.success(request, f"{issue.subject}: {IssueState(issue.state).label}")
            return HttpResponseRedirect(reverse("admin:newsletter_issue_change", args=[pk]))
    return _ask(issues, request, issue, move, found=found, error=error)


def _ask(
    issues: admin.ModelAdmin,
    request: HttpRequest,
    issue: Issue,
    move: str,
    *,
    found: Preflight | None,
    at: dt.datetime | None = None,
    confirming: bool = False,
    error: str = "",
) -> HttpResponse:
    page, now = PAGES[move], timezone.now()
    number = found.readers if found else audiences.count(issue, now)
    context = {
        **issues.admin_site.each_context(request),
        "opts": issues.opts,
        "issue": issue,
        "badge": badge(issue),
        "page": page,
        "move": move,
        "title": page.title,
        "found": found,
        "error": error,
        "confirming": confirming,
        "at": at,
        "typed": request.POST,
        "usual": next_send_time(issue, now),
        "sentence": goes_out(at, number, now) if confirming else page.does,
        "readers": number,
        "may": may(request.user, move, issue),
    }
    return TemplateResponse(request, "admin/newsletter/issue/move.html", context, status=422 if error else 200)


@transaction.atomic
def _schedule(request: HttpRequest, issue: Issue, found: Preflight, at: dt.datetime | None, now: dt.datetime) -> None:
    """Schedules it without the stories that readers will not see then, so that it does not ask for them again."""
    issuing.schedule(issue, by=request.user, now=now, at=at)
    leave_out(issue, found.left_out, by=request.user, now=now)


def _refuse_unlooked(request: HttpRequest, found: Preflight | None) -> None:
    if found and found.stops:
        raise NewsletterError(_("This has to be put right first."))
    if found and found.asks and "anyway" not in request.POST:
        raise NewsletterError(_("Look at what was found, and say that it is to go out all the same."))


def _time(request: HttpRequest, now: dt.datetime) -> dt.datetime | None:
    """The minute that was chosen; None for at once."""
    if request.POST.get("when") != "later":
        return None
    typed = request.POST.get("at", "")
    try:
        moment = parse_datetime(typed)
    except ValueError:
        moment = None
    if moment is None:
        raise NewsletterError(_("“%s” is not a time.") % typed)
    moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    if moment < now:
        raise NewsletterError(_("This minute has passed."))
    return moment
