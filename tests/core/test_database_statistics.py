"""SQLite is told what its tables hold; other databases know it."""

import pytest
from django.db import connection
from django.utils import timezone

from newsportal.core.database_statistics import refresh
from newsportal.duties import DUTIES
from tests.factories import make_article

pytestmark = pytest.mark.django_db
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's statistics")


def stat(index):
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = %s", [index])
        return [int(number) for number in cursor.fetchone()[0].split()]


@on_sqlite
def test_an_index_is_known_to_tell_little_apart():
    for _story in range(20):
        make_article()
    assert refresh() > 50
    rows, of_one_edition, *_rest = stat("edition_newest")
    assert (rows, of_one_edition) == (20, 20)


@on_sqlite
def test_what_has_changed_since_is_looked_at_again():
    make_article()
    refresh()
    make_article()
    refresh()
    assert stat("edition_newest")[0] == 2


def test_others_are_left_alone(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with django_assert_num_queries(0):
        assert refresh() == 0


def test_the_worker_does_it_once_and_waits_for_its_next_turn():
    duty = next(duty for duty in DUTIES if duty.name == "core.statistics")
    assert duty.run(timezone.now(), lambda: False) is None
