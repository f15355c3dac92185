"""How good the lists of related stories are: nDCG@6 on sets of judged news, beside the plain cosine of TF-IDF.

Each set is imported and indexed as the portal does it, without its tags, as some judgments were made from them. The
queries are cut in two halves: parameters are chosen by looking at the first, and the second, which is held out, tells
what they are worth. An affair is in one half with all of its stories, by a hash of the first of their ids.
"""

import heapq
import io
import itertools
import json
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from articles.importing import READERS, import_stories
from articles.models import Article
from articles.related import LIMIT, catch_up, related_to
from newsportal.core.text import plain, tokens

TITLE = "Related stories, nDCG@6"
HEADINGS = (
    "set",
    "stories",
    *(f"{half}{what}" for half in ("", "chosen on: ", "held out: ") for what in ("queries", "TF-IDF", "ours")),
)
SETS = ("allsides_large", "allsides_tagged", "ecbplus", "bd_news", "basil")
DATA = settings.BASE_DIR.parent / "shared" / "data"


def rows() -> Iterator[tuple]:
    """One row a set that lies beside the checkout, in the order of HEADINGS; each in a transaction that is undone."""
    for name in SETS:
        if (DATA / name / "related.qrels.tsv").is_file():
            with transaction.atomic():
                yield measured(DATA / name)
                transaction.set_rollback(True)
        else:
            yield name, "not beside the checkout", *[""] * (len(HEADINGS) - 2)


def measured(folder: Path) -> tuple:
    """The row of one set."""
    stories = [json.loads(line) for line in (folder / "articles.jsonl").open(encoding="utf-8")]
    truth = judgments(folder / "related.qrels.tsv")
    load(stories)
    lists = {story.source_id: related_ids(story) for story in Article.objects.filter(source_id__in=truth)}
    plain_lists = tf_idf_lists(stories, truth)
    queries = sorted(truth.keys() & lists.keys())
    kept_back = held_out(truth)
    parts = (queries, [q for q in queries if q not in kept_back], [q for q in queries if q in kept_back])
    figures = ((len(part), *(f"{mean(of, truth, part):.4f}" for of in (plain_lists, lists))) for part in parts)
    return folder.name, len(stories), *itertools.chain.from_iterable(figures)


def held_out(truth: dict[str, set[str]]) -> set[str]:
    """The ids of about half of the affairs, whole ones: stories that are related, whether at once or by others."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for query, related in truth.items():
        for one in related:
            neighbours[query].add(one)
            neighbours[one].add(query)
    found, left = set(), set(neighbours)
    while left:
        affair, new = set(), {left.pop()}
        while new:
            affair |= new
            new = set().union(*(neighbours[one] for one in new)) - affair
        left -= affair
        found |= affair if zlib.crc32(min(affair).encode()) % 2 else set()
    return found


def judgments(path: Path) -> dict[str, set[str]]:
    """The related ids of each id."""
    truth: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines():
        query, related, _grade = line.split("\t")
        truth[query].add(related)
    return dict(truth)


def load(stories: list[dict]) -> None:
    """Imports and indexes a set, without tags."""
    now = timezone.now()
    lines = [json.dumps({key: value for key, value in story.items() if key != "tags"}) for story in stories]
    report = import_stories(READERS["jsonl"](io.BytesIO("\n".join(lines).encode())), now=now)
    if report.refused:
        raise RuntimeError(f"The import went wrong, so there is nothing to measure: {report}")
    catch_up(now=now)


def related_ids(story: Article) -> list[str]:
    """What readers see beside a story, as ids of the set."""
    return [other.source_id for other in related_to(story, timezone.now(), LIMIT)]


def mean(lists: dict[str, list[str]], truth: dict[str, set[str]], queries: list[str]) -> float:
    """The mean nDCG@6 (Järvelin and Kekäläinen, 2002) of `queries`."""
    return sum(ndcg(lists[query], truth[query]) for query in queries) / max(1, len(queries))


def ndcg(ranked: list[str], relevant: set[str], limit: int = LIMIT) -> float:
    """The gain of a list, discounted by the logarithm of the place, as a share of the best that there could be."""
    gain = sum(1 / math.log2(place + 2) for place, one in enumerate(ranked[:limit]) if one in relevant)
    best = sum(1 / math.log2(place + 2) for place in range(min(limit, len(relevant))))
    return gain / best if best else 0.0


def tf_idf_lists(stories: list[dict], queries: dict[str, set[str]]) -> dict[str, list[str]]:
    """The plain way: the cosine of all words of headline and body, weighted (1 + ln tf) (1 + ln (1+N) / (1+df))."""
    counts = {s["id"]: Counter(tokens(f"{s['headline']} {plain(s['body'])}")) for s in stories}
    stories_with = Counter(word for words in counts.values() for word in words)
    vectors, postings = {}, defaultdict(list)
    for pk, words in counts.items():
        weights = {
            word: (1 + math.log(number)) * (1 + math.log((1 + len(counts)) / (1 + stories_with[word])))
            for word, number in words.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        vectors[pk] = {word: weight / length for word, weight in weights.items()}
        for word, weight in vectors[pk].items():
            postings[word].append((pk, weight))
    return {pk: _closest(pk, vectors[pk], postings) for pk in queries if pk in vectors}


def _closest(pk: str, vector: dict[str, float], postings: dict[str, list[tuple[str, float]]]) -> list[str]:
    scores: dict[str, float] = defaultdict(float)
    for word, weight in vector.items():
        for other, theirs in postings[word]:
            scores[other] += weight * theirs
    scores.pop(pk, None)
    return heapq.nlargest(LIMIT, scores, key=scores.get)
