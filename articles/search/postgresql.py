"""PostgreSQL: an array of numbers that stand for our terms, with a GIN index, ranked by BM25F (migration 0025).

A number takes four bytes where a lexeme of a tsvector with its places takes fourteen, the order of the array says what
stands beside what, and how often a number is in a part of it is the frequency that BM25F asks for (Robertson,
Zaragoza: The Probabilistic Relevance Framework, 2009); `ts_rank` knows nothing of how rare a word is.
"""

import math
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

from articles.search.terms import EXACT, FACET, Frequencies, Plan, Row, Term, TookTooLong

# The parts of an array, and what a word in each counts as; exact words stand among the names.
WEIGHTS = {"head": 4.0, "lead": 2.0, "body": 1.0, "rest": 0.3}
EXACTLY = 0.15
K1, B = 1.2, 0.75
# How far rows are counted one by one; more of them than this are common, whatever their number.
COUNTED = 2_501
# Rows that are ranked while a reader waits; each costs twenty microseconds.
BUDGET = 2_000
# Rows whose places are looked at for words in a row, the newest that have the words: no index knows of places.
READ = 2_500
# A span of time is looked at first in which so many times the rows that are wanted are to be expected.
AMPLE = 2
# From this share of all rows on, going back through time finds rows sooner than the index on words does.
DENSE = 0.2
# Between two texts: the number of no term, so that no words stand in a row there.
BETWEEN = 0
# Numbers nearer to zero say where the parts end.
_LOWEST = 1 << 16


def vector(columns: Sequence[Sequence[str]]) -> str:
    """The literal of the array for the terms of the columns head, lead, body, names, exact and facets.

    Its first three numbers say where head, lead and body end.
    """
    head, lead, body, names, exact, facets = ([code(term) for term in terms] for terms in columns)
    numbers = [*head, BETWEEN]
    ends = [3 + len(numbers)]
    for part in (lead, body):
        numbers += [*part, BETWEEN]
        ends.append(3 + len(numbers))
    return "{" + ",".join(map(str, [*ends, *numbers, *names, *exact, *facets])) + "}"


@lru_cache(maxsize=200_000)
def code(term: str) -> int:
    """The number of a term, 32 bits with a sign: of a million words a hundred pairs have one in common."""
    number = zlib.crc32(term.encode())
    number = number if number < 1 << 31 else number - (1 << 32)
    return number if abs(number) >= _LOWEST else number + 2 * _LOWEST


_ALL, _ANY = "vector @> %s::integer[]", "vector && %s::integer[]"
_COMMON = """
SELECT u.term, u.share FROM pg_stats s,
    unnest(s.most_common_elems::text::integer[], s.most_common_elem_freqs) AS u(term, share)
WHERE s.schemaname = current_schema AND s.tablename = 'articles_searchdocument' AND s.attname = 'vector'
    AND u.term = ANY(%s)
"""
_BOUNDS = """
SELECT histogram_bounds::text::bigint[] FROM pg_stats
WHERE schemaname = current_schema AND tablename = 'articles_searchdocument' AND attname = 'place'
    AND histogram_bounds IS NOT NULL
"""
_USUAL = """(SELECT greatest(avg(words), 1) AS usual
    FROM (SELECT words FROM articles_searchdocument ORDER BY place DESC LIMIT 300) w)"""


def frequencies(terms: Sequence[Term]) -> Frequencies:
    """How many rows there are, and how many have each term: counted up to COUNTED, beyond that from the statistics.

    Of words in a row: how many rows have the words, which an index can say.
    """
    with connection.cursor() as cursor:
        rows = _rows(cursor)
        shares = _shares(cursor, terms) if rows >= COUNTED else {}
        found = Frequencies(rows, BUDGET)
        counted = []
        for term in terms:
            if all(word in shares for word in _codes(term)):
                found.having[term] = max(1, int(rows * math.prod(shares[word] for word in _codes(term))))
            else:
                counted.append(term)
        if counted:
            count = f"(SELECT count(*) FROM (SELECT 1 FROM articles_searchdocument WHERE {_ALL} LIMIT %s) c)"  # noqa: S608
            values = [value for term in counted for value in (_codes(term), COUNTED)]
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


def _shares(cursor: Any, terms: Sequence[Term]) -> dict[int, float]:
    """What share of all rows has each of the words that are common enough to be in the statistics, by number."""
    cursor.execute(_COMMON, [list({word for term in terms for word in _codes(term)})])
    return dict(cursor.fetchall())


def known(words: Collection[str]) -> set[str]:
    """Those of some thousand words that are in the table. As a list in the query each would be planned for."""
    with connection.cursor() as cursor:
        met = "unnest(string_to_array(%s, ' ')) met"
        cursor.execute(f"SELECT word FROM articles_searchword JOIN {met} ON word = met", [" ".join(words)])  # noqa: S608
        return {word for (word,) in cursor.fetchall()}


def shared(terms: Collection[str], stories: int) -> set[str]:
    """Those of single words that at least so many stories have."""
    words = {code(term): term for term in terms}
    with connection.cursor() as cursor:
        common = _shares(cursor, [Term((term,)) for term in terms])
        count = "(SELECT count(*) FROM articles_searchdocument WHERE vector @> ARRAY[term])"
        rare = list(words.keys() - common)
        cursor.execute(f"SELECT term FROM unnest(%s::integer[]) term WHERE {count} >= %s", [rare, stories])  # noqa: S608
        return {words[word] for word in (*common, *(word for (word,) in cursor.fetchall()))}


def ranked(plan: Plan) -> list[Row]:
    """The rows of a plan, best first (newest first when it goes by time).

    The index on words knows no time. Where far more rows match than are wanted, those of a recent span are looked
    for, and all only when that has too few.
    """
    with connection.cursor() as cursor:
        since = _recent(cursor, plan)
        rows = _ranked(cursor, plan, since)
        # Of rows that have the words of a phrase, and were enough, few have the phrase.
        if since > plan.since and len(rows) < (1 if _has_phrases(plan) else plan.limit):
            rows = _ranked(cursor, plan, plan.since)
    return rows


def _recent(cursor: Any, plan: Plan) -> int:
    """The place from which on there are AMPLE rows; that of the plan where all have to be looked at anyway."""
    wanted = READ if _has_phrases(plan) else plan.looked_at
    if not wanted or not plan.share or plan.is_dated:
        return plan.since
    part = AMPLE * wanted / (plan.share * plan.rows)
    cursor.execute(_BOUNDS)
    (bounds,) = cursor.fetchone() or ([],)
    return max(plan.since, bounds[int(len(bounds) * (1 - part))]) if bounds and part < 1 else plan.since


def _ranked(cursor: Any, plan: Plan, since: int) -> list[Row]:
    source, where, values = "articles_searchdocument", *_where(plan)
    is_dense = plan.share >= DENSE
    if _has_phrases(plan):
        having, those = _since(since, *_where(plan, in_a_row=False))
        read = f"SELECT place, vector FROM {source} WHERE {having} {_newest(READ, is_dense)}"  # noqa: S608
        source = f"(SELECT place, vector || '{{}}'::integer[] AS vector FROM ({read}) n OFFSET 0) r"  # noqa: S608
        values = [*those, *values]
    else:
        where, values = _since(since, where, values)
    newest = _newest(plan.looked_at, is_dense) if plan.looked_at else ""
    picked = f"SELECT place FROM {source} WHERE {where} {newest}"  # noqa: S608
    order = "place DESC" if plan.by_time else "score DESC, place DESC"
    score, scores, words = _score(plan)
    sql = (
        f"SELECT article_id, place, {score} AS score FROM {_positions(picked, len(words))} d, {_USUAL} l "  # noqa: S608
        f"ORDER BY {order} LIMIT %s"
    )
    cursor.execute(sql, [*scores, *(word for word in words for _part in WEIGHTS), *values, plan.limit])
    return [Row(article, place, float(value)) for article, place, value in cursor.fetchall()]


def _has_phrases(plan: Plan) -> bool:
    return any(len(term.parts) > 1 for group in plan.groups for term in group)


def _newest(number: int, is_dense: bool) -> str:
    """Only the latest of the rows. Few among many are sorted once they are found: a sum is in no index's order."""
    return f"ORDER BY place{'' if is_dense else ' + 0'} DESC LIMIT {int(number)}"


def _since(since: int, where: str, values: list[Any]) -> tuple[str, list[Any]]:
    return (f"{where} AND place >= %s", [*values, since]) if since else (where, values)


def _positions(picked: str, words: int) -> str:
    """The rows of some places, with where in each part of the array each of so many words is.

    Arrays are taken out of their compression, and apart, once (OFFSET 0).
    """
    whole = "SELECT article_id, place, words, vector || '{}'::integer[] AS vector FROM articles_searchdocument"
    ends = ("4:vector[1]", "vector[1] + 1:vector[2]", "vector[2] + 1:vector[3]", "vector[3] + 1:")
    parts = ", ".join(f"vector[{span}] AS {name}" for name, span in zip(WEIGHTS, ends, strict=True))
    apart = f"(SELECT article_id, place, words, {parts} FROM ({whole} WHERE place IN ({picked}) OFFSET 0) w OFFSET 0)"  # noqa: S608
    where = "".join(f", array_positions({part}, %s) AS {part}_{word}" for word in range(words) for part in WEIGHTS)
    return f"(SELECT *{where} FROM {apart} a OFFSET 0)"  # noqa: S608


def _score(plan: Plan) -> tuple[str, list[Any], list[int]]:
    """BM25F over the scored terms as an SQL expression of the columns of _positions, its parameters, and the words
    that these columns are to be of.
    """
    parts, values = [], []
    words: dict[int, int] = {}
    norm = f"{K1} * ({1 - B} + {B} * words / usual)"
    for term, having in plan.scored.items():
        first, *others = _codes(term)
        number = words.setdefault(first, len(words))
        frequency = " + ".join(f"{weight} * {_times(part, number, others)}" for part, weight in _weights(term).items())
        parts.append(f"%s * (1 - 1 / (1 + ({frequency}) / ({norm})))")
        values += [_idf(plan.rows, having) * (K1 + 1), *others * len(_weights(term))]
    return " + ".join(parts) or "0", values, list(words)


def _weights(term: Term) -> dict[str, float]:
    """The parts of the array where a term may be, with its weight there; of names no words in a row are asked for."""
    if term.parts[0].startswith(EXACT):
        return {"rest": EXACTLY}
    return WEIGHTS if len(term.parts) == 1 else {part: WEIGHTS[part] for part in ("head", "lead", "body")}


def _times(part: str, word: int, others: list[int]) -> str:
    """How often a word, or one with `others` behind it, stands in a part of an array, as SQL."""
    if not others:
        return f"cardinality({part}_{word})"
    return f"(SELECT count(*) FROM unnest({part}_{word}) p WHERE {_behind(part, len(others))})"  # noqa: S608


def _behind(array: str, others: int) -> str:
    return " AND ".join(f"{array}[p + {place}] = %s" for place in range(1, others + 1))


def _idf(rows: int, having: int) -> float:
    return math.log(max((rows - having + 0.5) / (having + 0.5), 1.000001))


def _where(plan: Plan, *, in_a_row: bool = True) -> tuple[str, list[Any]]:
    """The condition of a plan in SQL, with its parameters; with `in_a_row` False its phrases stand for their words."""
    single = [group[0].parts[0] for group in plan.groups if len(group) == 1 and len(group[0].parts) == 1]
    found = [(_ANY, [[code(word) for word in single]])] if single else []
    found += [
        _joined([_has(term, in_a_row=in_a_row) for term in group], " AND ")
        for group in plan.groups
        if len(group) > 1 or len(group[0].parts) > 1
    ]
    needed = [_joined(found, " OR ")]
    needed += [(_ANY, [[code(FACET + facet) for facet in facets]]) for facets in plan.required]
    needed += [(f"NOT {sql}", values) for sql, values in (_has(term, in_a_row=True) for term in plan.excluded)]
    return _joined(needed, " AND ")


def _joined(clauses: list[tuple[str, list[Any]]], word: str) -> tuple[str, list[Any]]:
    return "(" + word.join(sql for sql, _values in clauses) + ")", [value for _sql, those in clauses for value in those]


def _has(term: Term, *, in_a_row: bool) -> tuple[str, list[Any]]:
    codes = _codes(term)
    if len(codes) == 1 or not in_a_row:
        return f"({_ALL})", [codes]
    places = f"unnest(array_positions(vector, %s)) p WHERE {_behind('vector', len(codes) - 1)}"
    return f"({_ALL} AND EXISTS (SELECT 1 FROM {places}))", [codes, *codes]  # noqa: S608


def _codes(term: Term) -> list[int]:
    return [code(part) for part in term.parts]


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
            # Compiling a query takes longer than running it here; the rows of a common word are more than 4 MB.
            cursor.execute(
                "SET LOCAL statement_timeout = %s; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'",
                [int(seconds * 1000)],
            )
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong from error
        raise
