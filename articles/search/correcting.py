"""Other words for those that the archive hardly has: beginnings completed, misspelt words corrected."""

from collections.abc import Callable
from itertools import islice

import regex

from articles.models import SearchWord
from articles.search.analysis import folded
from articles.search.queries import Query, Word
from articles.search.spelling import nearest, skeleton
from articles.stemming import stem
from newsportal.core.text import tokens

# Words that are looked at, and those that are taken.
LOOKED_AT, COMPLETIONS, CORRECTIONS = 60, 8, 3
# Characters of an ending at most.
ENDING = 3
# Letters that a beginning has at least; signs and marks are none.
SHORTEST = 3
_LETTER = regex.compile(r"[\p{L}\p{N}]")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d'’]*")

Similar = Callable[[str, int], list[str]]


def completions(word: Word) -> list[str]:
    """Words of the archive that begin like one that is still being typed."""
    if len(_LETTER.findall(word.typed)) < SHORTEST:
        return []
    found = SearchWord.objects.beginning_with(word.typed).values_list("word", flat=True)[:LOOKED_AT]
    shortest_first = sorted(found, key=lambda other: (len(other), other))
    return list(islice((other for other in shortest_first if other != word.typed), COMPLETIONS))


def inflections(word: Word) -> list[str]:
    """Words of the archive that go on a little further: with an ending that the stemmer does not know."""
    start = stem(word.typed, "bn")
    found = SearchWord.objects.beginning_with(start).values_list("word", flat=True)[:LOOKED_AT]
    return [other for other in found if other != word.typed and len(other) <= len(start) + ENDING]


def corrections(word: Word, similar: Similar) -> list[tuple[int, str]]:
    """Words of the archive that one may stand for, each with how far it is, nearest first: by sound and by look.

    Two queries.
    """
    if len(word.typed) < SHORTEST or word.typed.isdigit():
        return []
    sounding = SearchWord.objects.with_keys([skeleton(word.typed)]).values_list("word", flat=True)[:LOOKED_AT]
    return nearest(word.typed, [*sounding, *similar(word.typed, LOOKED_AT)])[: CORRECTIONS * 2]


def corrected(query: Query, instead: dict[str, str]) -> str:
    """The query with words replaced: `instead` by the word as it was typed, folded."""

    def replace(match: regex.Match[str]) -> str:
        return " ".join(instead.get(folded(token), token) for token in tokens(match[0]))

    return _WORD.sub(lambda match: replace(match) if _is_one_of(match[0], instead) else match[0], query.text)


def _is_one_of(text: str, instead: dict[str, str]) -> bool:
    return any(folded(token) in instead for token in tokens(text))
