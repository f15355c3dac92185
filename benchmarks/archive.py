"""A large archive of made-up stories, written in bulk: its words are as common as those of real news.

A word's share is 0.1 / rank ** 1.05 (Zipf's law), as it was counted in English and Bangla news; half of the words of a
story are different ones there, and here.
"""

import datetime as dt
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from articles.models import Article, SearchDocument, SearchWord
from articles.search.analysis import words
from articles.search.indexing import document
from articles.search.learning import FEW, LEARNT, OFTEN, is_word
from articles.search.spelling import skeleton
from articles.states import State
from benchmarks.multiplying import copy, search_documents, stories
from newsportal.core.database_statistics import refresh
from tests.factories import make_section

WORDS, NEW, HEADLINE, VOCABULARY, SECTIONS, BATCH = 400, 260, 8, 200_000, 8, 1_000
SYLLABLES = [a + b for a in "bdfghklmnprstvz" for b in "aeiou"]
# Stories are two minutes apart: a million of them are almost four years.
APART = dt.timedelta(minutes=2)
# What is written word by word, and how many times it is copied at most.
DISTINCT, COPIES = 100_000, 10


class Archive:
    """Makes published stories; `words` are all that they are made of, the most common first.

    What goes beyond DISTINCT stories are copies of these with other ids and times: how many stories have a word, alone
    or with another one, is the same as if each had been written anew.
    """

    def __init__(self, seed: int = 5) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (no secret)
        self.words = list(dict.fromkeys(itertools.islice(self._spellings(), VOCABULARY)))
        self._weights = list(itertools.accumulate((rank + 1) ** -1.05 for rank in range(len(self.words))))
        self.sections = [make_section(name=f"Section {number}") for number in range(SECTIONS)]
        self.characters = self.made = self._copies = 0
        self._having: Counter[str] = Counter()
        self._learnt: set[str] = set()
        self._met: dict[str, str] = {}
        self._start = (timezone.now() - APART * COPIES * DISTINCT).replace(microsecond=0)

    def add(self, number: int) -> list[Article]:
        """So many more stories, without anything that is kept to find them by."""
        rows = [self._story(self.made + place) for place in range(number)]
        self.made += number
        return Article.objects.bulk_create(rows, batch_size=500)

    def fill(self, size: int) -> None:
        """As many more as make `size`, with search rows that are written past the code that reads each story."""
        with _in_bulk(size):
            while self.made < min(size, DISTINCT):
                with transaction.atomic():
                    written = self.add(min(BATCH, size - self.made, DISTINCT - self.made))
                    SearchDocument.objects.bulk_create([document(story) for story in written], batch_size=500)
                    for story in written:
                        self._meet(story)
            while self.made < size:
                self._copy(min(DISTINCT, size - self.made))
        self._spell()
        look_at_tables()

    def _copy(self, number: int) -> None:
        """The first `number` stories once more, each two minutes after its last copy."""
        ids = Article.objects.aggregate(first=Min("pk"), last=Max("pk"))
        self._copies += 1
        apart, later = ids["last"] + 1 - ids["first"], self._copies * int(APART.total_seconds())
        copy([stories(), search_documents()], first=ids["first"], number=number, apart=apart, later=later)
        self.characters = self.characters * (self.made + number) // self.made
        self.made += number

    def _story(self, place: int) -> Article:
        drawn = self.chance.choices(self.words, cum_weights=self._weights, k=HEADLINE + NEW)
        # What a story is about comes again in it.
        drawn += self.chance.choices(drawn, k=WORDS - NEW)
        story = Article(headline=" ".join(drawn[:HEADLINE]), language="en", slug="story", words=WORDS)
        story.section = self.sections[self.chance.randrange(SECTIONS)]
        story.body = f"<p>{' '.join(drawn[HEADLINE:])}</p>"
        story.state, story.publish_at = State.PUBLISHED, self._start + APART * COPIES * (place % DISTINCT)
        self.characters += len(story.body) + len(story.headline)
        return story

    def _spellings(self) -> Iterator[str]:
        """Common words are short, and half of all words have an ending."""
        for rank in itertools.count():
            syllables = self.chance.randint(1, 2) if rank < 60 else self.chance.randint(2, 3 + (rank > 3_000))
            ending = self.chance.choice(("", "", "", "", "s", "ed", "ing", "r")) if rank > 60 else ""
            yield "".join(self.chance.choices(SYLLABLES, k=syllables)) + ending

    def _meet(self, story: Article) -> None:
        """Takes note of a story's words, to learn them as articles.search.learning does."""
        headline, body = list(words(story.headline)), list(words(story.body[3:-4]))
        self._having.update({term for _word, term in headline + body})
        self._learnt.update(word for word, _term in headline if is_word(word))
        for word, term in body[:LEARNT]:
            if is_word(word):
                self._met[word] = term
                if len(self._learnt) < FEW:
                    self._learnt.add(word)

    def _spell(self) -> None:
        """Writes the words that would have been learnt of so many stories."""
        copies = self.made / min(self.made, DISTINCT)
        often = {word for word, term in self._met.items() if self._having[term] * copies >= OFTEN}
        rows = (SearchWord(word=word, key=skeleton(word)) for word in sorted(self._learnt | often))
        while batch := list(itertools.islice(rows, 10_000)):
            SearchWord.objects.bulk_create(batch, ignore_conflicts=True)


def look_at_tables() -> None:
    """What a site's worker does by and by, or PostgreSQL by itself."""
    if not refresh():
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@contextmanager
def _in_bulk(size: int) -> Iterator[None]:
    """PostgreSQL builds a whole index faster than it adds a million rows to one; SQLite merges larger parts at once.

    PostgreSQL leaves half of each page empty in an index that it builds in one go, as it halves what is full and
    nothing comes to fill the halves. With little memory it takes a few goes, and the index is about as large as one
    that has grown story by story.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _gather(cursor, 128)
            yield
            _gather(cursor, 1)
            return
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'articles_search_vector'")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX articles_search_vector")
        yield
        cursor.execute("SET maintenance_work_mem = %s", [f"{max(8, size // 2_000)}MB"])
        cursor.execute(definition)
        cursor.execute("RESET maintenance_work_mem")


def _gather(cursor: object, megabytes: int) -> None:
    """How much the full-text table keeps in memory before it writes; one megabyte is what it does by itself."""
    size = [megabytes * 1024 * 1024]
    cursor.execute("INSERT INTO articles_search(articles_search, rank) VALUES ('hashsize', %s)", size)
