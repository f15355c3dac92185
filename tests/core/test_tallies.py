import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from django.core.cache import cache

from newsportal.core import tallies
from newsportal.core.tallies import GRACE, SLOT

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
OVER = NOW + SLOT + GRACE


def counts(now=OVER, name="test"):
    return [slot.counts for slot in tallies.closed(name, now=now)]


def test_counts_each_key_of_a_slot():
    for key in ("a", "b", "a"):
        tallies.add("test", key, now=NOW)
    assert counts() == [{"a": 2, "b": 1}]


def test_a_slot_is_given_only_when_it_is_over():
    tallies.add("test", "a", now=NOW)
    assert counts(OVER - dt.timedelta(seconds=1)) == []
    assert counts(OVER) == [{"a": 1}]


def test_slots_come_oldest_first_with_their_beginning():
    for moment in (NOW + SLOT, NOW + dt.timedelta(seconds=7)):
        tallies.add("test", "a", now=moment)
    assert [slot.start for slot in tallies.closed("test", now=OVER + SLOT)] == [NOW, NOW + SLOT]


def test_names_are_counted_apart():
    tallies.add("test", "a", now=NOW)
    tallies.add("other", "b", now=NOW)
    assert counts() == [{"a": 1}]


def test_what_was_dropped_is_gone_and_what_comes_later_is_not():
    tallies.add("test", "a", now=NOW)
    (slot,) = tallies.closed("test", now=OVER)
    tallies.add("test", "b", now=OVER)
    tallies.drop(slot)
    assert counts() == []
    assert counts(OVER + SLOT + GRACE) == [{"b": 1}]


def test_reading_is_not_taking():
    tallies.add("test", "a", now=NOW)
    assert counts() == counts() == [{"a": 1}]


def test_nothing_is_lost_when_many_count_at_once():
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: tallies.add("test", str(number % 3), now=NOW), range(300)))
    assert counts() == [{"0": 100, "1": 100, "2": 100}]


def test_a_counter_that_the_cache_dropped_leaves_the_others():
    for key in ("a", "b"):
        tallies.add("test", key, now=NOW)
    cache.delete(tallies._counter("test", tallies._number(NOW), "a"))
    assert counts() == [{"b": 1}]
