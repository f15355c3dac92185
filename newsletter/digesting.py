"""Digests, which make themselves: each reader what is new since the last one, in the reader's morning.

Readers who have been served up to the same moment, in the same rhythm and time zone, share an issue; its span begins
where they stand and ends at the morning that has come. Who is sent it stands at its end from then on
(newsletter.delivery), and goes back to its beginning if the mail did not go out. So no story comes twice, none is left
out, and after an outage there is one digest, not one for each day. What is due is a question to the data: a worker that
was away has missed nothing.
"""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import structlog
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from articles.models import Article
from newsletter import issuing
from newsletter.appearing import note_appearances
from newsletter.audiences import audience
from newsletter.composing.filling import stories_for
from newsletter.delivery.guarding import may_send
from newsletter.frequencies import is_digest
from newsletter.models import Appearance, Block, Delivery, Issue, NewsletterList, Subscription
from newsletter.slots import due_slot, latest_slot
from newsletter.sourcing import carried
from newsletter.states import BlockKind, DeliveryState, Frequency, IssueState, ListKind
from newsportal.core.text import excerpt, localise_digits

logger = structlog.get_logger(__name__)

SUBJECT = 120
# A time later than this was written while some machine's clock was wrong.
FUTURE = dt.timedelta(days=1)


class Cohort(NamedTuple):
    """Readers of one newsletter who stand at the same place."""

    frequency: str
    time_zone: str
    covered_until: dt.datetime


def make_due_digests(*, now: dt.datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Makes and schedules the digests whose morning has come; how many. Any number of workers at once.

    One whose morning is longer ago than its newsletter allows (`stale_after`) is left to the next morning. None is made
    from a restored or copied database before a person has looked.
    """
    if not may_send(now=now):
        return 0
    made = 0
    with transaction.atomic():
        # One worker at a time: what has been covered and what appeared must not change in between.
        newsletters = list(NewsletterList.objects.select_for_update(no_key=True).order_by("pk"))
        # First, since what a clock from the future made may have been refused as well.
        give_back(now=now)
        forget_the_future(now=now)
        note_appearances(now=now)
        for newsletter in newsletters:
            _begin_those_without(newsletter, now)
            for cohort in _cohorts(newsletter):
                made += _make(newsletter, cohort, now)
            if stopping():
                break
    return made


def give_back(*, now: dt.datetime) -> int:
    """Puts readers back to where they stood before a digest that was not sent to them after all; how many.

    What a cancelled digest left unsent is given up here, so that it cannot be sent besides the next one.
    """
    cancelled = Issue.objects.digests().in_state(IssueState.CANCELLED)
    Delivery.objects.waiting().filter(issue__in=cancelled).update(state=DeliveryState.SKIPPED)
    number = 0
    undelivered = Delivery.objects.undelivered()
    lately = Issue.objects.digests().begun_since(now - dt.timedelta(days=30))
    for issue in lately.filter(Exists(undelivered.filter(issue=OuterRef("pk")))):
        missed = undelivered.filter(issue=issue, subscriber=OuterRef("subscriber"))
        rows = Subscription.objects.filter(newsletter=issue.newsletter_id, covered_until=issue.covers_until)
        number += rows.filter(Exists(missed)).update(covered_until=issue.covers_from)
    if number:
        logger.info("digest_given_back", readers=number)
    return number


def forget_the_future(*, now: dt.datetime) -> int:
    """Undoes what a clock far ahead has left behind, which would keep digests away until that time; how many rows."""
    limit = now + FUTURE
    issues = Issue.objects.digests().filter(covers_until__gt=limit)
    for issue in issues.in_state(IssueState.SCHEDULED, IssueState.HELD, IssueState.PREPARING):
        issuing.move(issue, "cancel", by=None, now=now, finished_at=now)
    # All that was noted by then was in those digests; what comes now is given its place after it.
    noted = Appearance.objects.filter(at__lte=now).aggregate(at=Max("at"))["at"] or now
    number = Appearance.objects.filter(at__gt=limit).update(at=noted)
    for issue in issues.select_related("newsletter"):
        rows = Subscription.objects.filter(newsletter=issue.newsletter, covered_until=issue.covers_until)
        number += rows.update(covered_until=_told(issue, noted, now))
    number += issues.update(covers_from=None, covers_until=None)
    number += Subscription.objects.filter(covered_until__gt=limit).update(covered_until=now)
    if number:
        logger.error("clock_was_ahead", rows=number)
    return number


def _told(issue: Issue, noted: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Up to when a digest from the future has really served its readers; what was made after it has a higher id."""
    if issue.newsletter.kind == ListKind.DIGEST:
        return max(noted, issue.covers_from)
    before = Issue.objects.to_everybody(issue.newsletter).filter(pk__lt=issue.pk, started_at__lte=now).first()
    return max(before.started_at, issue.covers_from) if before else now


def _begin_those_without(newsletter: NewsletterList, now: dt.datetime) -> None:
    """Readers who never stood anywhere (imported, or the newsletter was another kind) begin with the span under way."""
    rows = Subscription.objects.confirmed().filter(newsletter=newsletter, covered_until=None)
    for frequency, time_zone in rows.order_by().values_list("frequency", "subscriber__time_zone").distinct():
        if is_digest(newsletter, frequency):
            mine = rows.filter(frequency=frequency, subscriber__time_zone=time_zone)
            start = latest_slot(newsletter, frequency, time_zone, now)
            Subscription.objects.filter(pk__in=mine.values("pk")).update(covered_until=start)


def _cohorts(newsletter: NewsletterList) -> list[Cohort]:
    rows = Subscription.objects.confirmed().filter(newsletter=newsletter, covered_until__isnull=False)
    groups = rows.order_by().values_list("frequency", "subscriber__time_zone", "covered_until")
    found = (Cohort(*group[:3]) for group in groups.annotate(number=Count("pk")))
    return [cohort for cohort in found if is_digest(newsletter, cohort.frequency)]


def _make(newsletter: NewsletterList, cohort: Cohort, now: dt.datetime) -> bool:
    slot = due_slot(newsletter, *cohort, now=now)
    if slot is None:
        return False
    issue = Issue(
        newsletter=newsletter,
        kind=ListKind.DIGEST,
        frequency=cohort.frequency,
        time_zone=cohort.time_zone,
        covers_from=cohort.covered_until,
        covers_until=slot,
    )
    if not audience(issue, now=now).exists() or not _make_room(issue, now):
        return False
    stories = _stories(issue, now)
    if not stories:
        # Nothing to tell is told: a weekly reader waits for the next week, not for the next story.
        audience(issue, now=now).order_by().update(covered_until=slot)
        return False
    _store(issue, stories, now)
    issuing.move(issue, "schedule", by=None, now=now, send_at=max(slot, now - dt.timedelta(minutes=1)))
    return True


def _make_room(issue: Issue, now: dt.datetime) -> bool:
    """Whether nothing stands in the way: this very digest, one under way to the same readers, an issue of editors that
    is just going out. One that was never begun is superseded, since the new one holds what it held.
    """
    same = Issue.objects.digests().filter(
        newsletter=issue.newsletter,
        frequency=issue.frequency,
        time_zone=issue.time_zone,
        covers_from=issue.covers_from,
    )
    if same.filter(covers_until__gte=issue.covers_until).exists() or same.in_state(IssueState.PREPARING).exists():
        return False
    if issue.newsletter.kind != ListKind.DIGEST and Issue.objects.just_going_out(issue.newsletter, now).exists():
        return False
    for older in same.in_state(IssueState.SCHEDULED, IssueState.HELD):
        issuing.move(older, "cancel", by=None, now=now, finished_at=now)
    return True


def _stories(issue: Issue, now: dt.datetime) -> list[Article]:
    """What is new to the readers of a digest and can be read now; most weight first, then the newest."""
    newsletter, start, end = issue.newsletter, issue.covers_from, issue.covers_until
    if newsletter.kind == ListKind.DIGEST:
        fresh = Appearance.objects.between(start, end).values("article_id")
        stories = stories_for(newsletter, now).filter(pk__in=fresh)
        # Those who take each issue had these in one that editors put together.
        told = carried(newsletter, until=now) if issue.frequency == Frequency.EACH else None
    else:
        stories = Article.objects.published(now).filter(pk__in=carried(newsletter, since=start, until=end))
        told = carried(newsletter, until=start)
    if told is not None:
        stories = stories.exclude(pk__in=told)
    return list(stories.distinct().order_by("-weight", "-publish_at", "-pk"))


def _store(issue: Issue, stories: list[Article], now: dt.datetime) -> None:
    shown = stories[: issue.newsletter.most_stories]
    issue.subject = excerpt(shown[0].headline, SUBJECT)
    issue.save()
    blocks = [
        Block(issue=issue, position=position, article=story, is_lead=position == 0)
        for position, story in enumerate(shown)
    ]
    if left := len(stories) - len(shown):
        blocks.append(Block(issue=issue, position=len(shown), kind=BlockKind.TEXT, text=_and_more(issue, left)))
    Block.objects.bulk_create(blocks)
    issuing.log(issue, "make", by=None, now=now, note=f"{len(stories)} stories")
    logger.info("digest_made", issue=issue.pk, stories=len(stories), until=issue.covers_until.isoformat())


def _and_more(issue: Issue, number: int) -> str:
    with translation.override(issue.newsletter.language):
        words = ngettext("And %(number)s more story on our site.", "And %(number)s more stories on our site.", number)
        return f'<p><a href="{reverse("latest")}">{words % {"number": localise_digits(number)}}</a></p>'
