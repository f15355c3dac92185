from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "newsportal.core"
    label = "core"
    verbose_name = "Site"

    def ready(self) -> None:
        from newsportal.core import checks, receivers

        checks.register_all()
        receivers.connect()
