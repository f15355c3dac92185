"""Mail that comes back as unwanted says something about us: an issue of which too much does is stopped.

What a mail server refuses while we talk to it is counted there (newsletter.delivery.recording); here it is what was
taken first and came back afterwards, as a returned mail or by a provider's report.
"""

import datetime as dt
from contextlib import suppress

import structlog
from django.utils.translation import gettext as _

from newsletter import issuing
from newsletter.bouncing.classes import BounceClass
from newsletter.models import Delivery, Issue, MailEvent
from newsletter.states import EventKind, IssueState, NewsletterError

logger = structlog.get_logger(__name__)

# More than 2 % of the last 200 refused by policy: the issue stops before it does more harm.
WATCHED, TOLERATED = 200, 4


def stop_if_unwanted(event: MailEvent, *, now: dt.datetime) -> bool:
    """Pauses the issue that a trusted report is about, when too many of its mails came back as unwanted; whether so.

    Once an editor lets it go on, only mails that were sent from then on count.
    """
    is_unwanted = event.kind in (EventKind.BOUNCED, EventKind.REJECTED) and event.bounce_class == BounceClass.POLICY
    if not (is_unwanted and event.delivery and event.delivery.sent_at):
        return False
    issue = event.delivery.issue
    if issue.state != IssueState.SENDING or _number(issue) <= TOLERATED:
        return False
    words = _("One mail in fifty comes back as unwanted: “%(reply)s”.")
    with suppress(NewsletterError):  # over, or paused, since we looked
        issuing.pause(issue, by=None, now=now, reason=words % {"reply": event.detail or event.code})
        logger.error("issue_stopped", issue=issue.pk)
        return True
    return False


def _number(issue: Issue) -> int:
    """How many of 200 mails came back so, up to the newest that did: reports come in any order, and late."""
    resumed = issue.log.filter(action="resume").values_list("at", flat=True).first()
    since = resumed or issue.started_at
    reports = MailEvent.objects.bounces().filter(bounce_class=BounceClass.POLICY, at__gte=since)
    back = set(reports.filter(delivery__issue=issue, delivery__sent_at__gte=since).values_list("delivery", flat=True))
    if len(back) <= TOLERATED:
        return len(back)
    sent = Delivery.objects.accepted().filter(issue=issue, pk__lte=max(back)).order_by("-pk")
    return len(back.intersection(sent.values_list("pk", flat=True)[:WATCHED]))
