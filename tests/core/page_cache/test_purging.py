import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from newsportal.core.models import Purge
from newsportal.core.page_cache import purging
from newsportal.core.page_cache.purging import KEPT, forget_old, give_number, purge
from tests.processes import at_once


def numbered():
    return list(Purge.objects.numbered().values_list("number", "tags"))


@pytest.mark.django_db(transaction=True)
def test_one_transaction_is_one_change():
    with transaction.atomic():
        purge("story:1", "front:en")
        purge("story:2", "front:en")
        assert numbered() == []
    purge("site")
    assert numbered() == [(1, "front:en story:1 story:2"), (2, "site")]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_no_change():
    with transaction.atomic():
        purge("story:1")
        transaction.set_rollback(True)
    with transaction.atomic():
        with transaction.atomic():
            purge("story:2")
            transaction.set_rollback(True)
        purge("story:3")
    assert numbered() == [(1, "story:3")]


@pytest.mark.django_db
def test_nothing_is_no_change():
    purge()
    assert not Purge.objects.exists()


def test_numbers_are_given_one_by_one_whoever_asks(threads_db):
    at_once(*(lambda number=number: purge(f"story:{number}") for number in range(12)))
    assert [number for number, _tags in numbered()] == list(range(1, 13))


@pytest.mark.django_db(transaction=True)
def test_numbering_again_does_nothing():
    purge("site")
    give_number(Purge.objects.get().change)
    assert numbered() == [(1, "site")]


@pytest.mark.django_db(transaction=True)
def test_failing_to_number_does_not_fail_the_change(monkeypatch):
    monkeypatch.setattr(purging, "_number", lambda rows: 1 / 0)
    purge("site")
    assert Purge.objects.unnumbered().count() == 1


@pytest.mark.django_db
def test_old_rows_go_and_the_newest_stays():
    long_ago = timezone.now() - KEPT - dt.timedelta(hours=1)
    for number in (1, 2, 3):
        Purge.objects.create(
            change=str(number), number=number, tags="site", at=long_ago, told_at=long_ago, next_try=long_ago
        )
    assert forget_old(timezone.now()) == 2
    assert numbered() == [(3, "site")]


@pytest.mark.django_db(transaction=True)
def test_command_purges_what_it_is_told_or_all():
    call_command("purge_pages", "story:42", "front:en", verbosity=0)
    call_command("purge_pages", verbosity=0)
    assert [tags for _number, tags in numbered()] == ["front:en story:42", "everything"]


@pytest.mark.django_db
@pytest.mark.parametrize("tag", ["", "a b", "a,b", "Story:1", "স", "story:"])
def test_command_refuses_what_is_no_tag(tag):
    with pytest.raises(CommandError):
        call_command("purge_pages", tag)
    assert not Purge.objects.exists()
    assert connection.in_atomic_block
