from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from newsletter.states import ROLE_PERMISSIONS


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletters")

    def ready(self) -> None:
        from newsletter import receivers
        from newsletter.checking import system
        from newsletter.webhooks import anymail_events
        from newsportal.core.roles import give_roles

        anymail_events.connect()
        receivers.connect()
        system.register_all()
        give_roles(self, ROLE_PERMISSIONS)
