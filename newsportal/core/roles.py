"""The newsroom's roles as Django groups: each app says what its roles may do, and is asked whenever it is migrated."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.db.models.signals import post_migrate


def give_roles(sender: AppConfig, permissions: Mapping[str, tuple[str, ...]]) -> None:
    """Has the groups of `permissions` (codes such as "articles.add_article" by group name) made after each migrate.

    A group gets its permissions of an app once; one that has any of that app is left as an administrator made it.
    Call it in `AppConfig.ready`: the permissions of `sender`, and of apps before it, exist when the receiver runs.
    """

    def ensure(**kwargs: Any) -> None:
        for role, codes in permissions.items():
            group, _made = Group.objects.get_or_create(name=role)
            for app in sorted({code.split(".")[0] for code in codes}):
                if not group.permissions.filter(content_type__app_label=app).exists():
                    wanted = [code.split(".")[1] for code in codes if code.startswith(f"{app}.")]
                    found = Permission.objects.filter(content_type__app_label=app, codename__in=wanted)
                    group.permissions.add(*found)

    post_migrate.connect(ensure, sender=sender, dispatch_uid=f"roles-{sender.label}", weak=False)
