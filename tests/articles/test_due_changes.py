"""Which changes are due, asked of the database in a way that SQLite finds an index for."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article
from newsportal.core.database_statistics import refresh
from tests.factories import make_articles

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by how many rows an index has"),
]


@pytest.mark.parametrize("looked_at", [False, True])
def test_no_story_is_read_to_find_that_nothing_is_due(looked_at):
    make_articles(number=50)
    if looked_at:
        refresh()
    assert "INDEX next_text" in Article.objects.changes_due(timezone.now() + dt.timedelta(days=1)).explain()
