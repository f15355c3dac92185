"""A story's terms as PostgreSQL keeps them: a number for each term it has, and its text in letters of its own.

`vector` has every term once, those that the text says most often first; the index is over it. `packed` is the text: the
term that stands n-th in `vector` is the letter number n, so that how often a word, or words in a row, are said is how
often a short string is in another one. A story of 400 words takes 435 bytes so, besides four for each different term.
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

# The parts of a text, and what stands behind each but the last.
PARTS = ("head", "lead", "body", "rest")
END = "\x01"
# Letters are characters from FIRST on. A byte is enough for each where there are few; else the text begins with WIDE.
WIDE, FIRST, NARROW = "\x02", 3, 256

# The text of a row, and its letter for a number (NULL when it has none), in SQL.
TEXT = "convert_from(packed, CASE substring(packed FROM 1 FOR 1) WHEN '\\x02'::bytea THEN 'UTF8' ELSE 'LATIN1' END)"
LETTER = f"chr(array_position(vector, %s) + {FIRST - 1})"


def written(columns: Sequence[Sequence[str]]) -> tuple[str, bytes]:
    """The literal of `vector`, and `packed`, for the terms of the columns head, lead, body, names, exact and facets."""
    head, lead, body, names, exact, facets = ([code(term) for term in terms] for terms in columns)
    parts = (head, lead, body, names + exact)
    numbers = [number for number, _times in Counter(chain.from_iterable(parts)).most_common()]
    letters = {number: chr(FIRST + place) for place, number in enumerate(numbers)}
    text = END.join("".join(map(letters.__getitem__, part)) for part in parts)
    is_narrow = FIRST + len(numbers) <= NARROW
    vector = "{" + ",".join(map(str, [*numbers, *facets])) + "}"
    return vector, text.encode("latin-1") if is_narrow else (WIDE + text).encode()


@lru_cache(maxsize=200_000)
def code(term: str) -> int:
    """The number of a term, 32 bits with a sign: of a million words a hundred pairs have one in common."""
    number = zlib.crc32(term.encode())
    return number if number < 1 << 31 else number - (1 << 32)
