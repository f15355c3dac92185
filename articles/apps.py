from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Stories")

    def ready(self) -> None:
        from articles.roles import ensure_roles

        # After the auth app's own receiver, which makes the permissions.
        post_migrate.connect(ensure_roles, dispatch_uid="newsroom-roles")
