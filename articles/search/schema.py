"""What search needs of a database and Django's models cannot say: full-text tables, indexes, an extension.

Called by the migration, and to be called again by one that has SQLite rebuild the tables, which drops their triggers.
"""

from typing import Any

from django.db import Error as DatabaseError
from django.db import transaction

# In the order in which articles.search.sqlite packs them. FTS5 says of each hit in which column it is, but for the
# first, so that is the one with most hits: a quarter of the index.
_PACKED = ("headline", "lead", "body", "names", "exact", "facets")
_ORDER = ("body", "lead", "headline", "names", "exact", "facets")
_COLUMNS = ", ".join(_ORDER)
_TOKENIZER = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"


def _values(row: str) -> str:
    return ", ".join(f"search_column({row}.packed, {_PACKED.index(column)})" for column in _ORDER)


_TEXTS = [
    f"""CREATE VIRTUAL TABLE articles_search USING fts5({_COLUMNS}, content='', tokenize="{_TOKENIZER}")""",
    "CREATE VIRTUAL TABLE articles_search_terms USING fts5vocab(articles_search, row)",
    f"""CREATE TRIGGER articles_search_added AFTER INSERT ON articles_searchdocument BEGIN
        INSERT INTO articles_search(rowid, {_COLUMNS}) VALUES (new.place, {_values("new")});
    END""",
    f"""CREATE TRIGGER articles_search_removed AFTER DELETE ON articles_searchdocument BEGIN
        INSERT INTO articles_search(articles_search, rowid, {_COLUMNS}) VALUES ('delete', old.place, {_values("old")});
    END""",
]
SQLITE = [
    *_TEXTS,
    """CREATE VIRTUAL TABLE articles_searchword_runs USING fts5(
        word, content='articles_searchword', content_rowid='id', detail='none', tokenize='trigram')""",
    """CREATE TRIGGER articles_searchword_added AFTER INSERT ON articles_searchword BEGIN
        INSERT INTO articles_searchword_runs(rowid, word) VALUES (new.id, new.word);
    END""",
    """CREATE TRIGGER articles_searchword_removed AFTER DELETE ON articles_searchword BEGIN
        INSERT INTO articles_searchword_runs(articles_searchword_runs, rowid, word) VALUES ('delete', old.id, old.word);
    END""",
]
_TEXTS_BACK = [
    "DROP TRIGGER IF EXISTS articles_search_added",
    "DROP TRIGGER IF EXISTS articles_search_removed",
    "DROP TABLE IF EXISTS articles_search_terms",
    "DROP TABLE IF EXISTS articles_search",
]
SQLITE_BACK = [
    *_TEXTS_BACK,
    "DROP TRIGGER IF EXISTS articles_searchword_added",
    "DROP TRIGGER IF EXISTS articles_searchword_removed",
    "DROP TABLE IF EXISTS articles_searchword_runs",
]
# Words are compared character by character: in other collations a beginning is no range.
POSTGRESQL = [
    """ALTER TABLE articles_searchword ALTER COLUMN word TYPE varchar(48) COLLATE "C" """,
    "ALTER TABLE articles_searchdocument ALTER COLUMN vector SET STATISTICS 500",
    "CREATE INDEX articles_search_vector ON articles_searchdocument USING gin (vector)",
]
# Of the indexes on words those for LIKE are of no use: beginnings are ranges.
ARRAYS = [
    "DROP INDEX IF EXISTS articles_searchword_word_0e4dc97f_like",
    "DROP INDEX IF EXISTS articles_searchword_key_6b8c2099_like",
    "DROP INDEX articles_search_vector",
    "ALTER TABLE articles_searchdocument ALTER COLUMN vector TYPE integer[] USING '{}'::integer[]",
    # What waits to be sorted into the index is read by every search.
    "CREATE INDEX articles_search_vector ON articles_searchdocument USING gin (vector)"
    " WITH (gin_pending_list_limit = 256)",
]
# What waits in a list to be sorted into the index makes searches slow, and the story that finds the list full.
AT_ONCE = [
    "ALTER INDEX articles_search_vector RESET (gin_pending_list_limit)",
    "ALTER INDEX articles_search_vector SET (fastupdate = off)",
    "SELECT gin_clean_pending_list('articles_search_vector')",
]
# Likewise of the words: the list is never given back, and weighs twice what the index does.
RUNS_AT_ONCE = [
    "ALTER INDEX IF EXISTS articles_searchword_runs SET (fastupdate = off)",
    "SELECT gin_clean_pending_list(to_regclass('articles_searchword_runs'))",
]
EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
RUNS = (
    "CREATE INDEX IF NOT EXISTS articles_searchword_runs ON articles_searchword USING gin (word gin_trgm_ops)"
    " WITH (fastupdate = off)"
)


def create(apps: Any, schema_editor: Any) -> None:
    """Makes what stands beside the tables of the models, which must be there and empty."""
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL if vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)
    if vendor == "postgresql":
        add_trigrams(schema_editor.connection)


def drop(apps: Any, schema_editor: Any) -> None:
    """Takes it away again; the extension stays, others may use it."""
    for statement in [] if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)


def number(apps: Any, schema_editor: Any) -> None:
    """Makes PostgreSQL's vectors arrays of numbers, empty ones: the duty `articles.search` writes the rows anew."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in ARRAYS:
            schema_editor.execute(statement)
        compress(apps, schema_editor)


def rearrange(apps: Any, schema_editor: Any) -> None:
    """Makes SQLite's full-text table anew, with the columns in another order, out of what is packed in the rows; has
    PostgreSQL sort each row into its index at once.
    """
    if schema_editor.connection.vendor == "postgresql":
        statements = AT_ONCE
    else:
        picked = f"SELECT place, {_values('d')} FROM articles_searchdocument d ORDER BY place"
        statements = [*_TEXTS_BACK, *_TEXTS, f"INSERT INTO articles_search(rowid, {_COLUMNS}) {picked}"]
    for statement in statements:
        schema_editor.execute(statement)


def sort_runs(apps: Any, schema_editor: Any) -> None:
    """Has PostgreSQL sort each word into the index on runs of three characters at once."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in RUNS_AT_ONCE:
            schema_editor.execute(statement)


def compress(apps: Any, schema_editor: Any) -> None:
    """Has PostgreSQL compress vectors by lz4, where it was built with it: its own method leaves them as they are."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("ALTER TABLE articles_searchdocument ALTER COLUMN vector SET COMPRESSION lz4")
    except DatabaseError:
        pass


def add_trigrams(connection: Any) -> bool:
    """Makes the extension pg_trgm, where this role may, and the index that needs it; whether they are there now."""
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(EXTENSION)
            cursor.execute(RUNS)
    except DatabaseError:
        return False
    return True
