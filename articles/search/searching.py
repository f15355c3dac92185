"""One question to the archive: matched and ranked by the database, filtered, counted and marked here."""

import datetime as dt
import math
from dataclasses import dataclass, replace
from functools import cached_property

from articles.models import Article, ArticleQuerySet
from articles.models.search import place_at
from articles.search import correcting
from articles.search.adapters import adapter
from articles.search.analysis import term_of
from articles.search.facets import Match, count_facets, required_facets
from articles.search.grouping import grouped
from articles.search.highlighting import LOOKED_THROUGH, Marker
from articles.search.planning import by_time, exact_terms, loosened, plan
from articles.search.queries import Query, Word, parse
from articles.search.results import DATE, PERIODS, RELEVANCE, Filters, Found, Hit, Results
from articles.search.terms import EXACT, Frequencies, Plan, Row, Term, TookTooLong, facet_term
from newsportal.core.text import plain

# Matches that are ranked and counted; nobody reads further, and filters narrow what is too many.
MOST = 1_000
PAGE_SIZE = 20
SECONDS = 3.0
# Matches far worse than the best are noise: they share a common word.
TAIL = 0.2
# A story of now counts so much more than one of long ago; half of that after HALF_LIFE.
RECENCY, HALF_LIFE = 0.15, dt.timedelta(days=180)
# With fewer matches the rarest word may be misspelt. A word that fewer rows have may have endings nobody knows of.
FEW, RARE = 3, 20
# Characters of a word that may have such endings.
STEM = 4


def search(
    text: str,
    *,
    language: str | None,
    now: dt.datetime,
    filters: Filters | None = None,
    sort: str = RELEVANCE,
    after: str = "",
    limit: int = PAGE_SIZE,
    stories: ArticleQuerySet | None = None,
) -> Results:
    """The stories that match `text` best, a page of them; any text, `after` and filter gives an answer.

    `language` is the edition (None: all). `stories` are those that may be found: what readers see at `now` unless told
    otherwise, so that a story is out of search in the moment it is withdrawn, and in it from its minute on.
    """
    visible = Article.objects.published(now) if stories is None else stories
    visible = visible.in_edition(language) if language else visible
    asked = _Search(parse(text), visible, filters or Filters(), language, sort, _Cursor.read(after, now))
    if not asked.query:
        return Results()
    try:
        with adapter().time_limit(SECONDS):
            return asked.results(limit)
    except TookTooLong:
        return Results(took_too_long=True)


def find(text: str, *, now: dt.datetime, stories: ArticleQuerySet, filters: Filters | None = None) -> Found:
    """The newest MOST of `stories` that have all words of `text`, by id, for lists that sort and page by themselves."""
    asked = _Search(parse(text), stories, filters or Filters(), None, DATE, _Cursor.read("", now))
    if not asked.query:
        return Found()
    try:
        with adapter().time_limit(SECONDS):
            return asked.found()
    except TookTooLong:
        return Found(took_too_long=True)


@dataclass(frozen=True)
class _Cursor:
    """Where a page begins: behind a score (or a time) and an id, at the time of the first page."""

    now: dt.datetime
    behind: tuple[float, int] = (math.inf, 0)

    @classmethod
    def read(cls, text: str, now: dt.datetime) -> "_Cursor":
        """The cursor in an address; the first page for one that is none."""
        now = now.replace(microsecond=0)
        try:
            moment, key, pk = text[:80].split("_")
            key_value = float(key)
            then = dt.datetime.fromtimestamp(int(moment), dt.UTC)
            if not math.isfinite(key_value) or then > now:
                return cls(now)
            return cls(then, (key_value, int(pk[:19])))
        except (ValueError, OverflowError, OSError):
            return cls(now)

    def write(self, key: float, pk: int) -> str:
        return f"{int(self.now.timestamp())}_{key!r}_{pk}"


@dataclass
class _Search:
    query: Query
    visible: ArticleQuerySet
    filters: Filters
    language: str | None
    sort: str
    cursor: _Cursor

    def results(self, limit: int) -> Results:
        made, matches, is_part, instead = self._answer()
        versions: dict[int, tuple[int, int]] = {}
        if not self.filters.same_text:
            matches, versions = grouped(matches)
        page, behind = self._page(matches, limit)
        return Results(
            hits=self._hits(page, versions, _marker(made)),
            number=len(matches),
            is_part=is_part,
            facets=count_facets(matches, self.filters, now=self.cursor.now, editions=self.language is None),
            suggestion=correcting.corrected(self.query, instead) if instead else "",
            next=behind,
        )

    def found(self) -> Found:
        _plan, matches, is_part, instead = self._answer()
        suggestion = correcting.corrected(self.query, instead) if instead else ""
        return Found([match.pk for match in matches], suggestion, is_part)

    def _answer(self) -> tuple[Plan, list[Match], bool, dict[str, str]]:
        """The matches as _matches gives them, and the words that others stand for."""
        terms = {word.typed: [Term((word.term,))] for word in self.query.words}
        phrases = [Term(parts) for parts in self.query.phrases]
        facets = [facet_term(facet) for facets in self._required for facet in facets]
        known = self._known(
            [*(term for found in terms.values() for term in found), *phrases, *exact_terms(self.query), *facets]
        )
        self._inflect(terms, known)
        if self.query.is_open and not self._has(terms, known, last := self.query.words[-1]):
            self._add(terms, known, last, correcting.completions(last))
        instead = self._correct(terms, known, [w for w in self.query.words if not self._has(terms, known, w)])
        made, matches, is_part = self._matches(terms, known)
        if len(matches) < FEW and not instead and self.query.words:
            rarest = min(self.query.words, key=lambda word: max(map(known.of, terms[word.typed])))
            spellings = len(terms[rarest.typed])
            instead = self._correct(terms, known, [rarest])
            if len(terms[rarest.typed]) > spellings:
                made, matches, is_part = self._matches(terms, known)
        return made, matches, is_part, instead

    def _known(self, terms: list[Term]) -> Frequencies:
        return adapter().frequencies(list(dict.fromkeys(terms)))

    def _inflect(self, terms: dict[str, list[Term]], known: Frequencies) -> None:
        """Adds to rare words their longer forms, in scripts whose endings the stemmer does not all know."""
        for word in self.query.words:
            if not word.term.isascii() and len(word.term) >= STEM and known.of(terms[word.typed][0]) < RARE:
                self._add(terms, known, word, correcting.inflections(word))

    def _has(self, terms: dict[str, list[Term]], known: Frequencies, word: Word) -> bool:
        return any(known.of(term) for term in terms[word.typed])

    def _add(self, terms: dict[str, list[Term]], known: Frequencies, word: Word, others: list[str]) -> list[str]:
        """Has `others` stand for a word too; returns those that stories have."""
        if not others:
            return []
        found = {other: Term((term_of(other),)) for other in others}
        known.having |= self._known(list(found.values())).having
        kept = [other for other in others if known.of(found[other])]
        terms[word.typed] += [term for other in kept if (term := found[other]) not in terms[word.typed]]
        return kept

    def _correct(self, terms: dict[str, list[Term]], known: Frequencies, words: list[Word]) -> dict[str, str]:
        """Adds other spellings of words; returns the nearest of each that more stories have than the word itself."""
        instead = {}
        for word in words[:3]:
            stories = max(map(known.of, terms[word.typed]))
            others = {other: apart for apart, other in correcting.corrections(word, adapter().similar)}
            kept = self._add(terms, known, word, list(others)[: correcting.CORRECTIONS])
            having = {other: known.of(Term((term_of(other),))) for other in kept}
            if better := [other for other in kept if having[other] > stories]:
                instead[word.typed] = min(better, key=lambda other: (others[other], -having[other]))
        return instead

    def _ranked(self, made: Plan, known: Frequencies) -> list[Row]:
        return adapter().ranked(replace(made, share=known.share_of(made)))

    def _matches(self, terms: dict[str, list[Term]], known: Frequencies) -> tuple[Plan, list[Match], bool]:
        """The matches that may be shown, in order; and whether there are more than were ranked."""
        made = replace(plan(self.query, known, terms), required=self._required, limit=MOST, since=self._since())
        if self.sort == DATE:
            made = by_time(made, terms, known)
        if not made.groups:
            return made, [], False
        rows = self._ranked(made, known)
        if not rows and (looser := loosened(made, terms, known)):
            made = looser
            rows = self._ranked(made, known)
        matches = self._visible(rows)
        if self.sort == DATE:
            matches.sort(key=_by_time, reverse=True)
        else:
            matches.sort(key=lambda match: (match.score, match.pk), reverse=True)
            matches = [match for match in matches if match.score >= TAIL * matches[0].score]
        return made, matches, len(rows) >= MOST

    @cached_property
    def _required(self) -> tuple[tuple[str, ...], ...]:
        return required_facets(self.filters, self.language)

    def _since(self) -> int:
        """The first place that the filters leave."""
        return place_at(self._start) if self._start else 0

    @property
    def _start(self) -> dt.datetime | None:
        span = PERIODS.get(self.filters.period)
        return self.cursor.now - span if span else None

    def _visible(self, rows: list[Row]) -> list[Match]:
        """The rows whose stories may be shown, with recency in their score."""
        scores = {row.article: row.score for row in rows}
        columns = ("pk", "publish_at", "section_id", "story_type", "language")
        stories = self.visible.of_text(self.filters.same_text) if self.filters.same_text else self.visible
        if self._start:
            stories = stories.filter(publish_at__gte=self._start)
        found = stories.filter(pk__among=set(scores)).order_by().values_list(*columns)
        return [Match(*values, score=self._weighted(scores[values[0]], values[1])) for values in found]

    def _weighted(self, score: float, publish_at: dt.datetime | None) -> float:
        age = max(self.cursor.now - publish_at, dt.timedelta(0)) if publish_at else HALF_LIFE
        return float(f"{score * (1 + RECENCY * 0.5 ** (age / HALF_LIFE)):.9g}")

    def _page(self, matches: list[Match], limit: int) -> tuple[list[Match], str]:
        """The matches behind the cursor, and the cursor of the page after them."""
        key = _by_time if self.sort == DATE else (lambda match: (match.score, match.pk))
        left = [match for match in matches if key(match) < self.cursor.behind]
        page = left[:limit]
        return page, self.cursor.write(*key(page[-1])) if len(left) > len(page) and page else ""

    def _hits(self, page: list[Match], versions: dict[int, tuple[int, int]], marker: Marker) -> list[Hit]:
        cards = Article.objects.filter(pk__in=[match.pk for match in page]).select_related("section", "lead_image")
        stories = {story.pk: story for story in cards}
        return [
            Hit(
                story,
                marker.marked(story.headline),
                marker.snippet(story.standfirst, plain(story.body[:LOOKED_THROUGH])),
                match.score,
                *versions.get(match.pk, ()),
            )
            for match in page
            if (story := stories.get(match.pk))
        ]


def _by_time(match: Match) -> tuple[float, int]:
    return (match.publish_at.timestamp() if match.publish_at else 0.0, match.pk)


def _marker(made: Plan) -> Marker:
    terms = [*made.scored, *(term for group in made.groups for term in group)]
    return Marker(frozenset(part for term in terms for part in term.parts if not part.startswith(EXACT)))
