"""How good search is, by nDCG@6 on the search sets beside the checkout, against plain methods in the same run."""

import json
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from articles.models import Article, SearchDocument, SearchWord
from articles.search import index, search
from newsportal.core.text import plain, tokens
from tests.factories import make_section

TITLE = "Search, nDCG@6: all queries, the odd ones, which parameters are chosen on, and the even ones, which count"
HEADINGS = (
    "set",
    "queries",
    "FTS5 OR",
    "BM25",
    "ours",
    *(f"{name}, {half}" for half in ("odd", "even") for name in ("FTS5", "BM25", "ours")),
)
SETS = ("allsides_large", "time", "bn_known_item")
DEPTH = 6
DATA = settings.BASE_DIR.parent / "shared" / "data"

Ranking = Callable[[str], list[str]]


def rows() -> Iterator[tuple]:
    """One row a set, in the order of HEADINGS; none for a set that is not there."""
    for name in SETS:
        folder = DATA / name
        if not (folder / "queries.jsonl").is_file():
            continue
        stories, queries, relevant = _read(folder)
        _store(stories)
        fts5 = _scores(_fts5(stories), queries, relevant)
        bm25 = _scores(_bm25(stories), queries, relevant)
        ours = _scores(_ours, queries, relevant)
        all_three = (fts5, bm25, ours)
        figures = (*all_three, *(scores[half::2] for half in (1, 0) for scores in all_three))
        yield name, len(ours), *(f"{sum(scores) / len(scores):.4f}" for scores in figures)
        _empty()


def _read(folder: Path) -> tuple[list[dict], dict[str, str], dict[str, dict[str, int]]]:
    stories = [json.loads(line) for line in (folder / "articles.jsonl").read_text().splitlines()]
    for story in stories:
        # A text without a headline carries its id in its place, which nobody searches for.
        story["headline"] = "" if story["headline"] == story["id"] else story["headline"]
    queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text().splitlines()]
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "search.qrels.tsv").read_text().splitlines():
        query, story, grade = line.split("\t")
        relevant[query][story] = int(grade)
    return stories, {query["id"]: query["query"] for query in queries if query["id"] in relevant}, relevant


def _store(stories: list[dict]) -> None:
    now = timezone.now().replace(year=2020)
    language = stories[0].get("language", "en")
    section = make_section(name="Bench", language=language)
    rows = [
        Article(
            headline=story["headline"][:250],
            body=story["body"],
            source_id=story["id"],
            section=section,
            language=language,
            state="published",
            publish_at=now,
            slug="s",
        )
        for story in stories
    ]
    for start in range(0, len(rows), 200):
        index(Article.objects.bulk_create(rows[start : start + 200]))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE articles_searchdocument")


def _empty() -> None:
    SearchDocument.objects.all().delete()
    SearchWord.objects.all().delete()
    Article.objects.all()._raw_delete(using="default")


def _ours(query: str) -> list[str]:
    hits = search(query, language=None, now=timezone.now(), limit=DEPTH).hits
    return [hit.article.source_id for hit in hits]


def _fts5(stories: list[dict]) -> Ranking:
    """Any of the words, ranked by SQLite's own bm25."""
    database = sqlite3.connect(":memory:")
    tokenizer = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
    database.execute(f'CREATE VIRTUAL TABLE f USING fts5(headline, body, tokenize="{tokenizer}")')
    for number, story in enumerate(stories):
        values = (number, story["headline"], plain(story["body"]))
        database.execute("INSERT INTO f(rowid, headline, body) VALUES (?, ?, ?)", values)

    def ranked(query: str) -> list[str]:
        match = " OR ".join(f'"{word}"' for word in dict.fromkeys(tokens(query)))
        sql = "SELECT rowid FROM f WHERE f MATCH ? ORDER BY bm25(f), rowid LIMIT ?"
        return [stories[number]["id"] for (number,) in database.execute(sql, (match, DEPTH))] if match else []

    return ranked


def _bm25(stories: list[dict], k1: float = 1.5, b: float = 0.75) -> Ranking:
    """BM25 as the package bm25s computes it by default (Lucene's variant)."""
    texts = [Counter(tokens(f"{story['headline']} {plain(story['body'])}")) for story in stories]
    lengths = [sum(text.values()) for text in texts]
    usual = sum(lengths) / len(lengths)
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, text in enumerate(texts):
        for word, times in text.items():
            postings[word].append((number, times))

    def ranked(query: str) -> list[str]:
        scores: Counter[int] = Counter()
        for word in tokens(query):
            found = postings.get(word, [])
            idf = math.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))
            for number, times in found:
                scores[number] += idf * times / (times + k1 * (1 - b + b * lengths[number] / usual))
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:DEPTH]
        return [stories[number]["id"] for number, _score in best]

    return ranked


def _scores(ranked: Ranking, queries: dict[str, str], relevant: dict[str, dict[str, int]]) -> list[float]:
    """nDCG@6 of each query, in the order of the file."""
    found = []
    for name, query in queries.items():
        grades = relevant[name]
        gain = sum(grades.get(story, 0) / math.log2(place + 2) for place, story in enumerate(ranked(query)[:DEPTH]))
        best = sorted(grades.values(), reverse=True)[:DEPTH]
        found.append(gain / sum(grade / math.log2(place + 2) for place, grade in enumerate(best)))
    return found
