"""Mails of which nobody knows whether they went out, sent again because an editor says so."""

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter import issuing
from newsletter.models import Delivery, Issue
from newsletter.states import DeliveryState, IssueState, NewsletterError

# While it goes out they are taken along; of one that is done they are the rest. A cancelled one has others waiting.
POSSIBLE = frozenset({IssueState.SENDING, IssueState.PAUSED, IssueState.DONE})


def may_resend(user: AbstractBaseUser, issue: Issue) -> bool:
    """Whether somebody may have the uncertain mails of the issue sent again, if there are any."""
    return issue.state in POSSIBLE and user.has_perm("newsletter.send_issue")


def resend_uncertain(issue: Issue, *, by: AbstractBaseUser, now: dt.datetime) -> Issue:
    """Queues them anew under the Message-ID that they have, so that a receiver can drop a second copy."""
    if not by.has_perm("newsletter.send_issue"):
        raise PermissionDenied(_("You may not do this with an issue."))
    with transaction.atomic():
        issue = Issue.objects.select_for_update(of=["self"]).select_related("newsletter").get(pk=issue.pk)
        if issue.state not in POSSIBLE:
            raise NewsletterError(_("This can be done while an issue is being sent, and once it is sent."))
        rows = Delivery.objects.in_state(DeliveryState.UNCERTAIN).filter(issue=issue)
        number = rows.update(state=DeliveryState.QUEUED, next_try=now, claim=None, lease_until=None)
        if not number:
            return issue
        issuing.log(issue, "resend_uncertain", by=by, now=now, new={"mails": number})
        if issue.state == IssueState.DONE:
            issuing.send_rest(issue, by=by, now=now)
    return issue
