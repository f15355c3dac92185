"""How the newsletters stand: what the newsroom's desk shows of them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from newsletter.models import Delivery, Issue, NewsletterList, Subscription
from newsletter.states import (
    ACCEPTED,
    OPEN,
    UNDER_WAY,
    DeliveryState,
    IssueState,
    SubscriptionState,
)

FAILURES = 3
# Issues that the desk shows at once; and how long an issue that has gone out stays there when some of it failed.
MOST_ISSUES = 8
LATELY = dt.timedelta(hours=24)
# What the pace of a sending is measured over.
PACE = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class Progress:
    """How far an issue is, in mails. `eta` is when the last one goes out at the present pace, None while unknown."""

    issue: Issue
    counts: dict[str, int]
    eta: dt.datetime | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def sent(self) -> int:
        return sum(self.counts.get(state, 0) for state in ACCEPTED)

    @property
    def open(self) -> int:
        """Those that wait, or are in a worker's hands."""
        return sum(self.counts.get(state, 0) for state in OPEN)

    @property
    def done(self) -> int:
        """Those of which something became."""
        return self.total - self.open

    @property
    def share(self) -> int:
        """Of a hundred; whole only when it is all."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def failed(self) -> int:
        return self.counts.get(DeliveryState.FAILED, 0)

    @property
    def uncertain(self) -> int:
        return self.counts.get(DeliveryState.UNCERTAIN, 0)

    @property
    def by_state(self) -> list[tuple[str, int]]:
        """(label, number) of each state that there is, in the order of a mail's life."""
        return [(state.label, self.counts[state]) for state in DeliveryState if self.counts.get(state)]


@dataclass(frozen=True)
class Standing:
    """One newsletter: how many have it, how many have yet to confirm, and how many of them came since midnight."""

    newsletter: NewsletterList
    confirmed: int
    pending: int
    new_today: int


@dataclass(frozen=True)
class NewsletterDesk:
    """Every newsletter, the issues under way, and the confirmation mails that failed last and were not sent since."""

    standings: list[Standing]
    failures: list[Subscription]
    under_way: list[Progress]

    @property
    def asks(self) -> bool:
        """Whether one of the issues waits for somebody's decision."""
        return any(row.issue.state in (IssueState.HELD, IssueState.PAUSED) for row in self.under_way)


def newsletter_desk_at(now: dt.datetime) -> NewsletterDesk:
    """The newsletters as they stand at `now`, in six queries at most."""
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
    return NewsletterDesk(standings, list(failures[:FAILURES]), under_way(now))


def under_way(now: dt.datetime) -> list[Progress]:
    """Issues that are scheduled, wait for a decision or go out, and those of the last day of which some failed.

    What somebody has to decide comes first, then what goes out now, then what is to come. Three queries at most.
    """
    issues = list(Issue.objects.on_the_desk(now - LATELY).select_related("newsletter")[: 4 * MOST_ISSUES])
    found = progress_of(issues, now)
    shown = [found[issue.pk] for issue in issues if issue.state in UNDER_WAY or _has_trouble(found[issue.pk])]
    return sorted(shown, key=lambda row: _ORDER.get(IssueState(row.issue.state), len(_ORDER)))[:MOST_ISSUES]


def progress_of(issues: list[Issue], now: dt.datetime) -> dict[int, Progress]:
    """How far each of the issues is, by its id; two queries, or one where none is going out."""
    counts: dict[int, dict[str, int]] = {issue.pk: {} for issue in issues}
    rows = Delivery.objects.filter(issue__in=counts).order_by().values_list("issue", "state")
    for issue, state, number in rows.annotate(Count("pk")):
        counts[issue][state] = number
    going = [issue.pk for issue in issues if issue.state == IssueState.SENDING]
    paces = _paces(going, now) if going else {}
    return {
        issue.pk: Progress(issue, counts[issue.pk], _eta(counts[issue.pk], paces.get(issue.pk), now))
        for issue in issues
    }


_ORDER = {state: place for place, state in enumerate(
    (IssueState.HELD, IssueState.PAUSED, IssueState.SENDING, IssueState.PREPARING, IssueState.SCHEDULED)
)}  # fmt: skip


def _has_trouble(progress: Progress) -> bool:
    return bool(progress.failed or progress.uncertain)


def _paces(issues: list[int], now: dt.datetime) -> dict[int, int]:
    """How many mails of each issue were sent within PACE."""
    lately = Delivery.objects.filter(issue__in=issues, sent_at__gt=now - PACE).order_by().values_list("issue")
    return dict(lately.annotate(Count("pk")))


def _eta(counts: dict[str, int], lately: int | None, now: dt.datetime) -> dt.datetime | None:
    left = sum(counts.get(state, 0) for state in OPEN)
    return now + PACE * (left / lately) if lately and left else None


def _counts(midnight: dt.datetime) -> dict[tuple[int, str], tuple[int, int]]:
    """By newsletter and state: how many subscriptions there are, and how many were confirmed since `midnight`."""
    counted = Subscription.objects.order_by().values("newsletter_id", "state")
    today = Count("pk", filter=Q(confirmed_at__gte=midnight))
    rows = counted.annotate(number=Count("pk"), new=today)
    return {(row["newsletter_id"], row["state"]): (row["number"], row["new"]) for row in rows}
