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
# -ique, -ey: what stands at the end unheard.
_LATIN_MUTE = regex.compile(r"(?<=[kg])ue$|h$")
_LATIN_VOWELS = str.maketrans({"e": "i", "y": "i", "o": "u"})
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
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def nearest(word: str, candidates: list[str]) -> list[tuple[int, str]]:
    """Those of `candidates` that `word` may stand for, nearest first, each with how far it is.

    Names may be one step further, and any that sound alike are one step apart (Tareq, Tarique); a short word keeps its
    first letter, as rail is neither bail nor jail.
    """
    mine, heard = skeleton(word), sound(word)
    found = []
    for other in set(candidates) - {word}:
        apart = distance(word, other)
        is_alike = skeleton(other) == mine and len(word) > 3
        if is_alike and sound(other) == heard:
            found.append((1, other))
        elif apart <= allowed(word) + is_alike and (other[0] == word[0] or len(word) > 5 or is_alike):
            found.append((apart, other))
    return sorted(found)


def sound(word: str) -> str:
    """How a Latin spelling of a name sounds, roughly: its consonants as in the skeleton, and two vowels besides a."""
    if not word.isascii():
        return word
    for pair, letter in _LATIN_PAIRS:
        word = word.replace(pair, letter)
    word = _LATIN_MUTE.sub("", word.translate(_LATIN)).translate(_LATIN_VOWELS)
    return _TWICE.sub(r"\1", word)


def trigrams(word: str) -> list[str]:
    """The runs of three characters of a word."""
    return [word[start : start + 3] for start in range(len(word) - 2)]
