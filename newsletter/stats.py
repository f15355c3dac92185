"""Figures for editors: what became of an issue, and how a newsletter grows."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum
from django.utils import timezone

from articles.models import Article
from newsletter.bouncing.classes import BounceClass
from newsletter.models import (
    ConsentRecord,
    Delivery,
    Issue,
    LinkClicks,
    ListDay,
    MailEvent,
    NewsletterList,
    Subscription,
)
from newsletter.states import ACCEPTED, OPEN, ConsentAction, DeliveryState

# Whoever leaves later than this has other reasons than the issue they were sent last.
LEFT_BECAUSE = dt.timedelta(days=7)
REASONS, ISSUES = 12, 30
# The address of a story of ours: …/<id>/<slug>/
_STORY = re.compile(r"^/.*/(\d{1,18})/(?:[^/]*/)?$")
_EXCEPTIONS = (
    DeliveryState.FAILED,
    DeliveryState.BOUNCED,
    DeliveryState.COMPLAINED,
    DeliveryState.UNCERTAIN,
    DeliveryState.SKIPPED,
)


@dataclass(frozen=True)
class Variant:
    """One of the subjects: how many got it, how many clicks by people came of it."""

    letter: str
    subject: str
    sent: int
    clicks: int

    @property
    def rate(self) -> float:
        """Clicks for each hundred mails."""
        return 100 * self.clicks / self.sent if self.sent else 0.0


@dataclass(frozen=True)
class IssueFigures:
    """What became of an issue. `states` counts its deliveries; `sent` are those that a mail server took."""

    issue: Issue
    states: dict[str, int]
    classes: dict[str, int]
    reasons: list[dict[str, Any]]
    links: list[dict[str, Any]]
    left: int
    variants: list[Variant] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def sent(self) -> int:
        return sum(self.states.get(state, 0) for state in ACCEPTED)

    @property
    def waiting(self) -> int:
        return sum(self.states.get(state, 0) for state in OPEN)

    @property
    def by_people(self) -> int:
        return sum(link["by_people"] for link in self.links)

    @property
    def by_all(self) -> int:
        return sum(link["total"] for link in self.links)

    @property
    def exceptions(self) -> list[tuple[str, str, int]]:
        """(state, its label, number) of what did not go as it should; the states that occur."""
        return [(state.value, str(state.label), self.states[state]) for state in _EXCEPTIONS if self.states.get(state)]

    def number(self, state: str) -> int:
        return self.states.get(state, 0)


def issue_figures(issue: Issue) -> IssueFigures:
    """The figures of one issue, in eight queries at most."""
    deliveries = Delivery.objects.filter(issue=issue).order_by()
    by_state = deliveries.values("state", "variant").annotate(number=Count("pk"))
    rows = list(by_state)
    states: dict[str, int] = {}
    for row in rows:
        states[row["state"]] = states.get(row["state"], 0) + row["number"]
    return IssueFigures(
        issue=issue,
        states=states,
        classes=_classes(issue),
        reasons=_reasons(issue),
        links=_links(issue),
        left=left_because_of(issue),
        variants=_variants(issue, rows),
    )


def left_because_of(issue: Issue) -> int:
    """How many left the newsletter within a week after this issue, before they were sent another one. One query."""
    if issue.started_at is None:
        return 0
    got_it = Delivery.objects.accepted().filter(
        issue=issue, subscriber=OuterRef("subscriber"), sent_at__lte=OuterRef("at")
    )
    got_another = Delivery.objects.accepted().filter(
        issue__newsletter=issue.newsletter,
        issue__started_at__gt=issue.started_at,
        subscriber=OuterRef("subscriber"),
        sent_at__lte=OuterRef("at"),
    )
    within = Q(at__gte=issue.started_at, at__lte=(issue.finished_at or timezone.now()) + LEFT_BECAUSE)
    acts = ConsentRecord.objects.withdrawals().filter(within, Exists(got_it), ~Exists(got_another))
    return acts.filter(newsletter=issue.newsletter).count()


def recent_issues(newsletter: NewsletterList) -> list[dict[str, Any]]:
    """The last issues that went out, each with its numbers; three queries."""
    issues = list(Issue.objects.gone_out().filter(newsletter=newsletter)[:ISSUES])
    states: dict[int, dict[str, int]] = {issue.pk: {} for issue in issues}
    counted = Delivery.objects.filter(issue__in=states).order_by().values("issue", "state")
    for row in counted.annotate(number=Count("pk")):
        states[row["issue"]][row["state"]] = row["number"]
    clicks = LinkClicks.objects.filter(issue__in=states).order_by().values("issue").annotate(number=Sum("by_people"))
    clicked = {row["issue"]: row["number"] for row in clicks}
    return [
        {
            "issue": issue,
            "total": sum(states[issue.pk].values()),
            "sent": sum(states[issue.pk].get(state, 0) for state in ACCEPTED),
            "bounced": states[issue.pk].get(DeliveryState.BOUNCED, 0),
            "complained": states[issue.pk].get(DeliveryState.COMPLAINED, 0),
            "clicks": clicked.get(issue.pk, 0),
        }
        for issue in issues
    ]


def growth(newsletter: NewsletterList, *, days: int, today: dt.date) -> list[ListDay]:
    """The days of a newsletter up to `today`, the oldest first; days nobody wrote down are left out. One query."""
    since = today - dt.timedelta(days=days - 1)
    return list(ListDay.objects.filter(newsletter=newsletter, day__gte=since, day__lte=today).order_by("day"))


def write_down_day(*, now: dt.datetime) -> None:
    """The duty that keeps each newsletter's row of today and, after midnight, finishes that of yesterday."""
    today = timezone.localtime(now).date()
    for newsletter in NewsletterList.objects.all():
        if not ListDay.objects.filter(newsletter=newsletter, day=today).exists():
            _write(newsletter, today - dt.timedelta(days=1), readers=None)
        readers = Subscription.objects.confirmed().filter(newsletter=newsletter).count()
        _write(newsletter, today, readers=readers)


def _write(newsletter: NewsletterList, day: dt.date, *, readers: int | None) -> None:
    """The row of a day; `readers` None keeps the number that it has, since it is of the past."""
    start = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
    acts = ConsentRecord.objects.filter(newsletter=newsletter, at__gte=start, at__lt=end)
    counted = acts.aggregate(
        joined=Count("pk", filter=Q(action__in=[ConsentAction.CONFIRMED, ConsentAction.IMPORTED])),
        left=Count("pk", filter=Q(action=ConsentAction.WITHDRAWN)),
    )
    rows = ListDay.objects.filter(newsletter=newsletter, day=day)
    if readers is None:
        rows.update(**counted)
    else:
        ListDay.objects.update_or_create(newsletter=newsletter, day=day, defaults={**counted, "readers": readers})


def _classes(issue: Issue) -> dict[str, int]:
    """How many mails came back or were refused, by class."""
    events = MailEvent.objects.bounces().filter(delivery__issue=issue).order_by()
    counted = events.values("bounce_class").annotate(number=Count("delivery", distinct=True))
    return {BounceClass(row["bounce_class"] or BounceClass.UNKNOWN).label: row["number"] for row in counted}


def _reasons(issue: Issue) -> list[dict[str, Any]]:
    """The most frequent codes, each with one answer as an example."""
    failed = MailEvent.objects.bounces().filter(delivery__issue=issue).order_by()
    counted = failed.values("code", "bounce_class").annotate(
        number=Count("delivery", distinct=True), example=Max("detail")
    )
    rows = counted.order_by("-number", "code")[:REASONS]
    return [{**row, "label": BounceClass(row["bounce_class"] or BounceClass.UNKNOWN).label} for row in rows]


def _links(issue: Issue) -> list[dict[str, Any]]:
    links = LinkClicks.objects.of(issue).order_by().values("target")
    summed = links.annotate(people=Sum("by_people"), everybody=Sum("total")).order_by("-people", "-everybody", "target")
    rows = list(summed)
    stories = {row["target"]: int(found[1]) for row in rows if (found := _STORY.search(row["target"]))}
    headlines = dict(Article.objects.filter(pk__in=stories.values()).values_list("pk", "headline"))
    return [
        {
            "target": row["target"],
            "words": unquote(row["target"]),
            "headline": headlines.get(stories.get(row["target"], 0), ""),
            "by_people": row["people"],
            "total": row["everybody"],
        }
        for row in rows
    ]


def _variants(issue: Issue, rows: list[dict[str, Any]]) -> list[Variant]:
    """Both subjects, where there were two."""
    subjects = dict(issue.renderings.order_by("variant").values_list("variant", "subject"))
    if len(subjects) < 2:
        return []
    clicks = LinkClicks.objects.filter(issue=issue).order_by().values("variant").annotate(number=Sum("by_people"))
    clicked = {row["variant"]: row["number"] for row in clicks}
    sent = {
        letter: sum(row["number"] for row in rows if row["variant"] == letter and row["state"] in ACCEPTED)
        for letter in subjects
    }
    return [Variant(letter, subject, sent[letter], clicked.get(letter, 0)) for letter, subject in subjects.items()]
