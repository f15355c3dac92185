"""The newsroom's roles as Django groups; put in place whenever the database is migrated."""

from typing import Any

from django.contrib.auth.models import Group, Permission

from articles.states import ROLE_PERMISSIONS


def ensure_roles(app_config: Any, **kwargs: Any) -> None:
    """Makes the groups that are missing, and gives each its permissions of one app, once.

    A post_migrate receiver, called for each app when its permissions exist. A group that has any permission of the app
    is left as an administrator has made it.
    """
    for role, codes in ROLE_PERMISSIONS.items():
        wanted = [code.partition(".")[2] for code in codes if code.startswith(f"{app_config.label}.")]
        if not wanted:
            continue
        group, _made = Group.objects.get_or_create(name=role)
        if not group.permissions.filter(content_type__app_label=app_config.label).exists():
            group.permissions.add(
                *Permission.objects.filter(content_type__app_label=app_config.label, codename__in=wanted)
            )
