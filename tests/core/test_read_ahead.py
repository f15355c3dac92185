"""What pages read of the cache in one go."""

import pytest
from django.core.cache import cache

from newsportal.core import read_ahead


@pytest.fixture
def asked(monkeypatch):
    """Two announced keys, and a list of what the cache is asked."""
    monkeypatch.setattr(read_ahead, "_keys", [lambda language: "one", lambda language: f"two:{language}"])
    questions = []
    for name in ("get", "get_many"):
        asks = getattr(cache, name)
        monkeypatch.setattr(
            cache,
            name,
            lambda keys, *rest, name=name, asks=asks, **more: questions.append(name) or asks(keys, *rest, **more),
        )
    cache.set_many({"one": 1, "two:en": 2, "three": 3})
    return questions


def test_a_page_asks_once_for_all_that_was_announced(asked):
    with read_ahead.one_page():
        assert (read_ahead.get("one"), read_ahead.get("two:en"), read_ahead.get("one")) == (1, 2, 1)
    assert asked.count("get_many") == 1


def test_another_key_is_asked_for_by_itself(asked):
    with read_ahead.one_page():
        assert (read_ahead.get("one"), read_ahead.get("three"), read_ahead.get("four")) == (1, 3, None)


def test_what_was_put_there_is_known_to_the_page_and_to_others(asked):
    cache.delete("one")
    with read_ahead.one_page():
        assert read_ahead.get("one") is None
        read_ahead.keep("one", 11, 60)
        assert read_ahead.get("one") == 11
    assert cache.get("one") == 11


def test_outside_of_a_page_it_is_the_cache(asked):
    assert read_ahead.get("one") == 1
    cache.set("one", 5)
    assert read_ahead.get("one") == 5


def test_the_next_page_asks_again(asked):
    for value in (7, 8):
        cache.set("one", value)
        with read_ahead.one_page():
            assert read_ahead.get("one") == value
