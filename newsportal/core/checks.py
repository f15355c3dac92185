"""Mistakes of deployment, found by `manage.py check --deploy`. Each has an id and a hint."""

from typing import Any

from django.conf import settings
from django.core import checks

NOWHERE = tuple(f".{name}.EmailBackend" for name in ("console", "dummy", "locmem"))


def secret_key_of_this_machine(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Several machines must share one key, or sessions and signed links of one are refused by the others."""
    if settings.HTTPS and settings.SECRET_KEY_IS_LOCAL:
        hint = "Set SECRET_KEY in the environment of every machine to the same random text of 50 characters or more."
        return [checks.Warning("SECRET_KEY was made on this machine.", hint=hint, id="newsportal.W001")]
    return []


def cache_of_one_process(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Limits counted in one process are multiplied by the number of processes."""
    if settings.HTTPS and not settings.CACHE_IS_SHARED:
        hint = "Set CACHE_URL=redis://host:6379/0 so that login limits and caches are shared by all processes."
        return [checks.Warning("The cache lives in one process.", hint=hint, id="newsportal.W002")]
    return []


def mail_to_nowhere(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A public site whose confirmations are printed on its console confirms nobody."""
    if settings.HTTPS and settings.EMAIL_BACKEND.endswith(NOWHERE):
        hint = "Set EMAIL_URL=submission://user:password@mail.example.org:587."
        return [checks.Warning("Mail is not sent anywhere.", hint=hint, id="newsportal.W003")]
    return []


def any_host(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A site that answers to every name puts whatever name it was asked by into its links and its caches."""
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Set ALLOWED_HOSTS to the site's own names, such as news.example.org,www.example.org."
        return [checks.Warning("The site answers to any host name.", hint=hint, id="newsportal.W004")]
    return []


def proxy_not_counted(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Our server speaks http only: on https there is a proxy in front, and we have to know that it is ours."""
    if settings.HTTPS and not settings.TRUSTED_PROXIES:
        hint = "Set TRUSTED_PROXIES to the number of proxies in front (1 for one nginx on the same machine)."
        return [checks.Warning("https without a trusted proxy.", hint=hint, id="newsportal.W005")]
    return []


def suppression_key_of_this_machine(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """With another key nobody is known any more who left for good, complained or asked to be forgotten."""
    if settings.HTTPS and settings.SUPPRESSION_KEY_IS_LOCAL:
        hint = (
            "Set SUPPRESSION_KEY on every machine to the same random text of 50 characters or more, keep a copy with "
            "the backups, and never change it."
        )
        return [checks.Warning("SUPPRESSION_KEY was made on this machine.", hint=hint, id="newsportal.W006")]
    return []


ALL = (
    secret_key_of_this_machine,
    cache_of_one_process,
    mail_to_nowhere,
    any_host,
    proxy_not_counted,
    suppression_key_of_this_machine,
)


def register_all() -> None:
    for check in ALL:
        checks.register(check, checks.Tags.security, deploy=True)
