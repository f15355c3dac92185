"""PostgreSQL: a tsvector of our terms with a GIN index, ranked by BM25F (migration 0020).

`ts_rank_cd` of a single word without normalisation is the sum of the weights of its places, which is the weighted
frequency that BM25F asks for (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009); `ts_rank` knows
nothing of how rare a word is.
"""

import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

from articles.search.terms import EXACT, FACET, Frequencies, Plan, Row, Term, TookTooLong

# Weights of names, body, lead and headline; ts_rank_cd takes none above 1.
WEIGHTS, SCALE = "{0.075,0.25,0.5,1.0}", 4
K1, B = 1.2, 0.75
_MARKS = "0123456789abcdefghijklmnopqrstuv"
# What an exact word counts as, beside the word itself (a name's weight).
EXACTLY = 0.3
# How far rows are counted one by one; more of them than this are common, whatever their number.
COUNTED = 5_001
# Rows whose places are looked at for words in a row, the newest that have the words: no index knows of places.
READ = 4_000
# PostgreSQL's largest position in a tsvector, and the most that it keeps of one word.
LAST_POSITION, MOST_POSITIONS = 16_383, 255


def vector(columns: Sequence[tuple[str, Sequence[str], int]], exact: Iterable[str], facets: Sequence[str]) -> str:
    """The literal of a tsvector: the terms of (weight, terms, gap) columns, each at its place, with gaps.

    Of `exact` words only the marks are kept, without places: they would double the size of a vector.
    """
    places: dict[str, list[str]] = {}
    position = 0
    for weight, terms, gap in columns:
        for term in terms:
            position += 1
            marked = places.setdefault(term, [])
            if len(marked) < MOST_POSITIONS:
                marked.append(f"{min(position, LAST_POSITION)}{weight}")
        position += gap
    words = [f"{_quoted(term)}:{','.join(marked)}" for term, marked in places.items()]
    words += [_quoted(mark) for mark in sorted({_mark(word) for word in exact})]
    return " ".join(words + [_quoted(FACET + facet) for facet in facets])


def _mark(word: str) -> str:
    """Four characters that stand for an exact word; no term has such a sign in it."""
    left, number = divmod(zlib.crc32(word.encode()), 32)
    return f"={_MARKS[left % 32]}{_MARKS[left // 32 % 32]}{_MARKS[number]}"


_COMMON = """
SELECT u.term, u.share FROM pg_stats s,
    unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS u(term, share)
WHERE s.schemaname = current_schema AND s.tablename = 'articles_searchdocument' AND s.attname = 'vector'
    AND u.term = ANY(%s)
"""
_USUAL = """(SELECT greatest(avg(words), 1) AS usual
    FROM (SELECT words FROM articles_searchdocument ORDER BY place DESC LIMIT 300) w)"""


def frequencies(terms: Sequence[Term]) -> Frequencies:
    """How many rows there are, and how many have each term: counted up to COUNTED, beyond that from the statistics."""
    with connection.cursor() as cursor:
        rows = _rows(cursor)
        shares = _shares(cursor, terms) if rows >= COUNTED else {}
        found = Frequencies(rows, {term: int(rows * shares[term]) for term in terms if term in shares})
        counted = [term for term in terms if term not in shares]
        if counted:
            count = (
                "(SELECT count(*) FROM (SELECT 1 FROM articles_searchdocument WHERE vector @@ %s::tsquery LIMIT %s) c)"
            )
            # Of words in a row: how many rows have the words, which an index can say.
            values = [value for term in counted for value in (_words(term), COUNTED)]
            cursor.execute("SELECT " + ", ".join([count] * len(counted)), values)
            found.having |= dict(zip(counted, cursor.fetchone(), strict=True))
    return found


def _rows(cursor: Any) -> int:
    """About how many rows there are; exactly while there are few."""
    cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'articles_searchdocument'::regclass")
    estimate = int(cursor.fetchone()[0])
    if estimate >= COUNTED:
        return estimate
    cursor.execute("SELECT count(*) FROM (SELECT 1 FROM articles_searchdocument LIMIT %s) c", [COUNTED])
    return cursor.fetchone()[0]


def _shares(cursor: Any, terms: Sequence[Term]) -> dict[Term, float]:
    """What share of all rows has each of the single words that are common enough to be in the statistics."""
    words = {term.parts[0]: term for term in terms if len(term.parts) == 1}
    cursor.execute(_COMMON, [list(words)])
    return {words[word]: share for word, share in cursor.fetchall()}


def ranked(plan: Plan) -> list[Row]:
    """The rows of a plan, best first (newest first when it goes by time)."""
    where = "vector @@ %s::tsquery"
    parameters: list[Any] = [expression(plan)]
    if plan.since:
        where += " AND place >= %s"
        parameters.append(plan.since)
    newest = f" ORDER BY place DESC LIMIT {int(plan.looked_at)}" if plan.looked_at else ""
    # A vector is kept in pieces: ts_delete, which here deletes nothing, puts it together once and not for every term.
    columns = "article_id, place, ts_delete(vector, '{}'::text[]) AS vector, words"
    source = "articles_searchdocument"
    if any(len(term.parts) > 1 for group in plan.groups for term in group):
        source = f"(SELECT place, vector FROM {source} WHERE {where} ORDER BY place DESC LIMIT {READ}) r"  # noqa: S608
        parameters = [expression(plan, in_a_row=False), *parameters[1:], *parameters]
    picked = f"SELECT place FROM {source} WHERE {where}{newest}"  # noqa: S608
    rows = f"SELECT {columns} FROM articles_searchdocument WHERE place IN ({picked}) OFFSET 0"  # noqa: S608
    order = "place DESC" if plan.by_time else "score DESC, place DESC"
    score, values = _score(plan)
    sql = f"SELECT article_id, place, {score} AS score FROM ({rows}) d, {_USUAL} l ORDER BY {order} LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *parameters, plan.limit])
        return [Row(article, place, float(value)) for article, place, value in cursor.fetchall()]


def _score(plan: Plan) -> tuple[str, list[Any]]:
    """BM25F over the scored terms as an SQL expression of the columns vector and words, with its parameters."""
    parts, values = [], []
    norm = f"{K1} * ({1 - B} + {B} * words / usual)"
    for term, having in plan.scored.items():
        if term.parts[0].startswith(EXACT):
            frequency = f"{EXACTLY} * (vector @@ %s::tsquery)::int"
        else:
            frequency = f"{SCALE} * ts_rank_cd('{WEIGHTS}', vector, %s::tsquery)"
        parts.append(f"%s * (1 - 1 / (1 + {frequency} / ({norm})))")
        values += [_idf(plan.rows, having) * (K1 + 1), _query(term)]
    return " + ".join(parts) or "0", values


def _idf(rows: int, having: int) -> float:
    return math.log(max((rows - having + 0.5) / (having + 0.5), 1.000001))


def expression(plan: Plan, *, in_a_row: bool = True) -> str:
    """The plan as a tsquery; with `in_a_row` False its phrases stand for their words."""
    query = _query if in_a_row else _words
    found = " | ".join("(" + " & ".join(query(term) for term in group) + ")" for group in plan.groups)
    for facets in plan.required:
        found = f"({found}) & (" + " | ".join(_quoted(FACET + facet) for facet in facets) + ")"
    if plan.excluded:
        found = f"({found}) & !(" + " | ".join(_query(term) for term in plan.excluded) + ")"
    return found


def _query(term: Term) -> str:
    if term.parts[0].startswith(EXACT):
        return _quoted(_mark(term.parts[0].removeprefix(EXACT)))
    words = " <-> ".join(_quoted(part) for part in term.parts)
    return f"({words})"


def _words(term: Term) -> str:
    return " & ".join(_query(Term((part,))) for part in term.parts)


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "").replace("'", "") + "'"


def has_trigrams() -> bool:
    """Whether the extension pg_trgm is there; without it misspelt names are found by their consonants alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None


def similar(word: str, limit: int) -> list[str]:
    """Known words that share runs of three characters with `word`, those that share most first.

    None without pg_trgm. Two letters that change places in a short word leave a quarter of the runs in common.
    """
    if not has_trigrams():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL pg_trgm.similarity_threshold = 0.2")
        cursor.execute(
            "SELECT word FROM articles_searchword WHERE word %% %s ORDER BY similarity(word, %s) DESC, word LIMIT %s",
            [word, word, limit],
        )
        return [word for (word,) in cursor.fetchall()]


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stops the queries inside after so many seconds; raises TookTooLong."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [int(seconds * 1000)])
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong from error
        raise
