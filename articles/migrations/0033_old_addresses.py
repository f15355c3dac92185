"""The addresses that imported stories had elsewhere lead to them."""

from django.db import migrations

from articles.models.redirects import as_path

CHUNK = 1000


def fill(apps, schema_editor):
    stories = apps.get_model("articles", "Article").objects.exclude(source_url="").order_by("pk")
    redirects = apps.get_model("articles", "Redirect").objects
    rows = []
    for pk, address in stories.values_list("pk", "source_url").iterator(CHUNK):
        if path := as_path(address):
            rows.append(redirects.model(path=path, article_id=pk))
        if len(rows) >= CHUNK:
            redirects.bulk_create(rows, ignore_conflicts=True)
            rows = []
    redirects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("articles", "0032_redirects")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
