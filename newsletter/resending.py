"""Mails that are uncertain or were refused, sent again because an editor says so."""

import datetime as dt
from collections.abc import Collection

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
    return resend(issue, DeliveryState.UNCERTAIN, by=by, now=now)


def resend_failed(
    issue: Issue, *, by: AbstractBaseUser, now: dt.datetime, only: Collection[int] | None = None
) -> Issue:
    """Queues what was refused or given up anew; `only` some, by their keys. Suppressed readers are left out again."""
    return resend(issue, DeliveryState.FAILED, by=by, now=now, only=only)


def resend(
    issue: Issue, state: DeliveryState, *, by: AbstractBaseUser, now: dt.datetime, only: Collection[int] | None = None
) -> Issue:
    """Queues the issue's mails in one state anew, with all tries before them; starts it again where it was done."""
    if not by.has_perm("newsletter.send_issue"):
        raise PermissionDenied(_("You may not do this with an issue."))
    with transaction.atomic():
        issue = Issue.objects.select_for_update(of=["self"]).select_related("newsletter").get(pk=issue.pk)
        if issue.state not in POSSIBLE:
            raise NewsletterError(_("This can be done while an issue is being sent, and once it is sent."))
        rows = Delivery.objects.in_state(state).filter(issue=issue)
        if only is not None:
            rows = rows.filter(pk__in=only)
        number = rows.update(state=DeliveryState.QUEUED, next_try=now, claim=None, lease_until=None, attempts=0)
        if not number:
            return issue
        issuing.log(issue, f"resend_{state}", by=by, now=now, new={"mails": number})
        if issue.state == IssueState.DONE:
            issuing.send_rest(issue, by=by, now=now)
    return issue
