"""What a search is asked for and what it answers."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from articles.models import Article

RELEVANCE, DATE = "relevance", "date"
# Spans of time that end now, by name, the shortest first.
PERIODS = {name: dt.timedelta(days=days) for name, days in (("day", 1), ("week", 7), ("month", 30), ("year", 365))}


@dataclass(frozen=True)
class Filters:
    """What hits must have; "" or 0 leaves it open.

    `section` is an id, sections in it count; `month` is "2026-11"; `period` a key of PERIODS; `state` one of
    articles.states.State; `same_text` the number that versions of one report share (articles.related).
    """

    section: int = 0
    author: int = 0
    month: str = ""
    period: str = ""
    story_type: str = ""
    language: str = ""
    state: str = ""
    same_text: int = 0

    def __bool__(self) -> bool:
        return any(vars(self).values())


@dataclass(frozen=True)
class Hit:
    """A story that was found, with its headline and a few words of its text, escaped, what was asked for in <mark>.

    `versions` more of the matches have nearly the same text, and the number `same_text` in common with it.
    """

    article: Article
    headline: SafeString
    snippet: SafeString
    score: float
    versions: int = 0
    same_text: int = 0


@dataclass(frozen=True)
class Facet:
    """One value of a filter, in words, and how many of the best matches have it."""

    value: str
    label: str
    number: int
    chosen: bool = False


@dataclass(frozen=True)
class Found:
    """Which stories match, by id; at most as many as are ranked. `suggestion` as in Results."""

    stories: list[int] = field(default_factory=list)
    suggestion: str = ""
    is_part: bool = False
    took_too_long: bool = False


@dataclass(frozen=True)
class Results:
    """A page of hits.

    `number` counts the matches that were ranked; `is_part` says that there are more of them. `suggestion` is the query
    with misspelt words corrected, for which hits are shown too. `next` is the `after` of the next page, "" on the last.
    """

    hits: list[Hit] = field(default_factory=list)
    number: int = 0
    is_part: bool = False
    facets: dict[str, list[Facet]] = field(default_factory=dict)
    suggestion: str = ""
    next: str = ""
    took_too_long: bool = False
