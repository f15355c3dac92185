"""Suggestions for a text that is being written, each with its reason; also the answer to "have we had this?"."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from articles.models import Article
from articles.related.candidates import Commonness
from articles.related.lists import crowds
from articles.related.matching import Match, Text, ranked, same_texts
from articles.related.scoring import CROWD
from articles.related.terms import extract, spelt, tag_term, term, unpack
from newsportal.core.text import tokens

REASONS = 5
# Matches that are looked at for the same text again.
LOOKED_AT = 60


@dataclass(frozen=True)
class Suggestion:
    """A story that belongs to a text, and why: shared `words` as the text has them, the weightiest first, and tags."""

    article: Article
    score: float
    words: tuple[str, ...]
    tags: tuple[str, ...]
    is_same_text: bool


def suggest(
    content: dict[str, Any], now: dt.datetime, *, article: Article | None = None, limit: int = 10
) -> list[Suggestion]:
    """The published stories most like `content` (articles.contents), best first; never `article`, whose text it is.

    Six queries, whatever the size of the archive. The same texts again come first, as they are what
    has to be known, then the others as readers will see them.
    """
    text = _text(content, article, now)
    matches = ranked(text, now, but=article.pk if article else None)[:LOOKED_AT]
    same = same_texts(text, matches)
    crowd = crowds([match.pk for match in matches])

    def place(match: Match) -> tuple[bool, float]:
        return match.pk not in same, CROWD * crowd.get(match.pk, 0.0) - match.score

    chosen = sorted(matches, key=place)[:limit]
    stories = Article.objects.published(now).filter(pk__in=[match.pk for match in chosen])
    found = {story.pk: story for story in stories.for_cards().select_related("section", "lead_image", "terms")}
    rarities = Commonness(text.terms.weights if found else (), text.language)
    names = _names(content)
    suggestions = []
    for match in chosen:
        if story := found.get(match.pk):
            words, tags = _reasons(story, text, rarities, names)
            suggestions.append(Suggestion(story, match.score, words, tags, match.pk in same))
    return suggestions


def _text(content: dict[str, Any], article: Article | None, now: dt.datetime) -> Text:
    language, tags = content["language"], content.get("tags") or []
    parts = [content.get(name) or "" for name in ("headline", "standfirst", "body")]
    at = article.publish_at if article and article.publish_at else now
    section = (content.get("section") or {}).get("id")
    return Text(language, *parts, extract(language, *parts, tags), at, section)


def _names(content: dict[str, Any]) -> dict[int, str]:
    """The words and tags of a text by the numbers of their terms, as the text has them first."""
    language, names = content["language"], {}
    for name in ("headline", "standfirst", "body"):
        for word in spelt(content.get(name) or "", is_html=name == "body"):
            for folded in tokens(word):
                names.setdefault(term(folded, language), word)
    return names | {tag_term(name, language): f"#{name}" for name in content.get("tags") or []}


def _reasons(
    story: Article, text: Text, rarities: Commonness, names: dict[int, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words and the tags that count most for a story."""
    numbers, weights = unpack(story.terms.packed)
    shares = {
        number: weight * text.terms.weights[number] * rarities[number] ** 2
        for number, weight in zip(numbers, weights, strict=True)
        if number in text.terms.weights and number in names
    }
    shown = [names[number] for number in sorted(shares, key=shares.get, reverse=True)]
    words = [name for name in shown if not name.startswith("#")]
    return tuple(words[:REASONS]), tuple(name[1:] for name in shown if name.startswith("#"))
