from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from articles.states import ROLE_PERMISSIONS


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Stories")

    def ready(self) -> None:
        from articles import receivers
        from articles.search.checks import trigrams_missing
        from newsportal.core.roles import give_roles

        give_roles(self, ROLE_PERMISSIONS)
        receivers.connect()
        checks.register(trigrams_missing, checks.Tags.database)
