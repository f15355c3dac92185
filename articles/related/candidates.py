"""Which stories may be related to one: those that share its terms, found in one query of bounded size."""

import heapq
import struct
from collections.abc import Iterable

from django.db import connection

from articles.models import Term
from articles.related.scoring import rarity
from articles.related.terms import total_term

# How many stories are looked at closely, and how many a term remembers, the last to be indexed. A rare term remembers
# all of its stories, however old; a common one only the newest.
CLOSELY, REMEMBERED = 250, 400
_ID = struct.calcsize("<I")
_ROWS = 400


class Commonness(dict[int, float]):
    """The rarity of each of some terms, by their numbers; `total` is how many stories their edition has."""

    def __init__(self, numbers: Iterable[int], language: str) -> None:
        super().__init__()
        wanted = [*dict.fromkeys(numbers), total := total_term(language)]
        stories: dict[int, int] = {}
        with connection.cursor() as cursor:
            for start in range(0, len(wanted), _ROWS * 5):
                # Thousands of parameters would take longer than the query; these are integers of our own.
                part = ", ".join(map(str, wanted[start : start + _ROWS * 5]))
                cursor.execute(f"SELECT number, stories FROM {Term._meta.db_table} WHERE number IN ({part})")  # noqa: S608
                stories.update(cursor.fetchall())
        self.total = stories.get(total, 0)
        self.update((number, rarity(stories.get(number, 0), self.total)) for number in wanted)


def candidates(weights: dict[int, float], language: str) -> tuple[dict[int, float], list[int]]:
    """The rarity of each term of a story, and the ids of the CLOSELY stories that share most of them.

    One query; what it reads does not grow with the archive.
    """
    total = total_term(language)
    known = Term.objects.filter(number__in=[*weights, total])
    rows = {number: row for number, *row in known.values_list("number", "stories", "newest")}
    edition = rows.pop(total, (0, b""))[0]
    rarities = {number: rarity(rows.get(number, (0,))[0], edition) for number in weights}
    shares: dict[int, float] = {}
    for number in weights:
        newest = rows.get(number, (0, b""))[1]
        share = weights[number] * rarities[number] ** 2
        for pk in struct.unpack(f"<{len(newest) // _ID}I", newest):
            shares[pk] = shares.get(pk, 0.0) + share
    closest = heapq.nlargest(CLOSELY, zip(shares.values(), shares, strict=True))
    return rarities, [pk for _share, pk in closest]


def count(changes: dict[int, int], stories: dict[int, list[int]]) -> None:
    """Adds `changes` to the number of stories of each term, and ids, the last first, to those that it remembers.

    In the order of the terms, so that two workers never wait for each other.
    """
    rows = [(number, changes[number], _packed(stories.get(number, []))) for number in sorted(changes)]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(_counting("(%s, %s, %s)", "blob"), rows)
            return
        # Each row of `executemany` would be a question of its own to the server.
        for start in range(0, len(rows), _ROWS):
            part = rows[start : start + _ROWS]
            sql = _counting(", ".join(["(%s, %s, %s)"] * len(part)), "bytea")
            cursor.execute(sql, [value for row in part for value in row])


def _counting(values: str, binary: str) -> str:
    return (
        f"INSERT INTO {Term._meta.db_table} AS kept (number, stories, newest) VALUES {values} "  # noqa: S608
        f"ON CONFLICT (number) DO UPDATE SET stories = kept.stories + excluded.stories, "
        f"newest = COALESCE(substr(CAST(excluded.newest || kept.newest AS {binary}), 1, {_ID * REMEMBERED}), "
        f"excluded.newest)"
    )


def _packed(ids: list[int]) -> bytes:
    return struct.pack(f"<{len(ids[:REMEMBERED])}I", *ids[:REMEMBERED])
