"""What search looks at: one row for every story, in the terms of articles.search.analysis."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import QuerySet

from articles.models.articles import Article

# A row's place is the day of its time with the story's id behind it, so that the index itself is in order of time.
# Seconds would cost SQLite's index five bytes for each word of each story: it keeps how far it is from the row before.
ID_BITS, DAY = 24, 86_400


def place_of(article: Article) -> int:
    """Where a story stands in time: by its publication, a draft by when it was begun. Unique, and never below zero."""
    return place_at(article.publish_at or article.created) | (article.pk & ((1 << ID_BITS) - 1))


def place_at(moment: dt.datetime | None) -> int:
    """The first place of the day of a moment, in UTC."""
    seconds = max(0, int(moment.timestamp())) if moment else 0
    return seconds // DAY << ID_BITS


class TermVector(models.Field):
    """PostgreSQL's array of numbers, as its literal; on SQLite, whose full-text table has the terms, empty text."""

    def db_type(self, connection: Any) -> str:
        return "integer[]" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::integer[]" if connection.vendor == "postgresql" else "%s"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value or ("{}" if connection.vendor == "postgresql" else "")


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    def stale(self, version: int) -> "SearchDocumentQuerySet":
        """Rows that another version of the indexing wrote, or whose names have changed since (version 0)."""
        return self.exclude(version=version)

    def missing(self) -> QuerySet[Article]:
        """Stories without a row."""
        return Article.objects.filter(search_document=None)


class SearchDocument(models.Model):
    """The terms of a story: on PostgreSQL as articles.search.numbers writes them; on SQLite `packed` has them, and
    triggers put it in the full-text table. That keeps no text of its own: to take a row out again it has to be told
    what it put in.
    """

    place = models.BigIntegerField(primary_key=True)
    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="search_document")
    vector = TermVector(default="", editable=False)
    packed = models.BinaryField(default=b"", editable=False)
    words = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField(default=0, db_index=True)

    objects = SearchDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "search document"

    def __str__(self) -> str:
        return f"search document of story {self.article_id}"


class SearchWordQuerySet(models.QuerySet["SearchWord"]):
    def beginning_with(self, start: str) -> "SearchWordQuerySet":
        """Words that begin with `start`, in the order of an index."""
        return self.filter(word__gte=start, word__lt=start + chr(0x10FFFF)).order_by("word")

    def with_keys(self, keys: list[str]) -> "SearchWordQuerySet":
        """Words with any of these skeletons (articles.search.spelling)."""
        return self.filter(key__in=keys)


class SearchWord(models.Model):
    """A word that a headline, the start of a story, a tag or a name has had: what misspelt words are compared with."""

    word = models.CharField(max_length=48, unique=True)
    key = models.CharField(max_length=48, db_index=True)

    objects = SearchWordQuerySet.as_manager()

    class Meta:
        verbose_name = "search word"

    def __str__(self) -> str:
        return self.word
