"""What the newsletter's desk calls things: the state of an issue with its minute, acts, and what a move will do."""

import datetime as dt

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.admin.articles.wording import minute
from newsletter.models import Issue
from newsletter.states import IssueState
from newsportal.core.text import localise_digits

# The end of the CSS class of a state's badge.
LOOKS = {
    IssueState.SCHEDULED: "scheduled",
    IssueState.HELD: "withdrawn",
    IssueState.PREPARING: "scheduled",
    IssueState.SENDING: "published",
    IssueState.PAUSED: "withdrawn",
    IssueState.DONE: "published",
}


def badge(issue: Issue) -> SafeString:
    """The state with the minute that matters."""
    state = IssueState(issue.state)
    moment = {
        IssueState.SCHEDULED: issue.send_at,
        IssueState.DONE: issue.finished_at or issue.started_at,
        IssueState.CANCELLED: issue.finished_at,
    }.get(state)
    words = f"{state.label}, {minute(moment)}" if moment else state.label
    return format_html('<span class="state state-{}">{}</span>', LOOKS.get(state, "draft"), words)


def readers(number: int) -> str:
    """ "1,204 readers", in the language's digits."""
    return ngettext("%(number)s reader", "%(number)s readers", number) % {"number": localise_digits(f"{number:,}")}


def goes_out(at: dt.datetime | None, number: int, now: dt.datetime) -> str:
    """What will happen: "It goes out today 07:00 to 1,204 readers." """
    if at is None or at <= now:
        return _("It goes out at once to %(readers)s.") % {"readers": readers(number)}
    return _("It goes out %(minute)s to %(readers)s.") % {"minute": minute(at), "readers": readers(number)}


def next_send_time(issue: Issue, now: dt.datetime) -> dt.datetime:
    """The newsletter's next usual minute after `now`, in the site's time zone."""
    local = timezone.localtime(now)
    usual = issue.newsletter.send_time
    at = local.replace(hour=usual.hour, minute=usual.minute, second=0, microsecond=0)
    return at if at > local else at + dt.timedelta(days=1)
