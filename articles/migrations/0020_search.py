import django.db.models.deletion
from django.db import migrations, models

import articles.models.search
from articles.search.schema import create, drop


class Migration(migrations.Migration):
    """The search rows and what each database needs beside them. The rows are written by the duty `articles.search`."""

    dependencies = [("articles", "0010_related")]

    operations = [
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("vector", articles.models.search.TermVector(default="", editable=False)),
                ("packed", models.BinaryField(default=b"")),
                ("words", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(max_length=32)),
                ("version", models.PositiveSmallIntegerField(db_index=True, default=0)),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_document",
                        to="articles.article",
                    ),
                ),
            ],
            options={"verbose_name": "search document"},
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=48, unique=True)),
                ("key", models.CharField(db_index=True, max_length=48)),
            ],
            options={"verbose_name": "search word"},
        ),
        migrations.RunPython(create, drop),
    ]
