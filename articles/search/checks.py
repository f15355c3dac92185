"""What a database lacks that search would use."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import Error as DatabaseError
from django.db import connections

from articles.search.postgresql import has_trigrams
from articles.search.schema import EXTENSION, RUNS


def trigrams_missing(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.Warning]:
    """Without pg_trgm misspelt words are found by their consonants alone."""
    if "default" not in (databases or ()) or connections["default"].vendor != "postgresql":
        return []
    try:
        if has_trigrams():
            return []
    except DatabaseError:
        # A database that does not answer is what other checks are about.
        return []
    hint = f"Have a superuser run, in the site's database: {EXTENSION}; {RUNS};"
    return [checks.Warning("The extension pg_trgm is missing.", hint=hint, id="articles.W001")]
