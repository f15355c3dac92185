"""Listeners of the articles app, wired at the bottom."""

from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils import timezone

from articles.models import Contributor, ContributorText, Image, StoryTerms, Tag
from articles.related.store import uncount
from articles.rendering import retire
from articles.search import mark_stale
from articles.search.sqlite import add_functions


def tag_renamed(instance: Tag, *, created: bool = False, **kwargs: Any) -> None:
    """The stories with the tag are found by its name: the duty articles.search writes their rows anew."""
    if not created:
        mark_stale(Q(article__tagged__tag=instance))


def contributor_renamed(instance: Contributor, *, created: bool = False, **kwargs: Any) -> None:
    """As a tag: stories are found by the names of those who signed them."""
    if not created:
        mark_stale(Q(article__bylines__contributor=instance))


def contributor_named(instance: ContributorText, **kwargs: Any) -> None:
    """A name in one more language."""
    mark_stale(Q(article__bylines__contributor=instance.contributor_id))


def terms_deleted(instance: StoryTerms, **kwargs: Any) -> None:
    """A story that is deleted no longer counts in the statistics of its edition."""
    uncount(instance)


def picture_deleted(instance: Image, **kwargs: Any) -> None:
    """The files of a picture that is deleted go when no cache can name them any more."""
    retire([instance.file.name, *instance.renditions.values_list("name", flat=True)], now=timezone.now())


def connect() -> None:
    pre_delete.connect(picture_deleted, sender=Image, dispatch_uid="picture-files")
    pre_delete.connect(terms_deleted, sender=StoryTerms, dispatch_uid="related-terms")
    connection_created.connect(add_functions, dispatch_uid="search-functions")
    post_save.connect(tag_renamed, sender=Tag, dispatch_uid="search-tag")
    post_save.connect(contributor_renamed, sender=Contributor, dispatch_uid="search-contributor")
    for signal in (post_save, post_delete):
        signal.connect(contributor_named, sender=ContributorText, dispatch_uid=f"search-name-{id(signal)}")
