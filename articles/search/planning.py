"""Bounds what a query costs: which rows are looked at, when the archive has too many that would match.

A query asks for any of its words and ranks by how many, and how rare ones, a story has. Where that would mean to rank a
large part of the archive, rare words find the rows, and common ones only in company.
"""

from dataclasses import replace

from articles.search.queries import Query
from articles.search.terms import EXACT, Frequencies, Plan, Term

# Of words that only common ones stand beside, so many of the newest rows are looked at.
NEWEST = 1_000
# A query of this many words at most is looked for as a phrase too.
PHRASE = 6

Terms = dict[str, list[Term]]
Groups = tuple[tuple[Term, ...], ...]


def plan(query: Query, known: Frequencies, terms: Terms) -> Plan:
    """How to look for a query whose words `terms` stand for, given how many rows have each of them."""
    phrases = tuple(Term(parts) for parts in query.phrases)
    groups, newest = ((phrases,), None) if phrases else _groups(_found(terms, known), known)
    scored = {term: known.of(term) for found in _found(terms, known) for term in found}
    # A little more for a story that says it that way.
    scored |= {term: known.of(term) for term in exact_terms(query) if known.of(term)}
    scored |= {phrase: known.of(phrase) for phrase in phrases} | dict.fromkeys(_as_one(query), 1)
    excluded = tuple(Term(parts) for parts in query.excluded)
    return Plan(groups, scored, known.rows, excluded=excluded, newest=newest)


def by_time(made: Plan, terms: Terms, known: Frequencies) -> Plan:
    """The same, for the newest of the rows that have every known word: the newest of any would say nothing."""
    phrases = made.groups[0] if made.is_strict and len(made.groups[0][0].parts) > 1 else ()
    together = (*phrases, *(found[0] for found in _found(terms, known)))
    return replace(made, groups=(together,) if together else (), newest=None, by_time=True)


def loosened(made: Plan, terms: Terms, known: Frequencies) -> Plan | None:
    """What to look for when no row has all of the words: any of them, the newest; None when that is no other plan."""
    found = [term for words in _found(terms, known) for term in words]
    if len(found) < 2 or not made.is_strict or any(len(term.parts) > 1 for term in made.groups[0]):
        return None
    return replace(made, groups=tuple((term,) for term in found), newest=NEWEST)


def _found(terms: Terms, known: Frequencies) -> list[list[Term]]:
    """The terms of each word that has any, without those that no row has."""
    found = ([term for term in words if known.of(term)] for words in terms.values())
    return [words for words in found if words]


def _groups(words: list[list[Term]], known: Frequencies) -> tuple[Groups, int | None]:
    """The combinations of terms that make a candidate, and how many of the newest are enough (None: all)."""
    rare, common, rows = [], [], 0
    everything = known.rows <= known.budget
    for term in sorted((term for found in words for term in found), key=lambda term: (known.of(term), term.parts)):
        if everything or rows + known.of(term) <= known.budget:
            rare.append(term)
            rows += known.of(term)
        else:
            common.append(term)
    if not common:
        return tuple((term,) for term in rare), None
    if not rare:
        return (tuple(found[0] for found in words),), NEWEST
    # Common words in company may be half of the archive (of, the): the newest of these would crowd the rare ones out.
    together = [tuple(common)] if len(common) > 1 and known.share(common) * known.rows <= known.budget - rows else []
    return (*((term,) for term in rare), *together), known.budget


def _as_one(query: Query) -> list[Term]:
    """The whole query as a phrase, for a story that says just that."""
    parts = tuple(word.term for word in query.words)
    return [Term(parts)] if 1 < len(parts) <= PHRASE else []


def exact_terms(query: Query) -> list[Term]:
    """The words with the very endings that were typed."""
    return [Term((EXACT + word.typed,)) for word in query.words if word.typed != word.term and word.typed.isascii()]
