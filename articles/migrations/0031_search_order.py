from django.db import migrations

from articles.search.schema import rearrange


class Migration(migrations.Migration):
    """A smaller index on SQLite, and none that is caught up with later on PostgreSQL. Rows stay as they are."""

    dependencies = [("articles", "0030_picture_words")]

    operations = [migrations.RunPython(rearrange, migrations.RunPython.noop)]
