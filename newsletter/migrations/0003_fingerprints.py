"""Fills the fingerprints of addresses that were there before."""

import hashlib
import hmac

from django.conf import settings
from django.db import migrations

BATCH = 1000


def fill(apps, schema_editor):
    subscribers = apps.get_model("newsletter", "Subscriber").objects.using(schema_editor.connection.alias)
    key = settings.SUPPRESSION_KEY.encode()
    while rows := list(subscribers.filter(fingerprint="")[:BATCH]):
        for row in rows:
            row.fingerprint = hmac.new(key, row.key.encode(), hashlib.sha256).hexdigest()
        subscribers.bulk_update(rows, ["fingerprint"])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("newsletter", "0002_delivery")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
