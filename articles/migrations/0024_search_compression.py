from django.db import migrations

from articles.search.schema import compress


class Migration(migrations.Migration):
    """Smaller search rows on PostgreSQL. The duty `articles.search` writes those that are there anew (VERSION 2)."""

    dependencies = [("articles", "0023_minor_schedules")]

    operations = [migrations.RunPython(compress, migrations.RunPython.noop)]
