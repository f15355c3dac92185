import pytest
from django.utils import timezone

from newsportal.core.models import Purge
from newsportal.core.page_cache import ledger as module
from newsportal.core.page_cache.entries import entry_of
from newsportal.core.page_cache.ledger import Ledger
from newsportal.core.page_cache.purging import purge

pytestmark = pytest.mark.django_db


def numbered(number, tags):
    now = timezone.now()
    return Purge.objects.create(change=str(number), number=number, tags=tags, at=now, told_at=now, next_try=now)


def page(number, *tags):
    headers = [("Cache-Control", "public, s-maxage=60"), ("Cache-Tag", ",".join(tags))]
    return entry_of("200 OK", headers, b"x", number=number, born=0.0, etag='"x"')


@pytest.fixture
def ledger():
    ledger = Ledger()
    assert ledger.refresh()
    return ledger


def test_page_holds_until_something_it_shows_has_changed(ledger):
    mine, others = page(0, "story:1", "site"), page(0, "story:2", "site")
    assert ledger.holds(mine)
    numbered(1, "story:1 front:en")
    ledger.refresh()
    assert (ledger.holds(mine), ledger.holds(others)) == (False, True)
    assert ledger.holds(page(1, "story:1"))


def test_a_change_that_comes_between_is_looked_at(ledger):
    """Another thread applies it after the tags were read and before the page is found good."""
    mine = page(0, "story:1")
    numbered(1, "story:1")

    class Tags(dict):
        def get(self, *asked):
            found = super().get(*asked)
            ledger.refresh()
            return found

    ledger.tags = Tags(ledger.tags)
    ledger.holds(mine)
    ledger.tags = dict(ledger.tags)
    assert not ledger.holds(mine)


def test_a_look_costs_one_query(ledger, django_assert_num_queries):
    numbered(1, "site")
    for _time in range(2):
        with django_assert_num_queries(1):
            ledger.refresh()


def test_process_that_starts_later_knows_what_changed_before(ledger):
    for number in range(1, 6):
        numbered(number, f"story:{number}")
    late = Ledger()
    late.refresh()
    assert not late.holds(page(3, "story:4"))
    assert late.holds(page(4, "story:4"))


def test_page_older_than_all_rows_is_not_trusted():
    for number in (7, 8):
        numbered(number, "story:1")
    ledger = Ledger()
    ledger.refresh()
    assert not ledger.holds(page(5, "story:2"))
    assert ledger.holds(page(6, "story:2"))


def test_page_of_a_number_that_nobody_has_given_is_not_trusted(ledger):
    assert not ledger.holds(page(9, "site"))


def test_everything_is_everything(ledger):
    numbered(1, "everything")
    ledger.refresh()
    assert not ledger.holds(page(0, "story:1"))
    assert ledger.holds(page(1, "story:1"))


def test_restored_database_makes_everything_anew_once(ledger):
    other = Ledger()
    for number in range(1, 900):
        numbered(number, "site")
    for process in (ledger, other):
        process.refresh()
    Purge.objects.filter(number__gt=5).delete()
    for process in (ledger, other):
        process.refresh()
        assert not process.holds(page(899, "story:1"))
        assert process.holds(page(900, "story:1"))
    assert Purge.objects.numbered().last().number == 900


def test_change_of_a_process_that_died_before_it_was_numbered_is_numbered_by_another(ledger, monkeypatch):
    purge("story:1")  # in the test's transaction, whose end never comes
    clock = iter(range(0, 100, 2))
    monkeypatch.setattr(module.time, "monotonic", lambda: float(next(clock)))
    assert ledger.refresh()
    assert ledger.holds(page(0, "story:1"))
    assert ledger.refresh()
    assert ledger.refresh()
    assert not ledger.holds(page(0, "story:1"))


def test_blind_until_it_has_looked_and_when_it_cannot(monkeypatch):
    ledger = Ledger()
    assert ledger.is_blind
    ledger.refresh()
    assert not ledger.is_blind
    with monkeypatch.context() as outage:
        outage.setattr(ledger, "_read", lambda now: 1 / 0)
        assert not ledger.refresh()
        assert ledger.is_blind
    assert ledger.refresh()
    assert not ledger.is_blind


def test_change_of_this_process_is_due_at_once(ledger):
    ledger.hear()
    assert ledger.is_due
    ledger.refresh()
    assert not ledger.is_due
