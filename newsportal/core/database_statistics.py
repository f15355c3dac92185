"""What the database knows of its tables when it chooses between indexes.

PostgreSQL keeps this by itself. SQLite does not: where it has no statistics it takes any index for a good one, and goes
through a whole edition for the sake of a hundred stories whose numbers are given.
"""

from django.apps import apps
from django.db import connection, transaction

# So many rows of each index are looked at (https://sqlite.org/lang_analyze.html): a tenth of a second's work where
# there are a million stories.
LOOKED_AT = 10_000


def refresh() -> int:
    """Has SQLite look at the tables of all models, in one short transaction; returns at how many (0: not SQLite)."""
    if connection.vendor != "sqlite":
        return 0
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        there = set(connection.introspection.table_names(cursor))
        with transaction.atomic():
            # Other connections read the statistics when they see that a table was made, and not when its rows change.
            cursor.execute("DROP TABLE IF EXISTS sqlite_stat1")
            for table in (name for name in tables if name in there):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
    return len(there.intersection(tables))
