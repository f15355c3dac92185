"""Search: an index row for every story, written with it, and one function that asks for them.

Outsiders import from here. `analysis` turns text into terms, `indexing` writes the rows, `queries` reads what people
type, `planning` bounds what it costs, one module a database matches and ranks, `spelling` corrects, `searching` puts
it together.
"""

from articles.search.indexing import VERSION, catch_up, index, mark_stale, reindex
from articles.search.results import Facet, Filters, Found, Hit, Results
from articles.search.searching import find, search

__all__ = [
    "VERSION",
    "Facet",
    "Filters",
    "Found",
    "Hit",
    "Results",
    "catch_up",
    "find",
    "index",
    "mark_stale",
    "reindex",
    "search",
]
