"""Ids that come more than once in a file: the last line is the one that counts.

Known before the import begins, so that a second run leaves alone what the first one made of them, instead of going
through all their versions again.
"""

import datetime as dt
from collections.abc import Iterable

from articles.exceptions import NewsroomError
from articles.importing import records
from articles.importing.records import Line

# One bit an id, in 4 MB whatever the length of the file: of 100,000 ids some 150 share a bit and are looked at in vain.
BITS = 2**25


def latest_digests(lines: Iterable[Line], *, now: dt.datetime) -> dict[str, str]:
    """The digest of the last good line of every id that comes more than once (and of a few that do not)."""
    seen = bytearray(BITS // 8)
    latest: dict[str, str] = {}
    for line in lines:
        if line.fields is None:
            continue
        try:
            name = records.source_id(line.fields)
            place, bit = divmod(hash(name) % BITS, 8)
            if seen[place] & (1 << bit):
                latest[name] = records.parse(line.fields, now=now).digest
            seen[place] |= 1 << bit
        except NewsroomError:
            # The import itself reads the line again and says what is wrong with it.
            continue
    return latest
