"""How the newsletters stand: what the newsroom's desk shows of them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from newsletter.models import NewsletterList, Subscription
from newsletter.states import SubscriptionState

FAILURES = 3


@dataclass(frozen=True)
class Standing:
    """One newsletter: how many have it, how many have yet to confirm, and how many of them came since midnight."""

    newsletter: NewsletterList
    confirmed: int
    pending: int
    new_today: int


@dataclass(frozen=True)
class NewsletterDesk:
    """Every newsletter, and the confirmation mails that failed last and were not sent since."""

    standings: list[Standing]
    failures: list[Subscription]


def newsletter_desk_at(now: dt.datetime) -> NewsletterDesk:
    """The newsletters as they stand at `now`, in three queries."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = _counts(midnight)
    nothing = (0, 0)
    standings = [
        Standing(
            newsletter=newsletter,
            confirmed=counts.get((newsletter.pk, SubscriptionState.CONFIRMED), nothing)[0],
            pending=counts.get((newsletter.pk, SubscriptionState.PENDING), nothing)[0],
            new_today=counts.get((newsletter.pk, SubscriptionState.CONFIRMED), nothing)[1],
        )
        for newsletter in NewsletterList.objects.all()
    ]
    failures = Subscription.objects.pending().exclude(last_error="").select_related("newsletter").order_by("-asked_at")
    return NewsletterDesk(standings, list(failures[:FAILURES]))


def _counts(midnight: dt.datetime) -> dict[tuple[int, str], tuple[int, int]]:
    """By newsletter and state: how many subscriptions there are, and how many were confirmed since `midnight`."""
    counted = Subscription.objects.order_by().values("newsletter_id", "state")
    today = Count("pk", filter=Q(confirmed_at__gte=midnight))
    rows = counted.annotate(number=Count("pk"), new=today)
    return {(row["newsletter_id"], row["state"]): (row["number"], row["new"]) for row in rows}
