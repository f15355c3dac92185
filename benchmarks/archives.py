"""Archives to measure with: stories of words as common as in real news (Zipf's law), with names that few of them share.

`Writer` writes texts. `Archive.fill` writes in bulk what the worker would have left: terms, their statistics, norms and
lists; only the texts come from a small stock, as nothing reads them once their terms are there.
"""

import datetime as dt
import itertools
import math
import random
from array import array
from collections import defaultdict

from django.db import connection
from django.utils import timezone

from articles.models import Article, RelatedStory, Section, StoryTerms, Term
from articles.related.candidates import REMEMBERED
from articles.related.lists import LENGTH
from articles.related.scoring import norm, rarity
from articles.related.terms import BINS, KEPT, extract, pack, term, total_term, unpack
from articles.states import State
from benchmarks.archive import look_at_tables

WORDS, VOCABULARY, STOCK, CHUNK = 400, 200_000, 2_000, 5_000
SYLLABLES = [a + b for a in "bdfghklmnprstvz" for b in "aeiou"]
# About ten stories are of one event, four events are under way at a time.
EVENT, EVENTS, NAMES = 40, 4, 8

COLUMNS = [field.column for field in Article._meta.concrete_fields if not field.primary_key]
# A time some minutes after that of the stock's story.
LATER = {
    "postgresql": "publish_at + %s * interval '1 minute'",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', publish_at, '+' || %s || ' minutes')",
}


class Writer:
    """Makes stories of `length` words: most by Zipf's law, every thirteenth a name from a pool of the day's events."""

    def __init__(self, chance: random.Random, length: int = WORDS) -> None:
        self._chance, self._length = chance, length
        self.words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _word in range(VOCABULARY)]
        self.cumulated = list(itertools.accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
        self.characters = 0.0

    def stories(self, section: Section, first: int, number: int) -> list[Article]:
        """Published stories, two minutes apart; the first is the archive's story number `first`."""
        return [self.story(section, place) for place in range(first, first + number)]

    def story(self, section: Section, place: int) -> Article:
        """The archive's story number `place`."""
        names = self.names(place)
        words = self._chance.choices(self.words, cum_weights=self.cumulated, k=self._length)
        for _name in range(self._length * 3 // 40):
            words[self._chance.randrange(self._length)] = self._chance.choice(names)
        row = Article(headline=" ".join([*names[:3], *words[:5]]), section=section, language="en")
        row.body, row.state, row.publish_at = f"<p>{' '.join(words)}</p>", State.PUBLISHED, moment(place)
        row.prepare()
        self.characters += len(row.body) + len(row.headline)
        return row

    def names(self, place: int) -> list[str]:
        """The names of the event that a story is about."""
        event = random.Random(place // EVENT * EVENTS + self._chance.randrange(EVENTS))  # noqa: S311 (no secret)
        return ["".join(event.choices(SYLLABLES, k=4)) for _name in range(NAMES)]


class Archive:
    """The stories, terms and lists of a benchmark, as many as were asked for last."""

    def __init__(self, section: Section, seed: int = 4) -> None:
        self._chance = random.Random(seed)  # noqa: S311 (no secret)
        self.section, self.writer, self.size = section, Writer(self._chance), 0
        self._numbers = [term(word, "en") for word in self.writer.words]
        self._stock = self.writer.stories(section, 0, STOCK)
        for story in self._stock:
            story.terms_version = story.version
        self.characters = self.writer.characters / STOCK
        self._weights = self._typical_weights()
        # The stories of each term: how many, and the last of them, the newest at the end.
        self._count: dict[int, int] = defaultdict(int)
        self._last: dict[int, array] = defaultdict(lambda: array("I"))

    def fill(self, size: int) -> None:
        """Adds stories until there are `size`, with their terms, norms and lists."""
        first_id = _next_id()
        while self.size < size:
            self._add(min(len(self._stock), size - self.size), size)
        self._write_terms()
        self._write_lists(first_id)
        look_at_tables()

    def write(self, number: int) -> list[Article]:
        """Adds stories of their own text, of which nothing has been indexed."""
        stories = self.writer.stories(self.section, self.size, number)
        self.size += number
        return Article.objects.bulk_create(stories, batch_size=500)

    def learn(self, stories: list[Article]) -> None:
        """Takes note of stories that the worker has indexed meanwhile."""
        for pk, packed in StoryTerms.objects.filter(pk__in=stories).order_by("pk").values_list("pk", "packed"):
            self._remember(pk, unpack(packed)[0])

    def _add(self, number: int, size: int) -> None:
        """Copies stories of the stock within the database, and gives each copy terms of its own."""
        first_id, table = _next_id(), Article._meta.db_table
        if not self._stock[0].pk:
            self._stock = Article.objects.bulk_create(self._stock[:number], batch_size=500)
        else:
            later = LATER[connection.vendor]
            columns = ", ".join(COLUMNS)
            values = ", ".join(later if column == "publish_at" else column for column in COLUMNS)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} "  # noqa: S608 (names of columns)
                    f"WHERE id >= %s AND id < %s ORDER BY id",
                    [2 * self.size, self._stock[0].pk, self._stock[0].pk + number],
                )
        StoryTerms.objects.bulk_create(
            (self._terms(first_id + n, self.size + n, size) for n in range(number)), batch_size=500
        )
        self.size += number

    def _terms(self, pk: int, place: int, size: int) -> StoryTerms:
        names = [term(name, "en") for name in self.writer.names(place)]
        drawn = self._chance.choices(self._numbers, cum_weights=self.writer.cumulated, k=KEPT + 20)
        numbers = list(dict.fromkeys([*names, *drawn]))[:KEPT]
        weights = dict(zip(numbers, self._weights, strict=False))
        self._remember(pk, numbers)
        rarities = {number: rarity(self._count[number] * size // (place + 1), size) for number in numbers}
        packed = pack(weights)
        return StoryTerms(
            article_id=pk,
            language="en",
            packed=packed,
            sketch=self._chance.randbytes(2 * BINS),
            norm=norm(packed, rarities),
            counted=size,
            listed=True,
        )

    def _remember(self, pk: int, numbers: "list[int] | tuple[int, ...]") -> None:
        self._count[total_term("en")] += 1
        for number in numbers:
            self._count[number] += 1
            last = self._last[number]
            last.append(pk)
            if len(last) > 2 * REMEMBERED:
                del last[:REMEMBERED]

    def _write_terms(self) -> None:
        """As `candidates.count` leaves them."""
        Term.objects.all().delete()
        rows = (
            Term(number=number, stories=stories, newest=self._last[number][: -REMEMBERED - 1 : -1].tobytes())
            for number, stories in self._count.items()
        )
        while batch := list(itertools.islice(rows, CHUNK)):
            Term.objects.bulk_create(batch, batch_size=500)

    def _write_lists(self, first_id: int) -> None:
        """As long as the worker makes them; of the stories before, a quarter of which are of the same event."""
        related, terms = RelatedStory._meta.db_table, StoryTerms._meta.db_table
        places = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(1, LENGTH + 1))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {related} (article_id, other_id, score, kind) "  # noqa: S608 (names of tables)
                f"SELECT article_id, article_id - n, 0.5 / n, 'suggested' FROM {terms} CROSS JOIN ({places}) AS places "
                f"WHERE article_id >= %s AND article_id - n > %s",
                [first_id, first_id],
            )

    def _typical_weights(self) -> list[float]:
        """The mean weights that the terms of a story have, the heaviest first."""
        found = [
            sorted(extract("en", story.headline, "", story.body).weights.values(), reverse=True)
            for story in self._stock[:50]
        ]
        return [math.fsum(weights) / len(found) for weights in zip(*found, strict=False)]


def moment(place: int) -> dt.datetime:
    """When the archive's story number `place` was published."""
    return timezone.now() - dt.timedelta(minutes=3_000_000 - 2 * place)


def _next_id() -> int:
    return (Article.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
