"""Text into terms: the same for stories and for queries, for both databases and for every script.

A term is a word case-folded, without accents, joiners, apostrophes and endings; a word's script says whose endings it
can have, so that an English name in a Bangla story is the same term as anywhere else.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex

from articles.stemming import stem
from newsportal.core.text import nfc, tokens

# A word that is longer is no word (a key, an address, a line of noise); its start is enough to find it by.
LONGEST = 48
_LATIN_ACCENT = regex.compile(r"(?<=\p{Latin}\p{M}*)\p{M}+")
_APOSTROPHE = regex.compile(r"['’]s$|['’]")
# Marks in a row that no script needs, and NUL and its like, which no database takes.
_DIGIT = {digit: str(unicodedata.digit(chr(digit))) for digit in range(0x09E6, 0x09F0)}


def terms(text: str) -> list[str]:
    """The terms of a text, in order."""
    return [term for word in tokens(text) if (term := term_of(word))]


def words(text: str) -> Iterator[tuple[str, str]]:
    """(word, term) for each word of a text: the word folded but with its ending."""
    for token in tokens(text):
        if term := term_of(token):
            yield folded(token), term


@lru_cache(maxsize=200_000)
def term_of(token: str) -> str:
    """The term of one of newsportal.core.text.tokens; "" when nothing of it is left."""
    word = folded(token)
    return stem(word, "en" if word.isascii() else "bn")


@lru_cache(maxsize=200_000)
def folded(token: str) -> str:
    """A token without accents, apostrophes and digits of another script than ours; Bangla keeps all its marks."""
    word = _APOSTROPHE.sub("", token)
    if not word.isascii():
        word = word.translate(_DIGIT)
        word = nfc(_LATIN_ACCENT.sub("", unicodedata.normalize("NFD", word)))
    return word[:LONGEST]
