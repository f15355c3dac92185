from django.db import migrations

from articles.search.schema import number


class Migration(migrations.Migration):
    """Half the size for search rows on PostgreSQL. The duty `articles.search` writes those that are there anew."""

    dependencies = [("articles", "0024_search_compression")]

    operations = [migrations.RunPython(number, migrations.RunPython.noop)]
