"""A scheduled change is one text at one minute: nothing that is saved later goes out with it, and what is done to its
story after that minute is done to that text, whether a worker has written it or not.
"""

import datetime as dt

import pytest
from django.utils import timezone

from articles import contents, correcting, revising, scheduling, workflow
from articles.exceptions import NotAllowed, WrongState
from articles.models import Article, LogEntry
from articles.states import REPORTER
from tests.factories import make_article, make_user

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


def rescheduled(article, now):
    return workflow.update(article, by=None, now=now + 2 * HOUR, at=now + 5 * HOUR)


AFTERWARDS = {
    "discard": lambda article, now: workflow.discard(article, by=None, now=now + 2 * HOUR),
    "update at a time": rescheduled,
    "update": lambda article, now: workflow.update(article, by=None, now=now + 2 * HOUR),
    "withdraw": lambda article, now: workflow.withdraw(article, by=None, reason="wrong", now=now + 2 * HOUR),
    "plan": lambda article, now: scheduling.plan(
        article, {"unpublish_at": now + 9 * HOUR}, by=None, now=now + 2 * HOUR
    ),
    "correct": lambda article, now: correcting.correct(
        article, wrong="Wrong.", right="Right.", by=None, now=now + 2 * HOUR
    ),
}


@pytest.mark.parametrize("worker_was_first", [False, True])
@pytest.mark.parametrize("verb", AFTERWARDS)
def test_a_verb_after_the_minute_finds_the_change_written(planned, verb, worker_was_first):
    article, now = planned
    if worker_was_first:
        scheduling.apply_due_updates(now=now + HOUR)
    AFTERWARDS[verb](article, now)
    story = Article.objects.get()
    assert (story.headline, story.has_changes, story.change_at) == ("Approved", False, None)
    assert (story.live.content["headline"], story.live.published_at) == ("Approved", now + HOUR)
    entry = LogEntry.objects.get(action="update")
    assert (entry.by, entry.at) == (None, now + HOUR)


def test_a_story_that_is_not_out_goes_back_to_draft_with_the_change_that_was_due():
    now = timezone.now().replace(microsecond=0)
    article = make_article(headline="Planned", publish_at=now + 9 * HOUR)
    rewrite(article, "Approved", now)
    workflow.update(article, by=None, now=now, at=now + HOUR)
    workflow.unschedule(article, by=None, now=now + 2 * HOUR)
    story = Article.objects.get()
    assert (story.headline, story.state, story.change_at) == ("Approved", "draft", None)


def test_a_refused_verb_writes_nothing(planned):
    article, now = planned
    with pytest.raises(NotAllowed):
        workflow.withdraw(article, by=make_user(role=REPORTER), reason="mine", now=now + 2 * HOUR)
    assert Article.objects.get().headline == "Live"


def test_a_text_that_is_live_already_is_not_approved_again(planned):
    article, now = planned
    workflow.submit(article, by=None, now=now)
    with pytest.raises(WrongState):
        workflow.approve(article, by=None, now=now + 2 * HOUR)


def test_the_minute_is_taken_from_changes_that_stay(planned):
    article, now = planned
    workflow.unschedule(article, by=None, now=now)
    scheduling.apply_due_updates(now=now + 2 * HOUR)
    story = Article.objects.get()
    assert (story.headline, story.state, story.has_changes, story.change_at) == ("Live", "published", True, None)
    assert LogEntry.objects.filter(action="unschedule_update").count() == 1


def test_saving_the_same_schedule_again_is_not_logged(planned):
    article, now = planned
    workflow.update(article, by=None, now=now, at=now + HOUR)
    assert LogEntry.objects.filter(action="schedule_update").count() == 1


@pytest.mark.parametrize("way", ["by time", "by the worker", "by a verb"])
def test_a_scheduled_minor_edit_never_says_updated(way):
    now = timezone.now().replace(microsecond=0)
    article = make_article(headline="Live")
    rewrite(article, "Live,", now)
    workflow.update(article, by=None, now=now, at=now + HOUR, minor=True)
    story, later = Article.objects.get(), now + 2 * HOUR
    if way == "by the worker":
        scheduling.apply_due_updates(now=later)
    elif way == "by a verb":
        workflow.discard(article, by=None, now=later)
    story = scheduling.as_readers_see(Article.objects.get(), now=later)
    assert (story.headline, story.shown_update) == ("Live,", None)
    assert way == "by time" or LogEntry.objects.filter(action="minor_update", at=now + HOUR).exists()


def test_the_mark_of_a_minor_edit_ends_with_its_schedule(planned):
    article, now = planned
    workflow.update(article, by=None, now=now, at=now + 3 * HOUR, minor=True)
    rewrite(article, "More than a comma", now)
    workflow.update(article, by=None, now=now, at=now + 4 * HOUR)
    scheduling.apply_due_updates(now=now + 5 * HOUR)
    assert Article.objects.get().updated_at == now + 4 * HOUR


def test_a_clock_that_goes_backwards_moves_no_update_back():
    now = timezone.now().replace(microsecond=0)
    article = make_article(headline="Live")
    rewrite(article, "Second", now)
    workflow.update(article, by=None, now=now)
    rewrite(article, "Third", now - HOUR / 2)
    workflow.update(article, by=None, now=now - HOUR / 2)
    story = Article.objects.get()
    assert (story.headline, story.updated_at) == ("Third", now)
