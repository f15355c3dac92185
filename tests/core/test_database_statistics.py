"""SQLite is told what its tables hold; other databases know it."""

import pytest
from django.db import ConnectionHandler, connection, connections
from django.utils import timezone

from articles.models import Article
from newsportal.core.database_statistics import refresh
from newsportal.duties import DUTIES


@pytest.fixture
def sqlite(tmp_path, django_db_blocker):
    """A database of SQLite with a table of stories in the place of the suite's own, whichever that is."""
    facts = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "statistics.sqlite3"}
    ours, own = ConnectionHandler({"default": facts})["default"], connections["default"]
    with django_db_blocker.unblock():
        connections["default"] = ours
        try:
            with ours.schema_editor() as editor:
                editor.create_model(Article)
            # There are no tables of sections and people.
            ours.disable_constraint_checking()
            yield ours
        finally:
            ours.close()
            connections["default"] = own


def write(number):
    Article.objects.bulk_create(Article(headline="Ferries", slug="ferries", section_id=1) for _story in range(number))


def stat(index):
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = %s", [index])
        return [int(number) for number in cursor.fetchone()[0].split()]


def test_an_index_is_known_to_tell_little_apart(sqlite):
    write(20)
    assert refresh() == 1
    rows, of_one_edition, *_rest = stat("edition_newest")
    assert (rows, of_one_edition) == (20, 20)


def test_what_has_changed_since_is_looked_at_again(sqlite):
    write(1)
    refresh()
    write(1)
    refresh()
    assert stat("edition_newest")[0] == 2


@pytest.mark.django_db
def test_all_tables_are_looked_at_on_sqlite_and_none_elsewhere():
    assert (refresh() > 50) == (connection.vendor == "sqlite")


@pytest.mark.django_db
def test_others_are_left_alone(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with django_assert_num_queries(0):
        assert refresh() == 0


@pytest.mark.django_db
def test_the_worker_does_it_once_and_waits_for_its_next_turn():
    duty = next(duty for duty in DUTIES if duty.name == "core.statistics")
    assert duty.run(timezone.now(), lambda: False) is None
