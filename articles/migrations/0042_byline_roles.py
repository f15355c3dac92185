import django.db.models.deletion
from django.db import migrations, models

import newsportal.core.fields


class Migration(migrations.Migration):
    """Columns with constant defaults: no row is written. Every byline is of the words until somebody says otherwise."""

    dependencies = [("articles", "0041_front_rows")]

    operations = [
        migrations.AddField(
            model_name="byline",
            name="name",
            field=newsportal.core.fields.LineField(
                blank=True, db_default="", default="", max_length=120, verbose_name="guest"
            ),
        ),
        migrations.AddField(
            model_name="byline",
            name="role",
            field=models.CharField(
                choices=[("words", "Words"), ("pictures", "Pictures"), ("reporting", "Additional reporting")],
                db_default="words",
                default="words",
                max_length=12,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="byline",
            name="contributor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bylines",
                to="articles.contributor",
            ),
        ),
    ]
