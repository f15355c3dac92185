"""A newsroom and a sending worker in fast motion, for digests."""

import datetime as dt
from collections import defaultdict

from articles.models import Article
from newsletter import issuing
from newsletter.delivery.freezing import prepare
from newsletter.digesting import make_due_digests
from newsletter.models import Delivery, Issue
from newsletter.states import DeliveryState, IssueState
from tests.factories import make_article

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def story(at, **fields):
    return make_article(publish_at=at, **fields)


def send_due(now, *, fails=frozenset(), fate=DeliveryState.SENT):
    """What newsletter.delivery does with what is due: the late is held, the rest frozen and sent."""
    for issue in Issue.objects.due(now):
        deliver(issue, now, fails=fails, fate=fate)


def deliver(issue, now, *, fails=frozenset(), fate=DeliveryState.SENT):
    """Freezes an issue as workers do, and says what became of each mail."""
    issue = prepare(issue, now=now)
    if issue.state != IssueState.SENDING:
        return
    Delivery.objects.filter(issue=issue).update(state=fate, sent_at=now)
    Delivery.objects.filter(issue=issue, mailbox__in=fails).update(state=DeliveryState.FAILED, sent_at=None)
    if fate in (DeliveryState.SENT, DeliveryState.UNCERTAIN):
        issuing.move(issue, "finish", by=None, now=now, finished_at=now)


def received():
    """By mailbox, in order: the issues that each reader was sent."""
    found = defaultdict(list)
    reached = Delivery.objects.in_state(DeliveryState.SENT, DeliveryState.UNCERTAIN)
    for row in reached.select_related("issue").order_by("issue__started_at", "pk"):
        found[row.mailbox].append(row.issue)
    return found


def stories_in(issue):
    return list(Article.objects.filter(pk__in=issue.blocks.values("article")).values_list("headline", flat=True))


def go(now, **options):
    """One round of the two workers; what was made."""
    made = make_due_digests(now=now)
    send_due(now, **options)
    return made


def scheduled():
    return Issue.objects.in_state(IssueState.SCHEDULED)
