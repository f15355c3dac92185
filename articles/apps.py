from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from articles.states import ROLE_PERMISSIONS


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Stories")

    def ready(self) -> None:
        from articles import receivers
        from newsportal.core.roles import give_roles

        give_roles(self, ROLE_PERMISSIONS)
        receivers.connect()
