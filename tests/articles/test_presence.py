"""Who has a story open."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import presence
from articles.models import Presence
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def later(**span):
    return NOW + dt.timedelta(**span)


@pytest.fixture
def tania():
    return make_user(first_name="Tania", last_name="Rahman")


def test_others_are_named_and_oneself_is_not(tania):
    article, me = make_article(), make_user(username="me")
    presence.arrive(article, by=tania, now=NOW)
    presence.arrive(article, by=me, now=NOW)
    assert presence.others(article, by=me, now=NOW) == ["Tania Rahman"]
    assert presence.others(article, by=tania, now=NOW) == ["me"]


def test_arriving_again_is_one_row_heard_of_later(tania):
    article = make_article()
    presence.arrive(article, by=tania, now=NOW)
    presence.arrive(article, by=tania, now=later(seconds=10))
    assert Presence.objects.get().seen_at == later(seconds=10)


@pytest.mark.parametrize(("seconds", "open_"), [(24, True), (26, False)])
def test_a_form_that_says_nothing_for_a_while_is_closed(tania, seconds, open_):
    article = make_article()
    presence.arrive(article, by=tania, now=NOW)
    assert bool(presence.others(article, by=make_user(), now=later(seconds=seconds))) is open_


def test_another_story_is_another_matter(tania):
    presence.arrive(make_article(), by=tania, now=NOW)
    assert presence.others(make_article(), by=make_user(), now=NOW) == []


def test_leaving_says_so_at_once(tania):
    article = make_article()
    presence.arrive(article, by=tania, now=NOW)
    presence.leave(article, by=tania)
    assert presence.others(article, by=make_user(), now=NOW) == []


def test_rows_of_forms_long_closed_are_forgotten(tania):
    presence.arrive(make_article(), by=tania, now=NOW)
    presence.arrive(make_article(), by=tania, now=later(minutes=50))
    assert presence.forget_left(now=later(minutes=70)) == 1


@pytest.mark.parametrize("number", [2, 20])
def test_it_costs_the_same_however_many_are_here(number):
    article, me = make_article(), make_user()
    for _ in range(number):
        presence.arrive(article, by=make_user(), now=NOW)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(presence.others(article, by=me, now=NOW)) == number
    assert len(queries) == 1
