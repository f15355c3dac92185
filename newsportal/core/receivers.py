"""What core does when a row of its own changes. Handlers on top, wiring at the bottom."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from newsportal.core import identity
from newsportal.core.models import SiteBanner, SiteIdentity, SiteText, SocialLink
from newsportal.core.page_cache.purging import purge
from newsportal.core.page_cache.tags import SITE


def forget_identity(**kwargs: Any) -> None:
    """At once for reads in this transaction, and after the commit: a reader in between caches the old row."""
    identity.forget()
    transaction.on_commit(identity.forget)
    purge(SITE)


def connect() -> None:
    for model in (SiteIdentity, SiteText, SiteBanner, SocialLink):
        for signal in (post_save, post_delete):
            signal.connect(forget_identity, sender=model, dispatch_uid=f"identity-{model.__name__}-{id(signal)}")
