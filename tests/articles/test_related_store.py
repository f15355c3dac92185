"""What is kept for related stories is right after anything that can happen to a story."""

from collections import Counter

import pytest
from django.db import OperationalError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles import related
from articles.models import Article, RelatedStory, StoryTerms, Term
from articles.related import catch_up, related_to, store
from articles.related.store import index_due, reindex
from articles.related.terms import total_term, unpack
from articles.workflow import publish, withdraw
from tests.articles.test_related import BUDGET, DAM, DAM_2, body
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def counted():
    """How many stories have each term, by the rows of the terms, and by the stories themselves."""
    kept = {row.number: row.stories for row in Term.objects.all() if row.stories}
    real = Counter()
    for row in StoryTerms.objects.all():
        real.update([*unpack(row.packed)[0], total_term(row.language)])
    return kept, dict(real)


def work():
    catch_up(now=timezone.now())


def test_terms_are_counted_when_stories_come_change_and_go():
    first, second = make_article(body=body(DAM)), make_article(body=body(DAM_2, 1))
    work()
    Article.objects.filter(pk=first.pk).update(body=body(BUDGET, 2), version=2)
    withdraw(second, by=None, reason="Wrong.")
    work()
    kept, real = counted()
    assert kept == real
    assert kept[total_term("en")] == 1


def test_terms_of_a_deleted_story_count_no_more():
    story, _other = make_article(), make_article()
    work()
    story.delete()
    kept, real = counted()
    assert kept == real


def test_a_term_remembers_its_last_stories_first():
    stories = [make_article(headline=f"Kaptai {number}", hours_ago=number + 1) for number in range(3)]
    work()
    newest = Term.objects.order_by("-stories").exclude(newest=b"").first().newest
    ids = [int.from_bytes(newest[at : at + 4], "little") for at in range(0, len(newest), 4)]
    assert ids == [story.pk for story in stories]


def test_a_withdrawn_story_comes_back():
    story, other = (make_article(headline=f"Dam {n}", body=body(DAM, n)) for n in range(2))
    work()
    withdraw(other, by=None, reason="Wrong.")
    work()
    assert not RelatedStory.objects.filter(other=other).exists()
    publish(other, by=None)
    work()
    assert RelatedStory.objects.filter(article=story, other=other).exists()


def test_a_story_that_changes_while_it_is_read_stays_due(monkeypatch):
    story, _other = make_article(body=body(DAM)), make_article(body=body(DAM_2, 1))
    take = store._taken

    def change(stories):
        rows = take(stories)
        Article.objects.filter(pk=story.pk).update(body=body(BUDGET, 2), version=2)
        monkeypatch.setattr(store, "_taken", take)
        return rows

    monkeypatch.setattr(store, "_taken", change)
    index_due()
    assert list(Article.objects.terms_due()) == [story]
    index_due()
    kept, real = counted()
    assert kept == real
    assert kept[total_term("en")] == 2


def test_reindexing_changes_nothing_that_was_right():
    stories = [make_article(headline=f"Dam {n}", body=body(DAM, n)) for n in range(3)]
    work()
    before = [related_to(story, timezone.now()) for story in stories], counted()
    reindex(list(Article.objects.all()))
    work()
    assert ([related_to(story, timezone.now()) for story in stories], counted()) == before


def test_the_same_text_again_is_never_in_the_list():
    story = make_article(headline="Dam opened", body=body(DAM * 8))
    make_article(headline="Kaptai dam is open", body=body(DAM * 8))
    event = make_article(headline="Dam closed", body=body(DAM_2, 1))
    work()
    assert related_to(story, timezone.now()) == [event]


def test_the_same_text_many_times_leaves_room_for_others():
    copies = [make_article(headline=f"Copy {n}", body=body(DAM * 8)) for n in range(40)]
    other = make_article(headline="Budget", body=body(BUDGET, 1), hours_ago=200)
    work()
    assert all(related_to(copy, timezone.now()) == [other] for copy in copies)


def test_of_the_same_text_told_many_times_a_list_shows_one():
    story = make_article(headline="Dam closed", body=body(DAM_2, 77))
    copies = [make_article(headline=f"Dam opened {n}", body=body(DAM * 8)) for n in range(15)]
    others = [make_article(headline=f"Budget {n}", body=body(BUDGET, n), hours_ago=90 + n) for n in range(3)]
    work()
    first, *rest = related_to(story, timezone.now())
    assert first in copies
    assert rest == others


def test_a_text_that_is_no_longer_the_same_comes_back():
    story, copy = (make_article(headline="Dam opened", body=body(DAM * 8)) for _n in range(2))
    work()
    assert related_to(story, timezone.now()) == []
    Article.objects.filter(pk=copy.pk).update(body=body(DAM_2, 7), version=2)
    work()
    assert related_to(story, timezone.now()) == [copy]


TEXTS = [body(DAM * 8), body(DAM * 8) + "<p>More.</p>", body(DAM_2, 1), body(BUDGET, 2), "<p>Word</p>", ""]


class Lists(TestCase):
    @settings(max_examples=10)
    @given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, len(TEXTS) - 1), st.sampled_from("wpu")), max_size=8))
    def test_no_list_shows_itself_what_readers_may_not_see_or_the_same_text(self, acts):
        stories = [make_article(headline=f"Story {n}", body=TEXTS[n % len(TEXTS)]) for n in range(8)]
        for place, text, act in acts:
            story = Article.objects.get(pk=stories[place].pk)
            if act == "w" and story.state == "published":
                withdraw(story, by=None, reason="Wrong.")
            elif act == "p" and story.state == "withdrawn" and story.body:
                publish(story, by=None, at=story.publish_at)
            else:
                Article.objects.filter(pk=story.pk).update(body=TEXTS[text], version=story.version + 1)
        work()
        now = timezone.now()
        for story in Article.objects.published(now):
            shown = related_to(story, now)
            assert story not in shown
            assert all(other.is_live(now) for other in shown)
            assert not any(other.body == story.body and len(other.body) > 300 for other in shown)
        kept, real = counted()
        assert kept == real


def test_what_another_worker_stood_in_the_way_of_is_done_again(monkeypatch):
    deadlock, steps = OperationalError("deadlock detected"), []
    deadlock.__cause__ = type("Stopped", (Exception,), {"pgcode": "40P01"})()

    def index_due():
        steps.append("index")
        if len(steps) == 1:
            raise deadlock
        return 0

    monkeypatch.setattr(related, "index_due", index_due)
    assert catch_up(now=timezone.now()) == 0
    assert len(steps) == 2


def test_other_errors_of_the_database_are_told(monkeypatch):
    def index_due():
        raise OperationalError("disk full")

    monkeypatch.setattr(related, "index_due", index_due)
    with pytest.raises(OperationalError):
        work()
