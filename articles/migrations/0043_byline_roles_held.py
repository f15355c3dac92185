from django.db import migrations, models


class Migration(migrations.Migration):
    """The rules of bylines with roles. The long part, an index with a condition, lets readers read while it is made."""

    dependencies = [("articles", "0042_byline_roles")]

    operations = [
        migrations.AddConstraint(
            model_name="byline",
            constraint=models.UniqueConstraint(
                fields=("article", "contributor", "role"),
                name="once_in_a_role",
                condition=models.Q(("contributor__isnull", False)),
            ),
        ),
        migrations.AddConstraint(
            model_name="byline",
            constraint=models.UniqueConstraint(
                fields=("article", "name", "role"),
                name="guest_once_in_a_role",
                condition=models.Q(("contributor", None)),
            ),
        ),
        migrations.AddConstraint(
            model_name="byline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contributor", None), models.Q(("name", ""), _negated=True)),
                    models.Q(("contributor__isnull", False), ("name", "")),
                    _connector="OR",
                ),
                name="contributor_or_guest",
            ),
        ),
        migrations.RemoveConstraint(model_name="byline", name="once_in_a_byline"),
    ]
