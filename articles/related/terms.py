"""What a story is about, in numbers: the stems of its words with weights, and a sketch of its wording.

The weight of a word falls with its place in the text, as news is written with what matters first. Words are kept as
32-bit hashes that hold their language too, so that one number names a term in every table.
"""

import math
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from articles.stemming import english
from newsportal.core.text import plain, tokens, words

# What is read of a text: the words of the two hundredth line would weigh next to nothing.
CHARACTERS, WORDS = 60_000, 2_000
# How many terms of a story are kept, the heaviest.
KEPT, TAGS = 100, 20
# After this many words of the body a word weighs half of what the first one does.
HALF = 100
HEADLINE, NUMBER, TAG = 2.0, 1.8, 1.5
# Wording is compared by runs of words; of the sketch's bins each keeps the smallest of the hashes that fall into it.
SHINGLE, BINS, EMPTY = 3, 64, 0xFFFF
# A body of fewer words is compared together with its headline: one sentence may stand under many.
SHORT_BODY = 50

STOP_WORDS = {
    "en": frozenset(
        "a about after all also an and are as at be been but by can could did do for from had has have he he's her him "
        "his i if in into is it it's its like mr mrs ms more new no not of on one or our out over said say says she so "
        "than that the their them there they this to two up us was we were what when which who will with would you "
        "your".split()
    ),
    "bn": frozenset(
        "এ এই এক একটি এবং এর এসব ও ওই করা করে করেছে করেছেন করেন করতে করার কি কিন্তু কোনো গত ছিল জন্য জানান জানিয়েছেন "
        "তা তাই তাদের তার তাঁর তিনি থেকে দিয়ে না নিয়ে পর পরে বলে বলেন বলেছেন মধ্যে যা যে সঙ্গে সব সে হয় হয়ে হয়েছে হবে হচ্ছে "
        "আর আরও আছে আমরা আমাদের".split()
    ),
}
# Case endings and articles of Bangla nouns: those of articles.stemming, which takes one off, in another order. Here one
# is taken off after the other, so that in that order other terms would come out than are stored.
BANGLA_ENDINGS = (
    "গুলোর",
    "গুলোকে",
    "গুলো",
    "গুলি",
    "দেরকে",
    "দের",
    "টিকে",
    "টির",
    "টার",
    "টি",
    "টা",
    "রা",
    "ের",
    "েরা",
    "কে",
    "তে",
    "য়ে",
    "র",
    "ে",
)
BANGLA_STEM = 3


@dataclass(frozen=True)
class Terms:
    """A story's terms with their weights, before it is known how rare they are, and the sketch of its wording."""

    weights: dict[int, float]
    sketch: bytes


def read(text: str, markup: str = "") -> list[str]:
    """The words that are looked at: those of a line, and the first of an HTML fragment, case-folded."""
    return tokens(f"{text[:CHARACTERS]} {plain(_start(markup)) if markup else ''}")[:WORDS]


def _start(markup: str) -> str:
    """The first CHARACTERS of an HTML fragment, not ending within a tag."""
    start = markup[:CHARACTERS]
    return start.rpartition("<")[0] or start if len(markup) > CHARACTERS else start


def spelt(text: str, *, is_html: bool) -> list[str]:
    """The words that are looked at as they are written, as `read` cuts them."""
    return words(plain(_start(text)) if is_html else text[:CHARACTERS])[:WORDS]


def extract(language: str, headline: str, standfirst: str, body: str, tags: Iterable[str] = ()) -> Terms:
    """The terms of a text: `body` is HTML, `tags` are names. Costs the same for a story of a million words."""
    head, lead, words = read(headline), read(standfirst), read("", body)
    known = _known[language]
    counts: dict[int, float] = {}
    for number, shares in map(known.__getitem__, head):
        counts[number] = counts.get(number, 0.0) + HEADLINE * shares[0]
    for place, (number, shares) in enumerate(map(known.__getitem__, (lead + words)[:WORDS])):
        counts[number] = counts.get(number, 0.0) + shares[place]
    counts.pop(0, None)
    heaviest = sorted(zip(counts.values(), counts, strict=True), reverse=True)[:KEPT]
    weights = {number: 1 + math.log(count) if count >= 1 else count for count, number in heaviest}
    weights |= {tag_term(name, language): TAG for name in sorted(tags)[:TAGS]}
    return Terms(weights, sketch(_wording(head, lead, words)))


def term(word: str, language: str) -> int:
    """The number of a word's stem in a language; 0 for words that say nothing."""
    return _known[language][word][0]


class _Kept(dict[str, Any]):
    """What `make` has made of the last words that were met; as fast to ask as a dict, which `lru_cache` is not."""

    MOST = 200_000

    def __init__(self, make: Callable[[str], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, word: str) -> Any:
        if len(self) >= self.MOST:
            self.clear()
        self[word] = made = self.make(word)
        return made


def _known_word(word: str, language: str) -> tuple[int, tuple[float, ...]]:
    """A word's number, and what it weighs by its place."""
    is_silent = word in STOP_WORDS.get(language, ()) or (len(word) == 1 and word.isascii())
    number = 0 if is_silent else _number(f"{language}:{stem(word, language)}")
    return number, _SHARES[word[0].isdigit()]


# What a word weighs by its place, and what a number does.
_SHARES = [tuple(weight / (1 + place / HALF) for place in range(WORDS)) for weight in (1, NUMBER)]
_known = _Kept(lambda language: _Kept(lambda word: _known_word(word, language)))


def tag_term(name: str, language: str) -> int:
    """The number of a tag, which no word has."""
    return _number(f"{language}#{name.casefold()}")


def total_term(language: str) -> int:
    """The number under which the stories of a language are counted."""
    return _number(f"{language}:")


def stem(word: str, language: str) -> str:
    """A case-folded word without its endings."""
    if language == "en":
        word = word.replace("’", "'")
        return english.stemWord(word.removesuffix("'s"))
    if language == "bn":
        return _without_endings(word)
    return word


def _without_endings(word: str) -> str:
    """Endings follow each other, and the last letters of a stem may look like one: all forms lose them alike."""
    for ending in BANGLA_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= BANGLA_STEM:
            return _without_endings(word.removesuffix(ending))
    return word


def wording(headline: str, standfirst: str, body: str) -> list[str]:
    """The words by which a text is told from another: those of the body or, where it is short, of everything."""
    return _wording(read(headline), read(standfirst), read("", body))


def _wording(head: list[str], lead: list[str], words: list[str]) -> list[str]:
    return words if len(words) >= SHORT_BODY else (head + lead + words)[:WORDS]


# The number of a hash's bin, which BINS, a power of two, leaves over.
_bin = (BINS - 1).__and__
# What the three words of a run are multiplied by, of which 39 bits are looked at; bytes for the sum of the products.
_OF_ONE = 0xC2B2AE35
_OF_TWO = _OF_ONE * 0x85EBCA6B & (1 << 39) - 1
_OF_THREE = _OF_TWO * 0x9E3779B1 & (1 << 39) - 1
_LANE = 12


def sketch(words: list[str]) -> bytes:
    """BINS numbers of 16 bits, a MinHash by one permutation (Li, Owen, Zhang 2012) of the text's shingles."""
    numbers = sorted(shingles(words), reverse=True)
    # The smallest of each bin is the last to be put there.
    bins = dict(zip(map(_bin, numbers), numbers, strict=True))
    return struct.pack(f"<{BINS}H", *[bins[bin] // BINS % EMPTY if bin in bins else EMPTY for bin in range(BINS)])


def shingles(words: list[str]) -> set[int]:
    """The runs of SHINGLE words as numbers of 32 bits; of a shorter text, all its words as one.

    Of each run the bits 7 to 38 of `((one * A + two) * B + three) * C`. All runs are worked out at once, side by side
    in one large number, each in a lane of 12 bytes, which no sum of three products fills: in half the time of a loop.
    """
    if not words:
        return set()
    count = max(len(words), SHINGLE)
    hashes = struct.pack(f"<{count}I", *map(crc32, map(str.encode, words)), *[1] * (count - len(words)))
    lanes = bytearray(_LANE * count)
    for byte in range(4):
        lanes[byte::_LANE] = hashes[byte::4]
    one = int.from_bytes(lanes, "little")
    two, three = one >> 8 * _LANE, one >> 16 * _LANE
    runs = one * _OF_THREE + two * _OF_TWO + three * _OF_ONE >> 7
    packed = runs.to_bytes(len(lanes), "little")[: _LANE * (count - SHINGLE + 1)]
    return {run for (run,) in struct.iter_unpack(f"<I{_LANE - 4}x", packed)}


def likeness(one: bytes, other: bytes) -> float:
    """What two sketches say of the share of shingles that two texts have in common: 0 to 1, give or take 0.04."""
    left, right = struct.unpack(f"<{BINS}H", one), struct.unpack(f"<{BINS}H", other)
    filled = sum(1 for a, b in zip(left, right, strict=True) if a != EMPTY or b != EMPTY)
    same = sum(1 for a, b in zip(left, right, strict=True) if a == b != EMPTY)
    return same / filled if filled else 0.0


def pack(weights: dict[int, float]) -> bytes:
    """Weights in six bytes a term: all numbers, then all weights as half-precision floats."""
    return struct.pack(f"<{len(weights)}i{len(weights)}e", *weights.keys(), *weights.values())


def unpack(packed: bytes) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The numbers and the weights that `pack` packed."""
    count = len(packed) // 6
    values = struct.unpack(f"<{count}i{count}e", packed)
    return values[:count], values[count:]


def _number(name: str) -> int:
    """CRC-32 as a signed number, which both databases store in four bytes; never 0."""
    return crc32(name.encode()) - 0x80000000 or 1
