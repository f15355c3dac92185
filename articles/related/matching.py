"""The stories most like a text, best first, and which of them are the same text again."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from articles.models import Article, StoryTerms
from articles.related import scoring
from articles.related.candidates import candidates
from articles.related.terms import Terms, extract, likeness, shingles, wording
from articles.states import State

# Nine tenths of the shingles: the same text again. Sketches that differ more than UNLIKELY cannot be of such texts.
SAME, UNLIKELY = 0.9, 0.7
# So many texts are compared word by word; beyond them the sketch decides.
COMPARED = 40
# Where the sketch alone decides: less than SAME, as it errs.
SURE = 0.85


@dataclass(frozen=True)
class Text:
    """What is compared: a story, or a text on its way to become one."""

    language: str
    headline: str
    standfirst: str
    body: str
    terms: Terms
    at: dt.datetime
    section: int | None

    @classmethod
    def of(cls, story: Article, terms: Terms, now: dt.datetime | None = None) -> "Text":
        """A story's text; `now` stands for the time of one that has none."""
        at = story.publish_at or now
        return cls(story.language, story.headline, story.standfirst, story.body, terms, at, story.section_id)

    @property
    def shingles(self) -> set[int]:
        return shingles(wording(self.headline, self.standfirst, self.body))


@dataclass(frozen=True)
class Match:
    """A story that shares terms with a text; `score` is what it is worth."""

    pk: int
    score: float
    sketch: bytes
    same_text: int | None


def ranked(text: Text, now: dt.datetime, *, but: int | None = None) -> list[Match]:
    """Stories of the edition that readers have or will have, most related first, without story `but`. Two queries."""
    rarities, ids = candidates(text.terms.weights, text.language)
    towards = scoring.direction(text.terms.weights, rarities)
    # The edition is looked at here: asked for it, SQLite would go through all stories of it where it has no statistics.
    rows = StoryTerms.objects.shown_after(now).filter(article__among=ids).exclude(article=but)
    matches = []
    columns = ("pk", "language", "packed", "sketch", "norm", "same_text", "article__publish_at", "article__section")
    for pk, language, packed, sketch, length, same_text, at, section in rows.values_list(*columns):
        if language != text.language:
            continue
        cosine = scoring.cosine(towards, packed, length)
        at_home = section == text.section
        if cosine >= (scoring.LEAST if at_home else scoring.LEAST_ELSEWHERE):
            score = cosine * scoring.closeness(text.at, at) + scoring.SECTION * at_home
            matches.append(Match(pk, score, bytes(sketch), same_text))
    return sorted(matches, key=attrgetter("score", "pk"), reverse=True)


def same_texts(text: Text, matches: Iterable[Match]) -> set[int]:
    """The ids of those matches that are the same text again. At most one query, for the few that have to be read."""
    # Of all, however much they have in common by their terms: under another headline a short text has less than half.
    alike = {match.pk: likeness(text.terms.sketch, match.sketch) for match in matches}
    same = {pk for pk, share in alike.items() if share == 1.0}
    doubtful = sorted((pk for pk, share in alike.items() if UNLIKELY <= share < 1.0), key=alike.get, reverse=True)
    same |= {pk for pk in doubtful[COMPARED:] if alike[pk] >= SURE}
    mine = text.shingles if doubtful else set()
    for pk, *other in Article.objects.filter(pk__in=doubtful[:COMPARED]).values_list(
        "pk", "headline", "standfirst", "body"
    ):
        theirs = shingles(wording(*other))
        if len(mine & theirs) >= SAME * len(mine | theirs):
            same.add(pk)
    return same


def near_duplicates(article: Article, now: dt.datetime) -> list[Article]:
    """Stories that readers have or will have and that are the same text again as a story's, the most alike first.

    At most five queries, whatever the size of the archive. A story is known once the worker has taken its terms.
    """
    tags = [tag.name for tag in article.tags.all()] if article.pk else []
    terms = extract(article.language, article.headline, article.standfirst, article.body, tags)
    text = Text.of(article, terms, now)
    matches = ranked(text, now, but=article.pk)
    same = Article.objects.in_state(State.PUBLISHED).select_related("section").in_bulk(same_texts(text, matches))
    return [same[match.pk] for match in matches if match.pk in same]
