from django.apps import AppConfig
from django.db.models import Field, ForeignObject


class CoreConfig(AppConfig):
    name = "newsportal.core"
    label = "core"
    verbose_name = "Site"

    def ready(self) -> None:
        from newsportal.core import checks, lookups, receivers

        checks.register_all()
        for field in (Field, ForeignObject):
            field.register_lookup(lookups.Among)
        receivers.connect()
