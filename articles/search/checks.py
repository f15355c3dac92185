"""What a database lacks that search would use."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import Error as DatabaseError
from django.db import connections

from articles.models import SearchWord
from articles.search.postgresql import has_trigrams
from articles.search.schema import EXTENSION, RUNS


def trigrams_missing(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.Warning]:
    """Without pg_trgm misspelt words are found by their consonants alone."""
    if "default" not in (databases or ()) or connections["default"].vendor != "postgresql":
        return []
    try:
        # Before the first migration, which makes it where it may, nothing is missing yet.
        if has_trigrams() or not _is_migrated():
            return []
    except DatabaseError:
        # A database that does not answer is what other checks are about.
        return []
    hint = f"Have a superuser run, in the site's database: {EXTENSION}; {RUNS};"
    return [checks.Warning("The extension pg_trgm is missing.", hint=hint, id="articles.W001")]


def _is_migrated() -> bool:
    return SearchWord._meta.db_table in connections["default"].introspection.table_names()
