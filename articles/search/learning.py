"""The words that misspelt ones are compared with.

Half of the words of any archive stand in one story only, many of them misspelt there. Those of headlines, standfirsts,
tags and names are always learnt; others only once some stories have them, or they would outweigh a small archive.
"""

from collections.abc import Iterable

from articles.models import SearchWord
from articles.search.adapters import adapter
from articles.search.spelling import skeleton

# Words of a body, from its start, that are learnt from.
LEARNT = 300
# While there are FEW words every one is kept, later those that OFTEN stories have.
FEW, OFTEN = 10_000, 5

Pairs = Iterable[tuple[str, str]]


def learn(*, named: Pairs, met: Pairs) -> None:
    """Adds words that are new, of (word, term) of headlines and names, and of other texts of indexed stories."""
    always = {word for word, _term in named if is_word(word)}
    others = {word: term for word, term in met if word not in always and is_word(word)}
    known = adapter().known(always.union(others))
    new = always - known
    others = {word: term for word, term in others.items() if word not in known}
    room = max(0, FEW - _number() - len(new)) if others else 0
    if len(others) > room:
        shared = adapter().shared(set(others.values()), OFTEN)
        fits = set(list(others)[:room])
        others = {word: term for word, term in others.items() if word in fits or term in shared}
    # In one order, so that two transactions that add the same words do not wait for each other.
    rows = [SearchWord(word=word, key=skeleton(word)) for word in sorted(new.union(others))]
    SearchWord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def is_word(word: str) -> bool:
    """Whether it is long enough, and no number."""
    return len(word) > 2 and not word.isdigit()


def _number() -> int:
    """How many words are known, by the numbers they were given: counting them would take longer than the rest."""
    return SearchWord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
