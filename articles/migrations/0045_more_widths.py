from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Concat, Replace

# Spelled out: a migration does not change with the code that it once came with (articles.cropping.Stamp).
NUMBER = "@2"


def want(apps, schema_editor):
    """Every picture is to be had in one width more; what was made before is shown until the worker has made it."""
    images = apps.get_model("articles", "Image").objects
    images.exclude(wanted="").exclude(wanted__contains="@").update(wanted=Concat(F("wanted"), Value(NUMBER)))


def do_without(apps, schema_editor):
    images = apps.get_model("articles", "Image").objects
    for field in ("wanted", "rendered"):
        images.filter(**{f"{field}__endswith": NUMBER}).update(**{field: Replace(F(field), Value(NUMBER), Value(""))})


class Migration(migrations.Migration):
    dependencies = [("articles", "0044_search_runs")]

    operations = [migrations.RunPython(want, do_without)]
