"""The newsroom's roles as Django groups; put in place whenever the database is migrated."""

from typing import Any

from django.contrib.auth.models import Group, Permission

from articles.states import ROLE_PERMISSIONS


def ensure_roles(**kwargs: Any) -> None:
    """Makes the groups that are missing and gives them their permissions; what an administrator added stays."""
    for role, wanted in ROLE_PERMISSIONS.items():
        group, made = Group.objects.get_or_create(name=role)
        if made or not group.permissions.exists():
            codes = [code.split(".", 1) for code in wanted]
            found = Permission.objects.filter(
                content_type__app_label__in={app for app, _name in codes}, codename__in={name for _app, name in codes}
            ).select_related("content_type")
            group.permissions.add(*(p for p in found if [p.content_type.app_label, p.codename] in codes))
