"""The language in which people search: words, "phrases", -exclusions. Any text is a query, none is an error."""

from dataclasses import dataclass

import regex

from articles.search.analysis import folded, term_of
from newsportal.core.text import clean_line, tokens

# What is read of a query; a longer one is a story pasted into the field.
CHARACTERS, WORDS, PHRASE_WORDS = 400, 24, 8
_QUOTES = regex.compile(r"[“”„«»″]")
_CLAUSE = regex.compile(r'(?P<minus>(?<!\S)[-−])?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Word:
    """A word of a query: as it was typed but folded, and its term."""

    typed: str
    term: str


@dataclass(frozen=True)
class Query:
    """A query taken apart. `is_open` says that its last word may be the beginning of one."""

    text: str
    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    is_open: bool = False

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


def parse(text: str) -> Query:
    """`text` taken apart. A quotation mark without its twin is none; a phrase of one word is that word."""
    raw = text[: CHARACTERS * 4]
    line = clean_line(raw)[:CHARACTERS]
    words: list[Word] = []
    phrases, excluded = [], []
    is_open = False
    quoted = _QUOTES.sub('"', line)
    if quoted.count('"') % 2:
        quoted = quoted[::-1].replace('"', " ", 1)[::-1]
    for clause in _CLAUSE.finditer(quoted):
        found = _words(clause["phrase"] or clause["word"] or "")
        is_open = False
        if not found:
            continue
        if clause["minus"]:
            excluded.append(tuple(word.term for word in found[:PHRASE_WORDS]))
        elif clause["phrase"] and len(found) > 1:
            phrases.append(tuple(word.term for word in found[:PHRASE_WORDS]))
        else:
            words += found
            is_open = not clause["phrase"] and not raw[-1:].isspace()
    return Query(line, tuple(dict.fromkeys(words))[:WORDS], tuple(phrases[:4]), tuple(excluded[:8]), is_open)


def _words(text: str) -> list[Word]:
    return [Word(folded(token), term) for token in tokens(text) if (term := term_of(token))]
