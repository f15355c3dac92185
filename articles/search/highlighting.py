"""What was asked for, marked in a text; everything else of it is escaped."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import regex
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.search.analysis import beginnings, term_of
from newsportal.core.text import clean_line, tokens

# Where a word as core.text has it begins, and how it goes on.
_BEGIN = r"(?<![\p{L}\p{M}\p{N}]|[\p{L}\p{M}\p{N}][\u200c\u200d'’])"
_REST = r"(?:[\p{L}\p{M}\p{N}]|[\u200c\u200d'’](?=[\p{L}\p{M}\p{N}]))*"
# Letters of scripts in which a word and its term begin alike; of others every word is looked at.
_SAME_BEGIN = r"\x00-\x7f\u0980-\u09ff"
# How much of a text is looked through for a snippet, and how long that is.
LOOKED_THROUGH, LENGTH = 8_000, 220


@dataclass(frozen=True)
class Marker:
    """The terms of a query, which are marked."""

    terms: frozenset[str]

    @cached_property
    def _words(self) -> regex.Pattern[str]:
        """Words that may be one of the terms: taking the endings off all words of a text would take longest of all."""
        letters = {letter for term in self.terms for letter in beginnings(term)}
        begin = "".join(regex.escape(letter) for letter in sorted(letters))
        return regex.compile(rf"{_BEGIN}[{begin}[^{_SAME_BEGIN}]&&[\p{{L}}\p{{N}}]]{_REST}", regex.VERSION1)

    def marked(self, text: str) -> SafeString:
        """All of a line, with the words of the query in <mark>."""
        text = clean_line(text)
        return _joined(text, 0, len(text), self._found(text))

    def snippet(self, *texts: str) -> SafeString:
        """The part of the first of `texts` that has most of the query's words; the start of one that has none."""
        best = (0, -1, "", [])
        for place, text in enumerate(texts):
            text = clean_line(text[:LOOKED_THROUGH])
            number, start = _densest(found := self._found(text))
            if text and (number, -place) > (best[0], -best[1] if best[1] >= 0 else -len(texts)):
                best = (number, place, text, found)
        number, _place, text, found = best
        _number, start = _densest(found)
        return _cut(text, start, found)

    def _found(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, term) of each word of the query."""
        found = []
        for word in self._words.finditer(text):
            found += [(*word.span(), term) for term in _terms_of(word[0]) if term in self.terms]
        return found


@lru_cache(maxsize=50_000)
def _terms_of(word: str) -> tuple[str, ...]:
    """The terms of a word as it is written: more than one where folding parts it."""
    return tuple(map(term_of, tokens(word)))


def _densest(found: list[tuple[int, int, str]]) -> tuple[int, int]:
    """How many different words of the query the best stretch of LENGTH characters has, and where its first begins."""
    best = (0, 0)
    for first, (start, _end, _term) in enumerate(found):
        inside = {term for begin, end, term in found[first : first + 30] if end - start <= LENGTH * 3 // 4}
        if len(inside) > best[0]:
            best = (len(inside), start)
    return best


def _cut(text: str, start: int, found: list[tuple[int, int, str]]) -> SafeString:
    """About LENGTH characters of `text` from a little before `start`, cut between words."""
    begin = 0 if start < LENGTH // 2 else text.rfind(" ", 0, start - LENGTH // 4) + 1
    end = len(text) if len(text) - begin <= LENGTH else text.rfind(" ", begin + 1, begin + LENGTH)
    end = end if end > begin else min(len(text), begin + LENGTH)
    shown = _joined(text, begin, end, found)
    return mark_safe(("… " if begin else "") + shown + (" …" if end < len(text) else ""))


def _joined(text: str, begin: int, end: int, found: list[tuple[int, int, str]]) -> SafeString:
    parts, place = [], begin
    for start, stop, _term in found:
        if start >= place and stop <= end:
            parts += [escape(text[place:start]), "<mark>", escape(text[start:stop]), "</mark>"]
            place = stop
    parts.append(escape(text[place:end]))
    return mark_safe("".join(parts))
