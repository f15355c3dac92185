"""What a query asks an index for, in no database's language."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

# Private-use characters, which no story has after cleaning: what stands behind one is no word of a text.
EXACT, FACET = "\ue000", "\ue001"


class TookTooLong(Exception):
    """A query was stopped after its time."""


@dataclass(frozen=True)
class Term:
    """A word or, with several parts, words in a row."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Which rows to look at, and how to rank them; none of a place before `since`.

    A row is looked at when it has all terms of one of `groups`, one of each of `required` and none of `excluded`. It is
    ranked by `scored`, each with the number of the `rows` that have it (an estimate where there are many). At most
    `newest` of them are looked at, the latest; None looks at all. `share` is about what part of all rows match.
    """

    groups: tuple[tuple[Term, ...], ...]
    scored: dict[Term, int]
    rows: int
    required: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    newest: int | None = None
    since: int = 0
    by_time: bool = False
    limit: int = 1000
    share: float = 0.0

    @property
    def is_dated(self) -> bool:
        """Whether only rows of one month are asked for."""
        return any(facet.startswith("m") for facets in self.required for facet in facets)

    @property
    def is_strict(self) -> bool:
        """Whether a row must have all of the one group, the other terms only ranking it."""
        return len(self.groups) == 1 and any(len(term.parts) > 1 or len(self.groups[0]) > 1 for term in self.groups[0])

    @property
    def looked_at(self) -> int | None:
        """How many of the newest rows are enough."""
        return self.limit if self.by_time else self.newest


@dataclass(frozen=True)
class Row:
    """A match: the story's id, its place in time, and how well it matches (greater is better)."""

    article: int
    place: int
    score: float


@dataclass
class Frequencies:
    """How many rows there are, and how many of them have each term.

    `budget` is how many rows the database can rank while a reader waits.
    """

    rows: int
    budget: int
    having: dict[Term, int] = field(default_factory=dict)

    def of(self, term: Term) -> int:
        return self.having.get(term, 0)

    def share(self, terms: Iterable[Term]) -> float:
        """About what part of the rows has all of these terms, if each stands where it does by chance."""
        return math.prod(min(1.0, self.of(term) / max(self.rows, 1)) for term in terms)

    def share_of(self, plan: Plan) -> float:
        """About what part of the rows a plan finds."""
        found = min(1.0, sum(self.share(group) for group in plan.groups))
        for facets in plan.required:
            found *= min(1.0, sum(self.share([facet_term(facet)]) for facet in facets))
        return found


def facet_term(facet: str) -> Term:
    """A facet as the index has it."""
    return Term((FACET + facet,))
