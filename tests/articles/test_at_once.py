"""Two who do the same in one second, workers that share what is due, one that is killed: one outcome, logged once."""

import datetime as dt
from functools import partial

import pytest
from django.utils import timezone

from articles import contents, revising, scheduling, workflow
from articles.models import Article, LogEntry, SearchDocument
from articles.revising import Collision
from articles.signals import article_changed
from articles.states import EDITOR, State
from newsportal.core.duties import CLAIM, Duty, Worker
from tests.factories import make_article, make_image, make_tag, make_user
from tests.processes import at_once, die, killed

pytestmark = pytest.mark.usefixtures("threads_db")
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


def draft():
    """A story that the checks let pass."""
    return make_article(
        headline="Ferries", published=False, lead_image=make_image(), standfirst="They sail.", tags=[make_tag()]
    )


def changed_story(*, when=None, now=None):
    article = make_article(headline="Live")
    revising.save(article, contents.take(article) | {"headline": "Reworked"}, by=None)
    if when:
        workflow.update(article, by=None, at=when, now=now)
    return article


def outcome(task, *refusals):
    """What a task gives, or the refusal that it ends in."""
    try:
        return task()
    except refusals as refused:
        return refused


def test_two_who_publish_in_the_same_second_publish_once(now):
    article, editors = draft(), [make_user(role=EDITOR) for _each in range(2)]
    tasks = [partial(workflow.publish, Article.objects.get(), by=editor, now=now) for editor in editors]
    stories = at_once(*tasks)
    assert [(story.state, story.publish_at) for story in stories] == [(State.PUBLISHED, now)] * 2
    entry = LogEntry.objects.get(action="publish")
    assert (entry.article, entry.by in editors, entry.old["state"]) == (article, True, "draft")


def test_two_who_publish_changes_in_the_same_second_publish_them_once(now):
    changed_story()
    stories = at_once(*[partial(workflow.update, Article.objects.get(), by=None, now=now)] * 2)
    assert {story.updated_at for story in stories} == {now}
    assert LogEntry.objects.filter(action="update").count() == 1


def test_one_publishes_what_another_withdraws_and_both_are_logged_in_their_order(now):
    changed_story()
    story = Article.objects.get()
    tasks = [
        partial(workflow.update, story, by=None, now=now),
        partial(workflow.withdraw, story, by=None, reason="Wrong.", now=now),
    ]
    at_once(*[partial(outcome, task, workflow.WrongState) for task in tasks])
    acts = list(
        LogEntry.objects.filter(action__in=["update", "withdraw"]).order_by("pk").values_list("action", flat=True)
    )
    assert acts in (["update", "withdraw"], ["withdraw"])
    assert Article.objects.get().state == State.WITHDRAWN


def test_of_two_saves_in_one_moment_the_second_is_told():
    article = draft()
    text = revising.head_of(article).content
    saves = [
        partial(revising.save, article, text | {"headline": f"Mine, {number}"}, by=None, base=1) for number in range(2)
    ]
    results = at_once(*[partial(outcome, save, Collision) for save in saves])
    assert sorted(isinstance(result, Collision) for result in results) == [False, True]
    assert article.revisions.count() == 2


def test_workers_at_once_write_each_due_change_once(now):
    for _each in range(6):
        changed_story(when=now + HOUR, now=now)
    counts = at_once(*[partial(scheduling.apply_due_updates, now=now + 2 * HOUR)] * 3)
    assert sum(counts) == 6
    assert LogEntry.objects.filter(action="update").count() == 6


def test_workers_at_once_share_the_duties(now):
    done = []
    duties = [
        Duty(f"test.{number}", every=HOUR, run=lambda moment, stopping, n=number: done.append(n)) for number in range(5)
    ]
    workers = [Worker(duties, clock=lambda: now, refresh=lambda: None) for _each in range(3)]
    at_once(*[worker.round for worker in workers])
    assert sorted(done) == [0, 1, 2, 3, 4]


def test_what_a_killed_worker_left_is_done_by_the_next(now, monkeypatch):
    for _each in range(3):
        changed_story(when=now + HOUR, now=now)
    later = now + 2 * HOUR
    duty = Duty("articles.updates", every=HOUR, run=lambda moment, stopping: scheduling.apply_due_updates(now=later))

    def die_at_the_second(article, content, real=contents.put):
        real(article, content)
        if Article.objects.filter(headline="Reworked").count() == 2:
            die()

    with monkeypatch.context() as patch:
        patch.setattr(contents, "put", die_at_the_second)
        killed(Worker([duty], clock=lambda: later, refresh=lambda: None).round)
    assert Article.objects.filter(headline="Reworked").count() == LogEntry.objects.filter(action="update").count() == 1
    assert Worker([duty], clock=lambda: later, refresh=lambda: None).round() == [], "the claim of the dead still holds"
    Worker([duty], clock=lambda: later + CLAIM, refresh=lambda: None).round()
    assert Article.objects.filter(headline="Reworked").count() == LogEntry.objects.filter(action="update").count() == 3


def test_whoever_is_killed_between_the_commit_and_what_follows_has_published(now):
    draft()
    article_changed.connect(die, dispatch_uid="test-die")
    try:
        killed(lambda: workflow.publish(Article.objects.get(), by=None, now=now))
    finally:
        article_changed.disconnect(dispatch_uid="test-die")
    story = Article.objects.published(now).get()
    assert LogEntry.objects.get(action="publish").article == story
    assert SearchDocument.objects.filter(article=story).exists()


def test_whoever_is_killed_before_the_commit_has_done_nothing(now, monkeypatch):
    draft()
    with monkeypatch.context() as patch:
        patch.setattr(workflow, "announce", die)
        killed(lambda: workflow.publish(Article.objects.get(), by=None, now=now))
    assert (Article.objects.get().state, LogEntry.objects.count()) == (State.DRAFT, 0)
    workflow.publish(Article.objects.get(), by=None, now=now)
    assert Article.objects.published(now).exists()
