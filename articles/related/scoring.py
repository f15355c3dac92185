"""How related two stories are: the cosine of their terms, rare ones counting more, and a little for being of one time.

Nothing here asks the database, so that both databases give the same score.
"""

import datetime as dt
import math
from itertools import repeat
from operator import mul

from articles.related.terms import unpack

# What every term is worth, however common.
FLOOR = 3.0
# Stories of the same hour get this much more, those MONTH apart half of it.
CLOSENESS, MONTH = 0.15, 30.0
# What being of one section adds.
SECTION = 0.05
# Less than this in common is chance; between stories of two sections, more than this is needed.
LEAST, LEAST_ELSEWHERE = 0.08, 0.12
# A story that is close to many, such as a round-up, comes late: this share of how close its own list is to it is taken
# off (the idea is that of cross-domain similarity local scaling: Conneau et al. 2018, section 2.3).
CROWD = 0.3


def rarity(stories: int, edition: int) -> float:
    """The inverse document frequency of a term that `stories` of the edition's stories have."""
    return math.log((1 + edition) / (1 + min(stories, edition))) + FLOOR


def norm(packed: bytes, rarities: "dict[int, float]") -> float:
    """The length of a story's vector of terms; `rarities` has all of them."""
    numbers, weights = unpack(packed)
    return math.hypot(*map(mul, weights, map(rarities.__getitem__, numbers)))


def direction(weights: dict[int, float], rarities: dict[int, float]) -> dict[int, float]:
    """A story's terms, so that their sum over another's weights, divided by its norm, is the cosine."""
    length = math.sqrt(sum((weight * rarities[number]) ** 2 for number, weight in weights.items())) or 1.0
    return {number: weight * rarities[number] ** 2 / length for number, weight in weights.items()}


def cosine(towards: dict[int, float], packed: bytes, length: float) -> float:
    """How much of a story's terms another has, 0 to 1; `length` is the other's norm."""
    if not length:
        return 0.0
    numbers, weights = unpack(packed)
    return sum(map(mul, map(towards.get, numbers, repeat(0.0)), weights)) / length


def closeness(one: dt.datetime, other: dt.datetime) -> float:
    """What the time between two stories adds: a factor from 1 to 1 + CLOSENESS."""
    days = abs((one - other).total_seconds()) / 86_400
    return 1 + CLOSENESS * 2 ** (-days / MONTH)
