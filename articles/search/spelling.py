"""Misspelt and differently spelt words: skeletons of consonants, and the distance between two spellings."""

import regex

from newsportal.core.text import nfc

# Letters that are taken for each other, in names above all: Mohammed and Muhammad, Sheikh and Shaikh, Zia and Jia.
_LATIN = str.maketrans({"z": "j", "v": "b", "w": "b", "q": "k", "c": "k", "x": "k"})
_LATIN_PAIRS = (
    ("ph", "f"),
    ("ck", "k"),
    ("ch", "s"),
    ("sh", "s"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("kh", "k"),
    ("bh", "b"),
)
_LATIN_SILENT = regex.compile(r"(?<!^)[aeiouyh]+")
# Bangla: what sounds alike, and the signs that are left out or mistaken.
_BANGLA = str.maketrans("ণশষঈঊৎযঞ", "নসসইউতজন")
_BANGLA_SIGNS = regex.compile(r"[\u0981-\u0983\u09bc\u09be-\u09cc\u09cd\u09d7]+")
_TWICE = regex.compile(r"(.)\1+")


def skeleton(word: str) -> str:
    """What two spellings of a name have in common: its first letter, its consonants, alike ones as one."""
    if word.isascii():
        for pair, letter in _LATIN_PAIRS:
            word = word.replace(pair, letter)
        word = _LATIN_SILENT.sub("", word.translate(_LATIN))
    else:
        word = _BANGLA_SIGNS.sub("", nfc(word).translate(_BANGLA))
    return _TWICE.sub(r"\1", word)


def distance(one: str, other: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours that make one word of the other.

    Optimal string alignment (Boytsov: Indexing methods for approximate dictionary searching, 2011).
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, a in enumerate(one, 1):
        line = [row]
        for column, b in enumerate(other, 1):
            best = min(last[column] + 1, line[-1] + 1, last[column - 1] + (a != b))
            if row > 1 and column > 1 and a == other[column - 2] and one[row - 2] == b:
                best = min(best, before[column - 2] + 1)
            line.append(best)
        before, last = last, line
    return last[-1]


def allowed(word: str) -> int:
    """How far a misspelling of a word may be from it: short words are other words at once."""
    return 0 if len(word) < 4 else 1 if len(word) < 6 else 2


def nearest(word: str, candidates: list[str]) -> list[str]:
    """Those of `candidates` that `word` may stand for, nearest first; names may be one step further."""
    mine = skeleton(word)
    found = []
    for other in set(candidates) - {word}:
        apart = distance(word, other)
        if apart <= allowed(word) + (skeleton(other) == mine and len(word) > 3):
            found.append((apart, other))
    return [other for _apart, other in sorted(found)]


def trigrams(word: str) -> list[str]:
    """The runs of three characters of a word."""
    return [word[start : start + 3] for start in range(len(word) - 2)]
