"""The verbs: publish, withdraw, unschedule."""

import datetime as dt

import pytest
from django.utils import timezone

from articles import workflow
from articles.exceptions import NewsroomError, NotAllowed, WrongState
from articles.models import Article, LogEntry, SectionBeat
from articles.signals import article_changed
from articles.states import EDITOR, REPORTER, State
from tests.factories import make_article, make_section, make_user

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


def test_publishing_a_draft_makes_it_visible_now(now):
    article = make_article(published=False)
    workflow.publish(article, by=None, now=now)
    assert list(Article.objects.published(now)) == [article]


def test_a_future_time_is_a_schedule_that_needs_no_worker(now):
    article = make_article(published=False)
    workflow.publish(article, by=None, now=now, at=now + HOUR)
    seen = [Article.objects.published(now + HOUR + dt.timedelta(seconds=s)).exists() for s in (-1, 0, 1)]
    assert seen == [False, True, True]


def test_publishing_uses_the_planned_time_of_the_draft(now):
    article = make_article(published=False, publish_at=now + HOUR)
    workflow.publish(article, by=None, now=now)
    assert article.publish_at == now + HOUR


def test_publishing_twice_writes_one_log_row(now):
    article = make_article(published=False)
    for _ in range(2):
        workflow.publish(article, by=None, now=now)
    assert LogEntry.objects.filter(action="publish").count() == 1


def test_a_new_time_for_a_published_story_is_logged(now):
    article = make_article()
    workflow.publish(article, by=None, now=now, at=now + HOUR)
    entry = LogEntry.objects.get(action="publish")
    assert (entry.old["publish_at"], entry.new["publish_at"]) != (None, entry.old["publish_at"])
    assert entry.new["publish_at"] == (now + HOUR).isoformat()


@pytest.mark.parametrize("field", ["headline", "body"])
def test_a_story_without_words_is_not_published(now, field):
    article = make_article(published=False)
    Article.objects.filter(pk=article.pk).update(**{field: ""})
    with pytest.raises(NewsroomError):
        workflow.publish(article, by=None, now=now)


def test_a_story_that_would_be_down_before_it_is_up_is_refused(now):
    article = make_article(published=False, unpublish_at=now + HOUR)
    with pytest.raises(NewsroomError):
        workflow.publish(article, by=None, now=now, at=now + 2 * HOUR)


def test_withdrawing_keeps_the_reason_and_takes_the_story_down(now):
    article = make_article()
    workflow.withdraw(article, by=None, reason=" Names were wrong. ", now=now)
    article.refresh_from_db()
    assert (article.state, article.withdrawal_note, article.is_gone(now)) == (
        State.WITHDRAWN,
        "Names were wrong.",
        True,
    )
    assert not Article.objects.published(now).exists()


def test_withdrawing_needs_a_reason(now):
    with pytest.raises(NewsroomError):
        workflow.withdraw(make_article(), by=None, reason="  ", now=now)


def test_withdrawing_twice_changes_nothing(now):
    article = make_article()
    workflow.withdraw(article, by=None, reason="first", now=now)
    workflow.withdraw(article, by=None, reason="second", now=now + HOUR)
    article.refresh_from_db()
    assert (article.withdrawal_note, LogEntry.objects.count()) == ("first", 1)


def test_a_withdrawn_story_can_come_back_with_its_old_time(now):
    article = make_article()
    published_at = article.publish_at.replace(microsecond=0)
    workflow.withdraw(article, by=None, reason="checked again", now=now)
    workflow.publish(article, by=None, now=now)
    article.refresh_from_db()
    assert (article.publish_at, article.withdrawal_note, article.withdrawn_at) == (published_at, "", None)


def test_a_scheduled_story_goes_back_to_draft_and_keeps_its_plan(now):
    article = make_article(publish_at=now + HOUR)
    workflow.unschedule(article, by=None, now=now)
    assert (article.state, article.publish_at) == (State.DRAFT, now + HOUR)


def test_what_readers_have_cannot_be_unscheduled(now):
    with pytest.raises(WrongState):
        workflow.unschedule(make_article(), by=None, now=now)


def test_a_scheduled_story_is_not_withdrawn_but_unscheduled(now):
    with pytest.raises(WrongState):
        workflow.withdraw(make_article(publish_at=now + HOUR), by=None, reason="early", now=now)


def test_a_draft_cannot_be_withdrawn(now):
    with pytest.raises(WrongState):
        workflow.withdraw(make_article(published=False), by=None, reason="no", now=now)


def test_an_editor_of_one_section_has_no_say_in_another():
    sport, politics = make_section(name="Sport"), make_section(name="Politics")
    cricket = make_section(name="Cricket", parent=sport)
    editor = make_user(role=EDITOR)
    SectionBeat.objects.create(user=editor, section=sport)
    allowed = [workflow.may(editor, "publish", make_article(section=s)) for s in (sport, cricket, politics)]
    assert allowed == [True, True, False]
    with pytest.raises(NotAllowed):
        workflow.withdraw(make_article(section=politics), by=editor, reason="not mine")


@pytest.mark.parametrize("verb", [workflow.publish, workflow.unschedule])
def test_a_reporter_is_refused_by_the_verb_itself(verb, now):
    with pytest.raises(NotAllowed):
        verb(make_article(published=False), by=make_user(role=REPORTER), now=now)


def test_the_change_is_announced_once_after_the_commit(now, django_capture_on_commit_callbacks):
    heard = []
    article_changed.connect(lambda **event: heard.append(event["action"]), weak=False, dispatch_uid="test")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            workflow.publish(make_article(published=False), by=None, now=now)
            assert heard == []
        assert heard == ["publish"]
    finally:
        article_changed.disconnect(dispatch_uid="test")


def test_a_verb_never_writes_the_words(now):
    article = make_article(published=False)
    stale = Article.objects.get(pk=article.pk)
    Article.objects.filter(pk=article.pk).update(headline="Newer words")
    workflow.publish(stale, by=None, now=now)
    assert Article.objects.get(pk=article.pk).headline == "Newer words"


def test_every_row_of_the_log_says_who_and_when(now):
    editor = make_user(role=EDITOR)
    workflow.publish(make_article(published=False), by=editor, now=now)
    entry = LogEntry.objects.get()
    assert (entry.by, entry.at, entry.old["state"], entry.new["state"]) == (editor, now, "draft", "published")
