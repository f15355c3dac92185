import datetime as dt

import pytest

from articles import readership
from articles.models import DayReading, HourReading
from articles.states import State
from tests.factories import make_article

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
THIS_HOUR = NOW.replace(minute=0)


def read(times, *, hours_ago=0, **fields):
    """A story of two days ago that was read `times` in one hour."""
    article = make_article(**{"publish_at": NOW - 2 * DAY, **fields})
    HourReading.objects.create(article=article, hour=THIS_HOUR - HOUR * hours_ago, reads=times)
    return article


def most_read(language="en", now=NOW, **options):
    return readership.most_read(language, now, **options)


def lines(*stories):
    return [story.line for story in stories]


def test_the_most_read_stand_first():
    few, most, some = read(2), read(9), read(5)
    assert most_read() == lines(most, some, few)


def test_hours_are_added_and_those_of_a_day_ago_no_longer_count():
    one, two, three = read(3), read(4), read(5)
    HourReading.objects.create(article=one, hour=THIS_HOUR - 23 * HOUR, reads=9)
    HourReading.objects.create(article=two, hour=THIS_HOUR - 24 * HOUR, reads=99)
    assert most_read() == lines(one, three, two)


def test_each_edition_has_its_own():
    english = [read(number) for number in (3, 2, 1)]
    bangla = [read(number, language="bn") for number in (6, 5, 4)]
    assert (most_read("en"), most_read("bn")) == (lines(*english), lines(*bangla))


def test_one_or_two_stories_make_no_list():
    read(9)
    read(8)
    assert most_read() == []


def test_the_page_does_not_name_itself():
    stories = [read(number) for number in (9, 8, 7, 6)]
    assert most_read(but=stories[1]) == lines(stories[0], stories[2], stories[3])


def test_at_most_five():
    for number in range(1, 9):
        read(number)
    assert len(most_read()) == readership.LONGEST


def test_a_story_that_is_taken_down_leaves_the_list_at_its_minute():
    stories = [read(number) for number in (9, 8, 7, 6)]
    down = read(99, unpublish_at=NOW + HOUR)
    assert most_read()[0] == down.line
    assert most_read(now=NOW + HOUR) == lines(*stories)


def test_a_withdrawn_story_is_out_at_once():
    stories = [read(number) for number in (9, 8, 7, 6)]
    most_read()
    type(stories[0]).objects.filter(pk=stories[0].pk).update(state=State.WITHDRAWN)
    assert most_read() == lines(*stories[1:])


@pytest.mark.parametrize("number", [4, 40])
def test_a_list_costs_two_queries_then_one(django_assert_num_queries, number):
    for reads in range(1, number + 1):
        read(reads)
    with django_assert_num_queries(2):
        most_read()
    with django_assert_num_queries(1):
        most_read()


def test_a_kept_list_is_made_anew_when_counts_are_filed():
    stories = [read(number) for number in (9, 8, 7)]
    most_read()
    HourReading.objects.of(stories[2]).update(reads=10)
    readership.remember(NOW)
    assert most_read() == lines(stories[2], *stories[:2])


def test_the_newsroom_sees_all_editions_with_numbers(django_assert_num_queries):
    first, second = read(9), read(5, language="bn")
    read(99, state=State.WITHDRAWN)
    with django_assert_num_queries(2):
        rows = [(row.article, row.reads) for row in readership.most_read_now(NOW, 8)]
    assert rows == [(first, 9), (second, 5)]


def test_a_new_story_is_charted_by_the_hour(django_assert_num_queries):
    article = read(4, publish_at=NOW - 3 * HOUR)
    HourReading.objects.create(article=article, hour=THIS_HOUR - 2 * HOUR, reads=6)
    DayReading.objects.create(article=article, day=NOW.date(), reads=10)
    with django_assert_num_queries(2):
        figures = readership.readership_of(article, NOW)
    assert (figures.total, figures.lately, figures.by_hour, len(figures.spans)) == (10, 10, True, 48)
    assert [span.reads for span in figures.spans[-3:]] == [6, 0, 4]


def test_an_older_story_is_charted_by_the_day(django_assert_num_queries):
    article = read(4, publish_at=NOW - 40 * DAY)
    for days_ago, reads in ((0, 4), (2, 6), (35, 90)):
        DayReading.objects.create(article=article, day=NOW.date() - DAY * days_ago, reads=reads)
    with django_assert_num_queries(3):
        figures = readership.readership_of(article, NOW)
    assert (figures.total, figures.lately, figures.by_hour, len(figures.spans)) == (100, 4, False, 30)
    assert [span.reads for span in figures.spans[-3:]] == [6, 0, 4]
