"""Which changes are due, asked of the database."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article
from newsportal.core.database_statistics import refresh
from tests.factories import make_articles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("looked_at", [False, True])
def test_no_story_is_read_to_find_that_nothing_is_due(looked_at):
    make_articles(number=50)
    if connection.vendor == "sqlite" and looked_at:
        refresh()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As it does by itself; with fifty rows it would read the table, whatever indexes there are.
            cursor.execute("ANALYZE articles_article")
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Article.objects.changes_due(timezone.now() + dt.timedelta(days=1)).explain()
    assert "next_text" in plan
