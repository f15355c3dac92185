"""PostgreSQL: an array of numbers that stand for our terms, with a GIN index, ranked by BM25F (migration 0025).

A number takes four bytes where a lexeme of a tsvector with its places takes fourteen, and how often a letter is in a
part of the text (`numbers`) is the frequency that BM25F asks for (Robertson, Zaragoza: The Probabilistic Relevance
Framework, 2009); `ts_rank` knows nothing of how rare a word is.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

from articles.search.numbers import END, LETTER, PARTS, TEXT, code
from articles.search.terms import EXACT, FACET, Frequencies, Plan, Row, Term, TookTooLong

# What a word counts as in each part of a text; exact words stand among the names.
WEIGHTS = dict(zip(PARTS, (4.0, 2.0, 1.0, 0.3), strict=True))
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
_USUAL = """(SELECT greatest(avg(words), 1)::float8 AS usual
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
    """The rows of a plan, best first (newest first, without a score, when it goes by time).

    The index on words knows no time. Where far more rows match than are wanted, those of a recent span are looked
    for, and all only when that has too few.
    """
    with connection.cursor() as cursor:
        since = _recent(cursor, plan)
        if _has_phrases(plan):
            places = _near(cursor, plan, since)
            if since > plan.since and len(places) < READ:
                places = _near(cursor, plan, plan.since)
            return _ranked(cursor, plan, 0, places)
        rows = _ranked(cursor, plan, since)
        if since > plan.since and len(rows) < plan.limit:
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


def _near(cursor: Any, plan: Plan, since: int) -> list[int]:
    """The places of the newest READ rows that have the words of the phrases, wherever they stand."""
    where, values = _since(since, *_where(plan, in_a_row=False))
    newest = _newest(READ, is_dense=plan.share >= DENSE)
    cursor.execute(f"SELECT place FROM articles_searchdocument WHERE {where} {newest}", values)  # noqa: S608
    return [place for (place,) in cursor.fetchall()]


def _ranked(cursor: Any, plan: Plan, since: int, places: list[int] | None = None) -> list[Row]:
    """The rows of a plan since a place; with `places` of these only."""
    source, where, values = "articles_searchdocument", *_since(since, *_where(plan))
    if places is not None:
        source = f"(SELECT place, vector, packed FROM {source} WHERE place = ANY(%s::bigint[]) OFFSET 0) r"  # noqa: S608
        values = [places, *values]
    newest = _newest(plan.looked_at, is_dense=plan.share >= DENSE) if plan.looked_at else ""
    picked = f"SELECT place FROM {source} WHERE {where} {newest}"  # noqa: S608
    order = "place DESC" if plan.by_time else "score DESC, place DESC"
    score, scores, words = ("0::float8", [], []) if plan.by_time else _score(plan)
    sql = (
        f"SELECT article_id, place, {score} AS score FROM {_texts(picked, len(words))} d, {_USUAL} l "  # noqa: S608
        f"ORDER BY {order} LIMIT %s"
    )
    cursor.execute(sql, [*scores, *words, *values, plan.limit])
    return [Row(article, place, value) for article, place, value in cursor.fetchall()]


def _has_phrases(plan: Plan) -> bool:
    return any(len(term.parts) > 1 for group in plan.groups for term in group)


def _newest(number: int, *, is_dense: bool) -> str:
    """Only the latest of the rows. Few among many are sorted once they are found: a sum is in no index's order."""
    return f"ORDER BY place{'' if is_dense else ' + 0'} DESC LIMIT {int(number)}"


def _since(since: int, where: str, values: list[Any]) -> tuple[str, list[Any]]:
    return (f"{where} AND place >= %s", [*values, since]) if since else (where, values)


def _texts(picked: str, words: int) -> str:
    """The rows of some places, with the parts of each text and its letter for each of so many words.

    What is stored is taken out of its compression, and apart, once (OFFSET 0).
    """
    whole = f"SELECT article_id, place, words, vector || '{{}}'::integer[] AS vector, {TEXT} AS said"
    whole = f"({whole} FROM articles_searchdocument WHERE place IN ({picked}) OFFSET 0) w"
    parts = [f"split_part(said, chr({ord(END)}), {number}) AS {part}" for number, part in enumerate(PARTS, 1)]
    letters = [f"{LETTER} AS letter_{word}" for word in range(words)]
    return f"(SELECT article_id, place, words, {', '.join(parts + letters)} FROM {whole} OFFSET 0)"  # noqa: S608


def _score(plan: Plan) -> tuple[str, list[float], list[int]]:
    """BM25F over the scored terms as an SQL expression of the columns of _texts, its parameters, and the words whose
    letters it asks for.
    """
    parts, values = [], []
    words: dict[int, int] = {}
    norm = f"{K1}::float8 * ({1 - B}::float8 + {B}::float8 * words / usual)"
    for term, having in plan.scored.items():
        said = " || ".join(f"letter_{words.setdefault(number, len(words))}" for number in _codes(term))
        frequency = " + ".join(f"{weight}::float8 * {_times(part, said)}" for part, weight in _weights(term).items())
        parts.append(f"coalesce(%s::float8 * (1 - 1 / (1 + ({frequency}) / ({norm}))), 0)")
        values.append(_idf(plan.rows, having) * (K1 + 1))
    return " + ".join(parts) or "0::float8", values, list(words)


def _weights(term: Term) -> dict[str, float]:
    """The parts of a text where a term may be, with its weight there; of names no words in a row are asked for."""
    if term.parts[0].startswith(EXACT):
        return {"rest": EXACTLY}
    return WEIGHTS if len(term.parts) == 1 else {part: WEIGHTS[part] for part in ("head", "lead", "body")}


def _times(part: str, said: str) -> str:
    """How often some letters stand in a part of a text, as SQL; NULL when the text has not all of them."""
    return f"(octet_length({part}) - octet_length(replace({part}, {said}, ''))) / octet_length({said})"


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
    said = " || ".join([LETTER] * len(codes))
    return f"({_ALL} AND strpos({TEXT}, {said}) > 0)", [codes, *codes]


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
            # Compiling a query takes longer than running it here; the rows of a common word are more than 4 MB. And the
            # planner takes a look into an array for as cheap as one at a number: in a small archive it would read all.
            cursor.execute(
                "SET LOCAL statement_timeout = %s; SET LOCAL jit = off; SET LOCAL work_mem = '32MB';"
                " SET LOCAL enable_seqscan = off",
                [int(seconds * 1000)],
            )
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong from error
        raise
