"""Who gets an issue: a rule that is asked, never a list that is kept, until freezing makes rows of it."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from newsletter.models import Delivery, Issue, Subscription, Suppression
from newsletter.models.subscribers import SubscriptionQuerySet


def audience(issue: Issue, *, now: dt.datetime) -> SubscriptionQuerySet:
    """The subscriptions that `issue` would go to at `now`: confirmed, of its frequency, neither paused nor suppressed.

    An issue that a digest made goes to those of its time zone that have been served up to where it begins, no others;
    they count as served up to its end from when it starts to be sent (newsletter.delivery.freezing), and go back if it
    was not sent to them (newsletter.digesting). Who may still get an earlier one is left to the next.
    """
    newsletter = issue.newsletter
    rows = Subscription.objects.confirmed().filter(newsletter=newsletter, frequency=issue.frequency)
    if issue.covers_until is not None:
        rows = rows.filter(covered_until=issue.covers_from, subscriber__time_zone=issue.time_zone)
        earlier = Delivery.objects.open().filter(issue__in=newsletter.issues.digests().exclude(pk=issue.pk))
        rows = rows.exclude(Exists(earlier.filter(subscriber=OuterRef("subscriber"))))
    unpaused = Q(subscriber__paused_until=None) | Q(subscriber__paused_until__lte=now)
    suppressions = Suppression.objects.of(OuterRef("subscriber__fingerprint")).applying_to(newsletter)
    return rows.filter(unpaused, ~Exists(suppressions))


def count(issue: Issue, now: dt.datetime) -> int:
    """How many readers that is. One query."""
    return audience(issue, now=now).count()
