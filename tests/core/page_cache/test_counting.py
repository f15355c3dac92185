import pytest

from newsportal.core import health
from newsportal.core.page_cache import counting
from newsportal.core.page_cache.counting import Counts


def test_processes_are_added_up():
    one, two = Counts(), Counts()
    for mark in ("hit", "hit", "stale-error"):
        one.add(mark)
    two.add("hit")
    one.file()
    two.file()
    one.file()
    assert counting.today() == {"hit": 3, "miss": 0, "stale": 0, "stale-error": 1, "pass": 0}


def test_what_could_not_be_filed_is_filed_later(monkeypatch):
    counts = Counts()
    counts.add("hit")
    with monkeypatch.context() as outage:
        outage.setattr(counting, "_add", lambda mark, number: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            counts.file()
    counts.file()
    assert counting.today()["hit"] == 1


def test_readyz_says_what_it_can_when_the_cache_is_away(monkeypatch):
    monkeypatch.setattr("newsportal.core.health.counting.today", lambda: 1 / 0)
    assert health._pages() == {}
