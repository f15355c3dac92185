import datetime as dt

import pytest

from articles import reading
from articles.models import Article, DayReading, HourReading, ReadingBatch
from articles.reading import Answer
from articles.states import State
from newsportal.core import tallies
from newsportal.core.limits import refusals
from tests.factories import make_article

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
OVER = tallies.SLOT + tallies.GRACE
HOUR = dt.timedelta(hours=1)


def story(**fields):
    return make_article(publish_at=NOW - HOUR, **fields)


def read(article, *, times=1, now=NOW, network="198.51.100.0/24"):
    return [reading.count(article.pk, network=network, now=now) for _ in range(times)]


def hours():
    return {(row.article_id, row.hour): row.reads for row in HourReading.objects.all()}


def test_what_is_counted_is_filed_by_the_hour_and_by_the_day_of_the_site(settings):
    settings.TIME_ZONE = "Asia/Dhaka"
    article, other, late = story(), story(), dt.datetime(2026, 11, 23, 18, 10, tzinfo=dt.UTC)
    read(article, times=3)
    read(other)
    read(article, times=2, now=late)
    reading.file_due(now=late + OVER)
    assert hours() == {(article.pk, NOW): 3, (other.pk, NOW): 1, (article.pk, late.replace(minute=0)): 2}
    days = {(row.article_id, row.day.day): row.reads for row in DayReading.objects.all()}
    assert days == {(article.pk, 23): 3, (other.pk, 23): 1, (article.pk, 24): 2}


def test_later_slots_are_added_to_the_row_of_their_hour():
    article = story()
    for minute in (0, 1, 2):
        read(article, now=NOW + dt.timedelta(minutes=minute))
        reading.file_due(now=NOW + dt.timedelta(minutes=minute) + OVER)
    assert hours() == {(article.pk, NOW): 3}


def test_filing_says_how_many_slots_and_then_has_nothing_to_do():
    read(story())
    assert [reading.file_due(now=NOW + OVER), reading.file_due(now=NOW + OVER)] == [1, 0]


def test_a_slot_that_was_filed_by_a_worker_that_died_before_it_dropped_it_counts_once():
    article = story()
    read(article, times=2)
    (slot,) = tallies.closed(reading.TALLY, now=NOW + OVER)
    reading.file(slot)
    reading.file_due(now=NOW + OVER)
    assert hours() == {(article.pk, NOW): 2}
    assert tallies.closed(reading.TALLY, now=NOW + OVER) == []


def test_a_worker_that_dies_while_it_files_leaves_the_slot_for_the_next(monkeypatch):
    article = story()
    read(article)
    with monkeypatch.context() as patch:
        patch.setattr(reading, "_add", lambda *args, **when: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            reading.file_due(now=NOW + OVER)
    assert not ReadingBatch.objects.exists()
    reading.file_due(now=NOW + OVER)
    assert hours() == {(article.pk, NOW): 1}


def test_a_story_deleted_meanwhile_takes_nothing_else_along():
    gone, article = story(), story()
    read(gone)
    read(article)
    Article.objects.filter(pk=gone.pk).delete()
    reading.file_due(now=NOW + OVER)
    assert hours() == {(article.pk, NOW): 1}


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.WITHDRAWN},
        {"published": False},
        {"unpublish_at": NOW},
        {"embargo_until": NOW + HOUR},
    ],
    ids=["withdrawn", "draft", "taken down", "embargoed"],
)
def test_only_what_readers_may_see_is_counted(fields):
    article = make_article(**{"publish_at": NOW - HOUR, **fields})
    assert read(article) == [Answer.NOT_LIVE]
    assert reading.file_due(now=NOW + OVER) == 0


def test_a_number_that_is_no_story_is_not_counted():
    assert reading.count(10**15, network="", now=NOW) == Answer.NOT_LIVE


def test_one_network_cannot_make_a_favourite():
    article, other = story(), story()
    answers = read(article, times=reading.OF_A_STORY + 2)
    assert answers.count(Answer.COUNTED) == reading.OF_A_STORY
    assert answers[-2:] == [Answer.TOO_OFTEN] * 2
    assert read(other) == [Answer.COUNTED]
    assert read(article, network="203.0.113.0/24") == [Answer.COUNTED]
    assert read(article, now=NOW + HOUR) == [Answer.COUNTED]
    assert refusals(reading.TALLY, now=NOW) == 2


def test_one_network_cannot_ask_without_end(monkeypatch):
    monkeypatch.setattr(reading, "OF_ALL", 3)
    assert read(story(), times=2) + read(story(), times=2) == [Answer.COUNTED] * 3 + [Answer.TOO_OFTEN]


def test_readers_whose_network_is_unknown_do_not_share_a_limit():
    assert set(read(story(), times=reading.OF_A_STORY + 2, network="")) == {Answer.COUNTED}


def test_what_is_kept_for_the_limit_names_no_network(monkeypatch):
    asked = []
    monkeypatch.setattr(reading, "within", lambda name, key, **limit: asked.append(key) or True)
    read(story())
    assert len(set(asked)) == 2
    assert not any("198.51" in key for key in asked)


def test_a_busy_story_is_looked_up_once(django_assert_num_queries):
    article = story()
    with django_assert_num_queries(1):
        read(article, times=20)


@pytest.mark.parametrize("number", [2, 20])
def test_filing_costs_the_same_with_few_and_many_stories(django_assert_max_num_queries, number):
    for _ in range(number):
        read(story())
    with django_assert_max_num_queries(14):
        reading.file_due(now=NOW + OVER)
    assert HourReading.objects.total() == number


def test_hours_are_forgotten_after_some_days_and_days_are_not():
    article = story()
    old = NOW - reading.HOURS_KEPT - HOUR
    for hour in (old, NOW):
        HourReading.objects.create(article=article, hour=hour, reads=1)
    DayReading.objects.create(article=article, day=old.date(), reads=1)
    ReadingBatch.objects.create(start=old)
    assert reading.forget_hours(now=NOW) == 1
    assert list(hours()) == [(article.pk, NOW)]
    assert DayReading.objects.count() == 1
    assert not ReadingBatch.objects.exists()
