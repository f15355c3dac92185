"""A scheduled change is one text at one minute: nothing that is saved later goes out with it."""

import datetime as dt

import pytest
from django.utils import timezone

from articles import contents, revising, scheduling, workflow
from articles.models import Article
from tests.factories import make_article

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def rewrite(article, headline, now):
    return revising.save(article, contents.take(article) | {"headline": headline}, by=None, now=now)


@pytest.fixture
def planned():
    """A live story with an approved headline that goes out in an hour: (story, now)."""
    now = timezone.now().replace(microsecond=0)
    article = make_article(headline="Live")
    rewrite(article, "Approved", now)
    workflow.update(article, by=None, now=now, at=now + HOUR)
    return article, now


def test_a_text_saved_after_the_schedule_does_not_go_out_at_its_minute(planned):
    article, now = planned
    rewrite(article, "Nobody has read this", now)
    scheduling.apply_due_updates(now=now + 2 * HOUR)
    story = Article.objects.get()
    assert (story.headline, story.change_at, story.has_changes) == ("Live", None, True)
    assert scheduling.as_readers_see(story, now=now + 2 * HOUR).headline == "Live"


def test_a_change_whose_minute_has_come_stays_when_somebody_saves(planned):
    article, now = planned
    rewrite(article, "Nobody has read this", now + 2 * HOUR)
    story = Article.objects.get()
    assert (story.headline, story.updated_at, story.has_changes) == ("Approved", now + HOUR, True)


def test_a_withdrawn_story_comes_back_with_the_text_that_is_called_live():
    now = timezone.now()
    article = make_article(headline="Live")
    rewrite(article, "Reworked", now)
    workflow.withdraw(article, by=None, reason="checked again", now=now)
    workflow.publish(article, by=None, now=now)
    story = Article.objects.get()
    assert (story.headline, story.live.content["headline"]) == ("Reworked", "Reworked")
