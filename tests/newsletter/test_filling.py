import datetime as dt

import pytest
from django.utils import timezone

from articles.models import HourReading
from articles.states import Weight
from newsletter.composing import filling
from newsletter.composing.writing import Piece, Words
from newsletter.models import Block
from newsletter.states import IssueState
from tests.factories import make_article, make_section, make_tag
from tests.newsletter.factories import make_issue, make_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def fresh(issue, now):
    return [story.headline for story in filling.fresh_stories(issue, now=now)]


def sent(newsletter, at, *stories):
    issue = make_issue(newsletter=newsletter, state=IssueState.DONE, send_at=at, started_at=at)
    for place, story in enumerate(stories):
        Block.objects.create(issue=issue, article=story, position=place)
    return issue


def test_it_is_what_appeared_since_the_last_issue_most_weight_first(now):
    issue = make_issue()
    told = make_article(headline="Told", hours_ago=1)
    sent(issue.newsletter, now - dt.timedelta(hours=5), told)
    make_article(headline="Before", hours_ago=6)
    make_article(headline="New", hours_ago=1)
    make_article(headline="Older and heavy", hours_ago=3, weight=Weight.LEAD)
    make_article(headline="Draft", published=False)
    make_article(headline="Bangla", language="bn")
    assert fresh(issue, now) == ["Older and heavy", "New"]


def test_of_the_same_weight_the_most_read_comes_first(now):
    make_article(headline="New", hours_ago=1)
    read = make_article(headline="Read", hours_ago=3)
    HourReading.objects.create(article=read, hour=now - dt.timedelta(hours=2), reads=40)
    assert fresh(make_issue(), now) == ["Read", "New"]


def test_without_an_issue_before_it_is_the_last_day(now):
    make_article(headline="Today", hours_ago=20)
    make_article(headline="Yesterday", hours_ago=30)
    assert fresh(make_issue(), now) == ["Today"]


def test_sections_hold_what_stands_in_them_and_tags_come_on_top(now):
    world, sport = make_section(name="World"), make_section(name="Sport")
    newsletter = make_list()
    newsletter.sections.add(world)
    newsletter.tags.add(make_tag(name="Padma"))
    make_article(headline="Asia", section=make_section(name="Asia", parent=world))
    make_article(headline="Cricket", section=sport)
    make_article(headline="Cricket on the river", section=sport, tags=["Padma"])
    make_article(headline="Both", section=world, tags=["Padma"])
    assert set(fresh(make_issue(newsletter=newsletter), now)) == {"Asia", "Cricket on the river", "Both"}


def test_filling_adds_behind_what_there_is_up_to_the_most(now):
    issue = make_issue(newsletter=make_list(most_stories=2))
    there = make_article(headline="There")
    for number in range(3):
        make_article(headline=f"New {number}")
    words = filling.filled(issue, Words("x", pieces=(Piece("text"), Piece("story", article=there.pk))), now=now)
    assert [piece.kind for piece in words.pieces] == ["text", "story", "story"]
    assert words.pieces[1].article == there.pk
    assert not any(piece.is_lead for piece in words.pieces)


def test_the_first_of_an_empty_issue_is_large(now):
    make_article(), make_article()
    words = filling.filled(make_issue(), Words("x"), now=now)
    assert [piece.is_lead for piece in words.pieces] == [True, False]


def test_without_words_the_newest_of_its_sections_are_found(now):
    newsletter = make_list()
    newsletter.sections.add(make_section(name="Sport"))
    make_article(headline="World")
    make_article(headline="Cricket", section=make_section(name="Sport"))
    assert [story.headline for story in filling.found(" ", make_issue(newsletter=newsletter), now=now)] == ["Cricket"]
