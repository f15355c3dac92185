"""Which changes are due, asked of the database."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, Revision
from newsportal.core.database_statistics import refresh
from tests.factories import make_articles

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[False, True], ids=["new", "known"])
def stories(request):
    """Live stories with no change, which the database has counted where they are `known`."""
    first, *_others = make_articles(number=50)
    text = Revision.objects.create(article=first, number=1, content={}, at=timezone.now())
    Article.objects.update(head=text, live=text)
    if request.param or connection.vendor == "postgresql":
        # PostgreSQL counts by itself; for so few rows it would then take no index at all.
        with connection.cursor() as cursor:
            if not refresh():
                cursor.execute("ANALYZE articles_article")
                cursor.execute("SET LOCAL enable_seqscan = off")


def test_no_story_is_read_to_find_that_nothing_is_due(stories):
    due = Article.objects.changes_due(timezone.now() + dt.timedelta(days=1))
    if connection.vendor == "sqlite":
        assert "INDEX next_text" in due.explain()
    else:
        assert "Rows Removed by Filter" not in due.explain(analyze=True)
