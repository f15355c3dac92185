import datetime as dt
from functools import partial

import pytest
import time_machine

from articles.states import State
from tests.factories import make_article, make_articles, make_contributor, make_tag

pytestmark = pytest.mark.django_db
MINUTE = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
PAGES = ["/", "/latest/", "/world/", "/tags/padma/", "/authors/hasan-kabir/"]


def make_everywhere(**fields):
    """A story that all of PAGES list."""
    return make_article(headline="Ferries", tags=[make_tag()], signed_by=[make_contributor()], **fields)


def is_listed(client, page, story, *, at):
    with time_machine.travel(at, tick=False):
        answer = client.get(page)
    assert answer.status_code == 200
    return f'href="{story.get_absolute_url()}"' in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_scheduled_story_appears_at_its_minute(client, page):
    listed = partial(is_listed, client, page, make_everywhere(publish_at=MINUTE))
    assert not listed(at=MINUTE - SECOND)
    assert listed(at=MINUTE)


@pytest.mark.parametrize("page", PAGES)
def test_expiring_story_disappears_at_its_minute(client, page):
    story = make_everywhere(publish_at=MINUTE - dt.timedelta(days=2), unpublish_at=MINUTE)
    listed = partial(is_listed, client, page, story)
    assert listed(at=MINUTE - SECOND)
    assert not listed(at=MINUTE)


@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN])
@pytest.mark.parametrize("page", PAGES)
def test_draft_and_withdrawn_stories_are_nowhere(client, page, state):
    assert not is_listed(client, page, make_everywhere(state=state, publish_at=MINUTE), at=MINUTE + SECOND)


def test_stories_stand_under_their_days_with_their_clock(client):
    make_article(headline="Later", publish_at=dt.datetime(2026, 11, 22, 18, 30, tzinfo=dt.UTC))
    make_article(headline="Earlier", publish_at=dt.datetime(2026, 11, 22, 17, 30, tzinfo=dt.UTC))
    with time_machine.travel(MINUTE, tick=False):
        page = client.get("/latest/").content.decode()
    order = ["Monday, 23 November 2026", "00:30", ">Later<", "Sunday, 22 November 2026", "23:30", ">Earlier<"]
    places = [page.rindex(word) for word in order]
    assert places == sorted(places)


def test_pages_follow_each_other_without_gap_or_repeat(client):
    make_articles(number=45)
    numbers = [len(client.get("/latest/", {"page": page}).context["page"].items) for page in (1, 2, 3)]
    assert numbers == [20, 20, 5]
    shown = [story.pk for page in (1, 2, 3) for story in client.get("/latest/", {"page": page}).context["page"].items]
    assert len(set(shown)) == 45


def test_middle_page_links_both_ways(client):
    make_articles(number=45)
    page = client.get("/latest/?page=2").content.decode()
    assert '<a rel="prev" href="./">' in page
    assert '<a rel="next" href="?page=3">' in page
    assert 'rel="canonical" href="http://127.0.0.1:8000/latest/?page=2"' in page


@pytest.mark.parametrize("asked", ["abc", "0", "-1", "2", "999999", "১", "", "1e3", "9" * 5000])
@pytest.mark.parametrize("page", PAGES[1:])
def test_page_that_is_not_there_is_not_found(client, page, asked):
    make_everywhere()
    assert client.get(page, {"page": asked}).status_code == 404


@pytest.mark.parametrize("number", [2, 20])
def test_costs_the_same_with_few_and_many_stories(client, django_assert_num_queries, number):
    make_articles(number=number)
    with django_assert_num_queries(4):
        assert client.get("/latest/").status_code == 200


def test_empty_list_says_so(client):
    assert "Nothing has been published here yet." in client.get("/latest/").content.decode()
