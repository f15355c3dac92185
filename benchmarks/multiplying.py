"""A large archive out of a small one, within the database: the same rows again, with other ids and later times.

A copy of a story has its words, so how many stories have a word, alone or with another one, grows as if each had been
written anew; but no word is new, and a search meets ten alike where real news has ten that differ. It costs the
database a copy instead of the program a reading: an archive of a million stories is made in minutes, not in hours.

`Table` says what is copied of one table; whoever keeps more beside the stories adds a Table of theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import AutoField, Model

from articles.models import Article, SearchDocument
from articles.models.search import DAY, ID_BITS

_LATER = {
    "postgresql": "{} + %(later)s * interval '1 second'",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%S', {}, '+' || %(later)s || ' seconds')",
}
_SECONDS = {
    "postgresql": "floor(extract(epoch FROM a.publish_at))::bigint",
    "sqlite": "CAST(strftime('%%s', a.publish_at) AS integer)",
}


@dataclass(frozen=True)
class Table:
    """A table whose rows belong to stories by the column `story`.

    `changed` is the SQL of what is not copied as it is: by column, an expression of the old row in which %(apart)s is
    how far the ids of a story and its copy are apart, and %(later)s by how many seconds the copy is later.
    """

    model: type[Model]
    story: str = "article_id"
    changed: Mapping[str, str] = field(default_factory=dict)

    def statement(self) -> str:
        """Copies the rows of the stories with ids from %(first)s to below %(end)s."""
        moved = {self.story: f"{self.story} + %(apart)s", **self.changed}
        fields = self.model._meta.concrete_fields
        names = [f.column for f in fields if f.column == self.story or not isinstance(f, AutoField)]
        picked = ", ".join(moved.get(name, name) for name in names)
        table = self.model._meta.db_table
        return (
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {picked} FROM {table} "  # noqa: S608 (names of columns)
            f"WHERE {self.story} >= %(first)s AND {self.story} < %(end)s ORDER BY {self.story}"
        )


def stories() -> Table:
    """The stories themselves; they have to be copied before what hangs on them."""
    return Table(Article, "id", {"publish_at": _LATER[connection.vendor].format("publish_at")})


def search_documents() -> Table:
    """What search keeps of each: a row's place is the day of its story and its id (articles.models.search)."""
    place = (
        f"(SELECT ({_SECONDS[connection.vendor]} / {DAY} << {ID_BITS}) + a.id "  # noqa: S608 (numbers)
        "FROM articles_article a WHERE a.id = article_id + %(apart)s)"
    )
    return Table(SearchDocument, changed={"place": place})


def copy(tables: Sequence[Table], *, first: int, number: int, apart: int, later: int) -> None:
    """Copies the rows of `number` stories from the id `first` on, to ids `apart` higher and times `later` seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        parameters = {"first": first, "end": first + number, "apart": apart, "later": later}
        for table in tables:
            cursor.execute(table.statement(), parameters)
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('articles_article', 'id'), max(id)) FROM articles_article"
            )
