"""Listeners of the newsletter, wired at the bottom."""

from typing import Any

from django.db.models.signals import post_save, pre_delete

from newsletter import page_tags
from newsletter.models import NewsletterList
from newsportal.core.page_cache.purging import purge


def purge_newsletter(instance: NewsletterList, **kwargs: Any) -> None:
    """Its name and rhythm stand on its own pages and on that of all newsletters."""
    purge(page_tags.LISTS, page_tags.newsletter(instance.pk))


def connect() -> None:
    post_save.connect(purge_newsletter, sender=NewsletterList, dispatch_uid="pages-saved-newsletter")
    pre_delete.connect(purge_newsletter, sender=NewsletterList, dispatch_uid="pages-deleted-newsletter")
