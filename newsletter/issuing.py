"""An issue's way through its states: the only place where they change, each by one conditional UPDATE and a log row.

Each verb takes `by` (None is the system) and `now`. Of two who do the same at once, one does it and the other finds it
done; who comes too late for the state is told (NewsletterError). What is written here is what editors decide and what
workers report; newsletter.delivery does the sending.
"""

import datetime as dt
from typing import Any

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from newsletter import page_tags
from newsletter.models import Issue, IssueLogEntry
from newsletter.signals import issue_changed
from newsletter.states import ISSUE_MOVES, IssueState, NewsletterError
from newsportal.core.page_cache.purging import purge

logger = structlog.get_logger(__name__)

# What a log row shows of an issue.
LOGGED = ("state", "send_at", "hold_reason", "audience")


def approve(issue: Issue, *, by: AbstractBaseUser, now: dt.datetime) -> Issue:
    """Says that the text may go out. Where the list wants a second person, not the one who wrote it last."""
    if issue.newsletter.needs_approval and by is not None and issue.edited_by_id in {by.pk}:
        raise NewsletterError(_("This newsletter wants a second pair of eyes: somebody else has to approve it."))
    return move(issue, "approve", by=by, now=now, approved_by=by)


def reopen(issue: Issue, *, by: AbstractBaseUser, now: dt.datetime) -> Issue:
    """Takes an issue back to its writers; it has to be approved and scheduled anew."""
    return move(issue, "reopen", by=by, now=now, approved_by=None, hold_reason="", late_is_fine=False)


def schedule(issue: Issue, *, by: AbstractBaseUser | None, now: dt.datetime, at: dt.datetime | None = None) -> Issue:
    """Sends the issue at `at`, or at once. One that was held because it is late may then be as late as it is."""
    if issue.newsletter.needs_approval and issue.state == IssueState.DRAFT:
        raise NewsletterError(_("This newsletter wants each issue approved by a second person first."))
    when = max(at or now, now).replace(microsecond=0)
    late_is_fine = issue.state == IssueState.HELD
    return move(issue, "schedule", by=by, now=now, send_at=when, hold_reason="", late_is_fine=late_is_fine)


def hold(issue: Issue, *, reason: str, now: dt.datetime) -> Issue:
    """Keeps a scheduled issue back until an editor decides; `reason` is fit for them."""
    return move(issue, "hold", by=None, now=now, hold_reason=reason)


def pause(issue: Issue, *, by: AbstractBaseUser | None, now: dt.datetime, reason: str = "") -> Issue:
    """Stops the sending after the mails that are being handed over."""
    return move(issue, "pause", by=by, now=now, hold_reason=reason)


def resume(issue: Issue, *, by: AbstractBaseUser | None, now: dt.datetime) -> Issue:
    """Goes on with a paused sending where it was; who says so says that it may be as late as it is."""
    return move(issue, "resume", by=by, now=now, hold_reason="", late_is_fine=issue.late_is_fine or by is not None)


def cancel(issue: Issue, *, by: AbstractBaseUser, now: dt.datetime) -> Issue:
    """Ends it at once: what is not handed over yet stays unsent, and can be sent later by `send_rest`."""
    return move(issue, "cancel", by=by, now=now, finished_at=now)


def send_rest(issue: Issue, *, by: AbstractBaseUser, now: dt.datetime) -> Issue:
    """Goes on with what a cancelled issue left unsent, or with what was queued anew."""
    if issue.started_at is None:
        raise NewsletterError(_("Nothing of this issue was ever sent: schedule a copy of it instead."))
    return move(issue, "send_rest", by=by, now=now, finished_at=None, late_is_fine=True)


def move(issue: Issue, name: str, *, by: AbstractBaseUser | None, now: dt.datetime, **values: Any) -> Issue:
    """Makes one of ISSUE_MOVES and writes `values` with it; of an issue that is where it leads, nothing changes."""
    step = ISSUE_MOVES[name]
    if by is not None and (step.permission is None or not by.has_perm(step.permission)):
        raise PermissionDenied(_("You may not do this with an issue."))
    before = {field: getattr(issue, field) for field in LOGGED}
    with transaction.atomic():
        rows = Issue.objects.in_state(*step.sources).filter(pk=issue.pk)
        moved = rows.update(state=step.target, version=F("version") + 1, modified=now, **values)
        issue.refresh_from_db()
        if not moved:
            return _standing(issue, step.target)
        new = {field: getattr(issue, field) for field in LOGGED}
        changed = [field for field in LOGGED if before[field] != new[field]]
        log(
            issue,
            name,
            by=by,
            now=now,
            old={field: _plain(before[field]) for field in changed},
            new={field: _plain(new[field]) for field in changed},
        )
        purge(page_tags.LISTS, page_tags.newsletter(issue.newsletter_id))
        transaction.on_commit(
            lambda: issue_changed.send(sender=Issue, issue=issue, action=name, by=by, now=now), robust=True
        )
    return issue


def may(user: AbstractBaseUser, name: str, issue: Issue) -> bool:
    """Whether somebody may make a move with the issue as it stands."""
    step = ISSUE_MOVES[name]
    return issue.state in step.sources and step.permission is not None and user.has_perm(step.permission)


def log(
    issue: Issue,
    action: str,
    *,
    by: AbstractBaseUser | None,
    now: dt.datetime,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    note: str = "",
) -> IssueLogEntry:
    """Adds a row to the issue's log."""
    logger.info("issue_moved", issue=issue.pk, action=action, by=by and by.pk)
    return IssueLogEntry.objects.create(
        issue=issue, action=action, by=by, at=now, old=old or {}, new=new or {}, note=note
    )


def _standing(issue: Issue, target: IssueState) -> Issue:
    if issue.state == target:
        return issue
    state = IssueState(issue.state).label
    raise NewsletterError(_("This cannot be done with an issue that is “%(state)s”.") % {"state": state})


def _plain(value: Any) -> Any:
    return value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value
