"""SQLite: an FTS5 table without text of its own, which the triggers of the search documents keep (migration 0020).

Its tokens are our terms, which are letters, marks, digits and private-use characters. FTS5's own tokenizers take
Bangla's vowel signs for separators unless `categories` says otherwise.
"""

import time
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db import OperationalError, connection

from articles.models import SearchWord
from articles.search.spelling import trigrams
from articles.search.terms import EXACT, FACET, Frequencies, Plan, Row, Term, TookTooLong

# Weights of the columns body, lead, headline, names, exact and facets (articles.search.schema).
WEIGHTS = (1.0, 2.0, 4.0, 0.3, 0.15, 0.0)
# The columns that say more than the body does that a story is about a phrase.
TELLING = {"lead": WEIGHTS[1], "headline": WEIGHTS[2]}
# What a phrase counts wherever it stands: enough beside the others not to be taken for noise (searching.TAIL).
PRESENT = 2.0
# Rows that are ranked while a reader waits.
BUDGET = 5_000
# Steps of SQLite's machine between two looks at the clock.
STEPS = 20_000


def pack(columns: Sequence[Sequence[str]]) -> bytes:
    """The terms of the columns headline, lead, body, names, exact and facets as the table is told them."""
    return zlib.compress("\n".join(" ".join(terms) for terms in columns).encode())


def unpack(packed: bytes, column: int) -> str:
    """SQL function `search_column`: one column of what `pack` packed."""
    return _columns(packed)[column]


@lru_cache(maxsize=2)
def _columns(packed: bytes) -> list[str]:
    """The triggers ask for the columns of a row one after the other."""
    return zlib.decompress(packed).decode().split("\n")


def add_functions(connection: Any, **kwargs: Any) -> None:
    """Gives a new connection what the triggers call."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("search_column", 2, unpack, deterministic=True)


def frequencies(terms: Sequence[Term]) -> Frequencies:
    """How many rows there are, and how many have each word; of a phrase, whether its rarest word is in more than can
    be ranked.

    Facets bound nothing where rows are met in the order of time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM articles_searchdocument")
        found = Frequencies(cursor.fetchone()[0], BUDGET)
        for term in terms:
            if len(term.parts) > 1:
                found.having[term] = min(_counted(cursor, word, BUDGET + 1) for word in term.parts)
            elif not term.parts[0].startswith(FACET):
                cursor.execute("SELECT doc FROM articles_search_terms WHERE term = %s", [term.parts[0]])
                found.having[term] = (cursor.fetchone() or (0,))[0]
    return found


def _counted(cursor: Any, word: str, limit: int) -> int:
    """How many rows have a word, as far as `limit`: the whole of a common one takes a while."""
    counted = "SELECT count(*) FROM (SELECT 1 FROM articles_search WHERE articles_search MATCH %s LIMIT %s)"
    cursor.execute(counted, [_quoted(word), limit])
    return cursor.fetchone()[0]


def known(words: Collection[str]) -> set[str]:
    """Those of some thousand words that are in the table."""
    return set(SearchWord.objects.filter(word__among=set(words)).values_list("word", flat=True))


def shared(terms: Collection[str], stories: int) -> set[str]:
    """Those of single words that at least so many stories have."""
    with connection.cursor() as cursor:
        return {term for term in terms if _counted(cursor, term, stories) >= stories}


def ranked(plan: Plan) -> list[Row]:
    """The rows of a plan, best first (newest first, without a score, when it goes by time).

    FTS5 counts in how many rows each word, and each phrase, is before it gives the first score. A phrase that would
    take long to count is looked for in the newest rows that have it.
    """
    if not plan.by_time and _is_of_common_words(plan):
        return _by_column(list(plan.scored), ranked(replace(plan, by_time=True)))
    score = "0.0" if plan.by_time else f"-bm25(articles_search, {', '.join(map(str, WEIGHTS))})"
    where = "articles_search MATCH %s"
    parameters: list[Any] = [expression(plan)]
    if plan.since:
        where += " AND rowid >= %s"
        parameters.append(plan.since)
    newest = f" ORDER BY rowid DESC LIMIT {int(plan.looked_at)}" if plan.looked_at else ""
    inner = f"SELECT rowid AS place, {score} AS score FROM articles_search WHERE {where}{newest}"  # noqa: S608
    order = "f.place DESC" if plan.by_time else "f.score DESC, f.place DESC"
    sql = (
        f"SELECT d.article_id, f.place, f.score FROM ({inner}) f "  # noqa: S608
        f"JOIN articles_searchdocument d ON d.place = f.place ORDER BY {order} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, plan.limit])
        return [Row(*values) for values in cursor.fetchall()]


def _is_of_common_words(plan: Plan) -> bool:
    """Whether nothing is asked for but phrases whose words many rows have: to count such a phrase is to read all places
    of its words.
    """
    return bool(plan.scored) and all(len(term.parts) > 1 and having > BUDGET for term, having in plan.scored.items())


def _by_column(phrases: Sequence[Term], newest: list[Row]) -> list[Row]:
    """Rows by where a phrase stands in them, with the weights of the columns, and not by how often."""
    if not newest:
        return []
    having = "SELECT rowid FROM articles_search WHERE articles_search MATCH %s AND rowid >= %s"
    any_phrase = " OR ".join(map(_match, phrases))
    scores = dict.fromkeys((row.place for row in newest), PRESENT)
    with connection.cursor() as cursor:
        for column, weight in TELLING.items():
            cursor.execute(having, [f"{column} : ({any_phrase})", min(scores)])
            for (place,) in cursor.fetchall():
                if place in scores:
                    scores[place] += weight
    rows = [replace(row, score=scores[row.place]) for row in newest]
    return sorted(rows, key=lambda row: (row.score, row.place), reverse=True)


def expression(plan: Plan) -> str:
    """The plan as an FTS5 query. Terms that only rank stand beside the groups, so that bm25 counts them."""
    groups = [" AND ".join(_match(term) for term in group) for group in plan.groups]
    if not plan.by_time:
        base = groups[0] if plan.is_strict or plan.newest else ""
        grouped = {term for group in plan.groups for term in group}
        others = [_match(term) for term in plan.scored if term not in grouped and not (plan.newest and _is_minor(term))]
        groups += [f"{base} AND {other}" if base else other for other in others]
    found = " OR ".join(f"({group})" for group in groups)
    for facets in plan.required:
        found = f"({found}) AND (" + " OR ".join(_quoted(FACET + facet) for facet in facets) + ")"
    if plan.excluded:
        found = f"({found}) NOT (" + " OR ".join(_match(term) for term in plan.excluded) + ")"
    return found


def _is_minor(term: Term) -> bool:
    """What only adds a little: not worth its time where many rows match."""
    return len(term.parts) > 1 or term.parts[0].startswith(EXACT)


def _match(term: Term) -> str:
    return _quoted(" ".join(term.parts))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'


def similar(word: str, limit: int) -> list[str]:
    """Known words that share runs of three characters with `word`, those that share most first."""
    runs = trigrams(word)
    if not runs:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.word FROM (SELECT rowid FROM articles_searchword_runs WHERE articles_searchword_runs MATCH %s "
            "ORDER BY rank LIMIT %s) f JOIN articles_searchword w ON w.id = f.rowid",
            [" OR ".join(_quoted(run) for run in runs), limit],
        )
        return [word for (word,) in cursor.fetchall()]


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stops the queries inside after so many seconds; raises TookTooLong."""
    connection.ensure_connection()
    end = time.monotonic() + seconds
    connection.connection.set_progress_handler(lambda: int(time.monotonic() > end), STEPS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" in str(error):
            raise TookTooLong from error
        raise
    finally:
        connection.connection.set_progress_handler(None, 0)
