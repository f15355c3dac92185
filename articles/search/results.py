"""What a search is asked for and what it answers."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from articles.models import Article

RELEVANCE, DATE = "relevance", "date"


@dataclass(frozen=True)
class Filters:
    """What hits must have; "" or 0 leaves it open. `section` is an id, sections in it count; `month` is "2026-11"."""

    section: int = 0
    author: int = 0
    month: str = ""
    story_type: str = ""
    language: str = ""

    def __bool__(self) -> bool:
        return any((self.section, self.author, self.month, self.story_type, self.language))


@dataclass(frozen=True)
class Hit:
    """A story that was found, with its headline and a few words of its text, escaped, what was asked for in <mark>."""

    article: Article
    headline: SafeString
    snippet: SafeString
    score: float


@dataclass(frozen=True)
class Facet:
    """One value of a filter, in words, and how many of the best matches have it."""

    value: str
    label: str
    number: int
    chosen: bool = False


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
