from django.db import migrations

from articles.search.schema import sort_runs


class Migration(migrations.Migration):
    """A smaller index of words on PostgreSQL. Search rows are written anew by the duty `articles.search` (VERSION 5)."""

    dependencies = [("articles", "0043_byline_roles_held")]

    operations = [migrations.RunPython(sort_runs, migrations.RunPython.noop)]
