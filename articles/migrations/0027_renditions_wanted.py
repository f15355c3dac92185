from pathlib import PurePosixPath

from django.db import migrations

BATCH = 500


def ask(apps, schema_editor):
    """The pictures that are there get renditions too: the duty `articles.renditions` makes what differs from `wanted`."""
    images = apps.get_model("articles", "Image").objects
    rows = []
    for image in images.filter(wanted="").only("file", "focal_x", "focal_y").iterator(BATCH):
        image.wanted = f"{PurePosixPath(image.file.name).stem}.{image.focal_x}.{image.focal_y}"
        rows.append(image)
        if len(rows) == BATCH:
            images.bulk_update(rows, ["wanted"])
            rows = []
    images.bulk_update(rows, ["wanted"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0026_renditions")]

    operations = [migrations.RunPython(ask, migrations.RunPython.noop, elidable=True)]
