"""Text into terms: the same for stories and for queries, for both databases and for every script.

A term is a word case-folded, without accents, joiners, apostrophes and endings, letters that are one sound as one; a
word's script says whose endings it can have, so that an English name in a Bangla story is the same term as anywhere.
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
# Bangla spells many words with the long or the short sign of one vowel, and with either n: সরকারী, সরকারি.
_BANGLA = str.maketrans("ঈঊীূণ", "ইউিুন")
_ALIKE = "ঈঊণ০১২৩৪৫৬৭৮৯"
_ALIKE_TO = str.maketrans(_ALIKE, "ইউন0123456789")
# Places whose official spelling was changed, as people go on to write them (English ones: gazette of April 2018).
RENAMED = {
    "barisal": "barishal",
    "bogra": "bogura",
    "chittagong": "chattogram",
    "comilla": "cumilla",
    "dacca": "dhaka",
    "jessore": "jashore",
    "চিটাগং": "চট্টগ্রাম",
    "চিটাগাং": "চট্টগ্রাম",
}
_APOSTROPHE = regex.compile(r"['’]s$|['’]")
# Marks in a row that no script needs, and NUL and its like, which no database takes.
_DIGIT = {digit: str(unicodedata.digit(chr(digit))) for digit in range(0x09E6, 0x09F0)}


def terms(text: str) -> list[str]:
    """The terms of a text, in order."""
    return [term for word in tokens(text) if (term := term_of(word))]


def words(text: str) -> Iterator[tuple[str, str]]:
    """(word, term) for each word of a text: the word folded but with its ending."""
    return (pair for token in tokens(text) if (pair := _word(token))[1])


def term_of(token: str) -> str:
    """The term of one of newsportal.core.text.tokens; "" when nothing of it is left."""
    return _word(token)[1]


def folded(token: str) -> str:
    """A token without accents, apostrophes and digits of another script than ours; Bangla keeps all its marks."""
    return _word(token)[0]


def beginnings(term: str) -> set[str]:
    """The letters and digits, of scripts that `_word` knows, that words of a term can begin with."""
    alike = {letter for letter in _ALIKE if letter.translate(_ALIKE_TO) == term[0]}
    return {term[0], term[0].upper(), *alike}


@lru_cache(maxsize=200_000)
def _word(token: str) -> tuple[str, str]:
    word = _APOSTROPHE.sub("", token)
    if not word.isascii():
        word = word.translate(_DIGIT)
        word = nfc(_LATIN_ACCENT.sub("", unicodedata.normalize("NFD", word)))
    word = word[:LONGEST]
    if word.isascii():
        return word, stem(RENAMED.get(word, word), "en")
    stemmed = stem(word, "bn")
    return word, RENAMED.get(stemmed, stemmed).translate(_BANGLA)
