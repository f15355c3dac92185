"""The newsletters of the demo newsroom: something to look at on every page, nothing that is ever mailed by itself."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from newsletter import audiences
from newsletter.composing.preflight import preflight
from newsletter.models import Delivery, Issue, LinkClicks, ListDay, NewsletterList, Subscriber, Subscription, Wording
from newsletter.states import IssueState, ListKind
from newsportal import demo
from newsportal.demo import content
from newsportal.demo.newsletters import DOMAIN, FRESH, STORIES
from tests.factories import make_user
from tests.newsletter.factories import make_confirmed, make_list


def test_each_edition_has_its_newsletters(loaded):
    for language in ("en", "bn"):
        lists = NewsletterList.objects.in_edition(language)
        assert [row.kind for row in lists] == [ListKind.EDITED, ListKind.DIGEST, ListKind.ALERT]


def test_an_issue_was_sent_and_one_is_written_in_each_edition(loaded):
    for language in ("en", "bn"):
        issues = Issue.objects.filter(newsletter__language=language)
        sent, draft = issues.get(state=IssueState.DONE), issues.get(state=IssueState.DRAFT)
        assert sent.audience == sent.deliveries.count() > 90
        assert sent.blocks.exclude(article=None).count() == 6
        assert draft.blocks.exclude(article=None).count() >= 3
        assert sent.log.filter(action="finish").exists()
        assert LinkClicks.objects.of(sent).exists()
        day = ListDay.objects.filter(newsletter=sent.newsletter).latest("day")
        assert day.readers == sent.newsletter.subscriptions.count()


@pytest.mark.parametrize("language", ["en", "bn"])
def test_there_are_stories_for_its_issues_at_any_time_of_day(language):
    ages = [story["hours_ago"] for story in content.stories() if story["language"] == language and "hours_ago" in story]
    week = FRESH / dt.timedelta(hours=1)
    for sent in range(17, 42):  # hours since yesterday's issue, from midnight to midnight
        assert len([age for age in ages if sent < age < sent + week]) >= STORIES
        assert len([age for age in ages if 0 < age < sent]) >= 3


def test_the_draft_could_go_out(loaded):
    draft = Issue.objects.get(newsletter__language="en", state=IssueState.DRAFT)
    assert not preflight(draft, now=timezone.now()).stops


def test_nothing_of_it_is_mailed_by_itself(loaded):
    now = timezone.now()
    assert not Delivery.objects.open().exists()
    assert not Issue.objects.due(now + dt.timedelta(days=30)).exists()
    assert not Subscription.objects.confirmation_due(now).exists()
    for newsletter in NewsletterList.objects.filter(kind=ListKind.DIGEST):
        assert audiences.count(Issue(newsletter=newsletter), now) == 0
    assert not Subscriber.objects.exclude(key__endswith=DOMAIN).exists()


def test_loading_again_changes_nothing(loaded):
    before = (Issue.objects.count(), Subscriber.objects.count(), list(Issue.objects.values_list("version", "modified")))
    demo.load()
    after = (Issue.objects.count(), Subscriber.objects.count(), list(Issue.objects.values_list("version", "modified")))
    assert after == before


def test_removing_leaves_nothing_of_it(loaded):
    demo.remove()
    for model in (Issue, Delivery, Subscriber, NewsletterList, ListDay, Wording):
        assert not model.objects.exists(), model


def test_a_list_that_somebody_has_made_is_left_alone(db):
    own = make_list(name="Our own morning")
    reader = make_confirmed(newsletter=own)
    demo.load()
    assert own.subscriptions.get() == reader
    demo.remove()
    assert NewsletterList.objects.get() == own
    assert own.subscriptions.get() == reader


def test_its_pages_open(client, loaded):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    for issue in Issue.objects.all():
        assert client.get(reverse("admin:newsletter_issue_change", args=[issue.pk])).status_code == 200
    assert client.get(reverse("admin:newsletter_issue_changelist")).status_code == 200
    assert client.get(reverse("admin:index")).status_code == 200
