"""The newsroom's roles as Django groups: each app says what its roles may do, and is asked whenever it is migrated."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


def give_roles(sender: AppConfig, permissions: Mapping[str, tuple[str, ...]]) -> None:
    """Has the groups of `permissions` (codes such as "articles.add_article" by group name) made after each migrate.

    A group gets a permission once: all of an app's when it has none of them, later those that a migration has brought.
    What an administrator took away stays away. Call it in `AppConfig.ready`: the permissions of `sender`, and of apps
    before it, exist when the receiver runs.
    """
    known: list[set[str]] = []

    def remember(using: str, **kwargs: Any) -> None:
        known[:] = [_existing(using)]

    def ensure(**kwargs: Any) -> None:
        for role, codes in permissions.items():
            group, _made = Group.objects.get_or_create(name=role)
            for app in sorted({code.split(".")[0] for code in codes}):
                wanted = [code for code in codes if code.startswith(f"{app}.")]
                if group.permissions.filter(content_type__app_label=app).exists():
                    wanted = [code for code in wanted if known and code not in known[0]]
                names = [code.split(".")[1] for code in wanted]
                found = Permission.objects.filter(content_type__app_label=app, codename__in=names)
                group.permissions.add(*found)

    pre_migrate.connect(remember, sender=sender, dispatch_uid=f"permissions-{sender.label}", weak=False)
    post_migrate.connect(ensure, sender=sender, dispatch_uid=f"roles-{sender.label}", weak=False)


def _existing(using: str) -> set[str]:
    """The codes of all permissions that are there before a migration; none before the first."""
    if Permission._meta.db_table not in connections[using].introspection.table_names():
        return set()
    rows = Permission.objects.using(using).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}
